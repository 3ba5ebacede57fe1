"""axe-core, which looks a page over for what keeps people from reading it, from npm's registry.

`python -m local.axe PATH` puts the script at the path. There is no need of node for that: a package
of npm is a tarball, whose hash is known.
"""

import os
import re
import sys
import tarfile
import urllib.request
from base64 import b64decode
from collections.abc import Mapping
from hashlib import sha512
from io import BytesIO
from pathlib import Path

from hotpapers.errors import UpstreamError
from local import console

VERSION = "4.14.1"
INTEGRITY = (
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
)
"""The SHA-512 of the tarball in Base64, as `npm view axe-core dist.integrity` tells it."""
SCRIPT = "package/axe.min.js"
REGISTRY = "https://registry.npmjs.org/"


def main() -> None:
    """Put the script where the command line says."""
    path = Path(sys.argv[1])
    script = read_script(fetch(tarball_address(read_registry(os.environ))))
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_bytes(script)
    unfinished.replace(path)


def read_registry(environment: Mapping[str, str]) -> str:
    """The registry that npm would ask, by its own setting: of the environment, or of the user."""
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        if environment.get(name, "").strip():
            return environment[name].strip()
    settings = Path(environment.get("npm_config_userconfig", "") or "~/.npmrc").expanduser()
    text = settings.read_text() if settings.is_file() else ""
    stated = re.search(r"(?m)^\s*registry\s*=\s*(\S+)", text)
    return stated[1] if stated else REGISTRY


def tarball_address(registry: str) -> str:
    """Where a registry has the package."""
    return f"{registry.rstrip('/')}/axe-core/-/axe-core-{VERSION}.tgz"


def fetch(address: str) -> bytes:
    """What is at an address. Raises UpstreamError."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - npm's registry
            content: bytes = answer.read()
    except OSError as error:
        raise UpstreamError("npm", f"{address} cannot be read ({error})") from error
    return content


def read_script(tarball: bytes) -> bytes:
    """The script that a tarball has. Raises UpstreamError where it is another tarball."""
    if sha512(tarball).digest() != b64decode(INTEGRITY):
        raise UpstreamError("npm", f"axe-core {VERSION} has not the hash that it should have")
    with tarfile.open(fileobj=BytesIO(tarball)) as package:
        script = package.extractfile(SCRIPT)
        return script.read() if script else b""


if __name__ == "__main__":
    console.run(main)
