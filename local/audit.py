"""Whether any package that is pinned here has a weakness that is known, as OSV tells pip-audit.

`python -m local.audit PIP_AUDIT FILE...` says nothing where there is none, and fails where there is
one. Where OSV cannot be asked, as on a machine that reaches the package registries alone, it says
so in one line and lets that pass: what was not looked at is no finding. OSV_URL is another service
of the same kind.
"""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from hotpapers.errors import HotPapersError, UpstreamError
from local import console

OSV = "https://api.osv.dev/v1/query"
VULNERABLE = {"package": {"name": "jinja2", "ecosystem": "PyPI"}, "version": "2.4.1"}
"""A release that has known weaknesses (the example of https://google.github.io/osv.dev/post-v1-query/).
Whoever knows of none is not the service, but something in its place."""
PROBE_SECONDS = 10
SECONDS = 600
"""How long pip-audit may take, which asks about some 230 releases one after the other."""

OPTIONS = (
    *("--vulnerability-service", "osv"),
    *("--require-hashes", "--disable-pip", "--strict"),
    *("--format", "json", "--progress-spinner", "off"),
)

ACCEPTED: Mapping[str, str] = {}
"""Weaknesses that do not matter here, by their ids, each with the reason."""


class FindingsError(HotPapersError):
    """Packages are pinned that have known weaknesses, or nobody knows whether."""


def main() -> None:
    """Audit the files that the command line names."""
    program, *files = sys.argv[1:]
    service = os.environ.get("OSV_URL") or OSV
    try:
        require_service(service)
    except UpstreamError as error:
        console.errors.print(f"the pinned packages are not audited: {error}", soft_wrap=True)
        return
    findings: set[str] = set()
    for pins in new_pins(Path(file).read_text() for file in files):
        findings.update(read_findings(ask(program, service, pins)))
    if findings:
        raise FindingsError("; ".join(sorted(findings)))


def require_service(service: str) -> None:
    """Raise UpstreamError unless the service answers, and knows what it has to know."""
    body, kind = json.dumps(VULNERABLE).encode(), {"Content-Type": "application/json"}
    question = urllib.request.Request(service, body, kind)  # noqa: S310
    try:
        with urllib.request.urlopen(question, timeout=PROBE_SECONDS) as answer:  # noqa: S310
            document: Any = json.load(answer)
    except (OSError, ValueError) as error:
        raise UpstreamError("OSV", f"{service} cannot be asked ({error})") from error
    if not (isinstance(document, dict) and document.get("vulns")):
        raise UpstreamError("OSV", f"{service} does not know what it has to know")


def new_pins(files: Iterable[str]) -> Iterator[str]:
    """Each file without the pins of those before it, which would be asked about again.

    Not one file of all: pip-audit takes no two releases of a package.
    """
    seen: set[str] = set()
    for text in files:
        pins = [pin for pin in re.findall(r"(?m)^\S.*(?:\n[ \t].*)*", text) if pin not in seen]
        seen.update(pins)
        if pins:
            yield "\n".join(pins) + "\n"


def ask(program: str, service: str, pins: str) -> str:
    """What pip-audit says of pinned packages, as JSON.

    Raises FindingsError where it says nothing that can be read: then nobody knows.
    """
    with NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(pins)
        file.flush()
        done = subprocess.run(  # noqa: S603 - the program that make has installed
            [program, *OPTIONS, "--osv-url", service, "--requirement", file.name],
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    if not done.stdout.startswith("{"):
        said = done.stderr.strip().splitlines() or ["nothing"]
        raise FindingsError(f"pip-audit failed and said {said[-1][:300]}")
    return done.stdout


def read_findings(text: str) -> Iterator[str]:
    """A line for each weakness in what pip-audit says."""
    for package in json.loads(text)["dependencies"]:
        named = f"{package['name']} {package.get('version', '')}".strip()
        if reason := package.get("skip_reason"):
            yield f"{named} could not be audited ({reason})"
        for weakness in package.get("vulns", []):
            if weakness["id"] not in ACCEPTED:
                versions = ", ".join(weakness["fix_versions"]) or "no release yet"
                yield f"{named} has {weakness['id']} (mended in {versions})"


if __name__ == "__main__":
    console.run(main)
