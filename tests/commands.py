"""The local commands as processes: how they are run, what they said and left behind."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hotpapers.domain.sources import SOURCES
from local.template import PROJECT

Environment = dict[str, str]
Files = dict[str, bytes]


@dataclass(frozen=True)
class Run:
    """What a command said and left behind."""

    status: int
    output: str
    errors: str
    files: Files


def run(
    command: str,
    folder: Path,
    environment: Environment,
    hash_seed: str = "0",
    arguments: Sequence[str] = (),
) -> Run:
    """Run one of the local commands as `make` does, with nothing else in its environment."""
    done = subprocess.run(
        [sys.executable, "-m", f"local.{command}", *arguments],
        check=False,
        cwd=PROJECT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": ".:layers/package",
            "PYTHONHASHSEED": hash_seed,
            "OUT": str(folder),
            **environment,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return Run(done.returncode, done.stdout, done.stderr, read_files(folder))


def read_files(folder: Path) -> Files:
    """Every file below a folder, by its path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def told_sources(output: str) -> dict[str, str]:
    """What a command says of each source."""
    titles = "|".join(source.title for source in SOURCES.values())
    return dict(re.findall(rf"(?m)^  ({titles})  +(\S.*)$", output))
