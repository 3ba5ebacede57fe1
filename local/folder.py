"""The folder that the local commands write to: OUT."""

import os
from collections.abc import Mapping
from pathlib import Path

from hotpapers.errors import InvalidInputError
from local.cloud import Cloud


def read_folder(environment: Mapping[str, str]) -> Path:
    """Where to write; `out` where nothing is said. Raises InvalidInputError where nobody can.

    This only looks, so that a run that fails later leaves nothing behind. It is asked before
    anything else, since what the upstreams answer may cost money.
    """
    folder = Path(environment.get("OUT", "").strip() or "out")
    try:
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        writable = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    except OSError:  # such as a name that is too long
        writable = False
    if not writable:
        raise InvalidInputError("OUT", f"{str(folder)[:300]!r} is no folder that can be written to")
    return folder


def write_documents(cloud: Cloud, folder: Path) -> list[Path]:
    """Copy the bucket's documents into the folder. Raises InvalidInputError where it fails."""
    try:
        return cloud.copy_documents(folder)
    except OSError as error:
        reason = f"{str(folder)[:300]!r} cannot be written to ({error.strerror})"
        raise InvalidInputError("OUT", reason) from error
