"""Part of `make build`: of all services of AWS, the layer describes those alone that functions use.

botocore brings descriptions of some 440 services, 25 MB of JSON, and looks through the folders of
all of them when it makes its first client (docs/decisions/0023-cold-start.md).
"""

import shutil
from pathlib import Path

from hotpapers.errors import HotPapersError
from local import console
from local.template import PROJECT

DATA = PROJECT / ".aws-sam" / "build" / "DependenciesLayer" / "python" / "botocore" / "data"
SERVICES = frozenset({"dynamodb", "s3", "ssm"})
"""What the package makes clients of; a test holds the two together."""


class NoLayerError(HotPapersError):
    """There is no layer where one should have been built."""


def main() -> None:
    """Slim the layer that was built."""
    slim(DATA)


def slim(data: Path) -> None:
    """Remove the descriptions of other services from a folder of them. Raises NoLayerError."""
    missing = SERVICES - {folder.name for folder in data.glob("*/")}
    if missing:
        raise NoLayerError(f"{data} does not describe {', '.join(sorted(missing))}")
    for folder in data.glob("*/"):
        if folder.name not in SERVICES:
            shutil.rmtree(folder)


if __name__ == "__main__":
    console.run(main)
