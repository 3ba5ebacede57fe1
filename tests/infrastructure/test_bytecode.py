"""The bytecode that is built into functions and layers, since Lambda keeps none of its own."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from local.template import PROJECT

BUILD = PROJECT / ".aws-sam" / "build"
UNCHECKED = 0b01
"""The flags of bytecode that is loaded without a look at its source (PEP 552)."""


def recipe(target: str) -> list[str]:
    """The lines of a target of the Makefile."""
    lines = (PROJECT / "Makefile").read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{target}:"))
    end = next(number for number in range(start + 1, len(lines)) if lines[number][:1] != "\t")
    return [line.strip().removeprefix("@") for line in lines[start + 1 : end]]


def flags(bytecode: Path) -> int:
    return int.from_bytes(bytecode.read_bytes()[4:8], "little")


def lacking(folder: Path, cache_tag: str) -> list[Path]:
    """The modules below a folder that have no bytecode that is loaded unchecked."""
    made = {
        path: path.parent / "__pycache__" / f"{path.stem}.{cache_tag}.pyc"
        for path in folder.rglob("*.py")
    }
    return [path for path, made in made.items() if not made.exists() or flags(made) != UNCHECKED]


def test_a_build_ends_with_bytecode_that_is_loaded_unchecked(tmp_path: Path) -> None:
    sources = tmp_path / "layer" / "python" / "package"
    sources.mkdir(parents=True)
    for name in ("__init__.py", "module.py"):
        (sources / name).write_text("NAME = 'value'\n")
    build, *_, compile_all = recipe("build")

    program, *options, folder = shlex.split(compile_all)
    before = lacking(tmp_path, sys.implementation.cache_tag or "")
    subprocess.run([sys.executable, *options, str(tmp_path)], check=True)

    assert (build, program, folder) == ("$(SAM) build $(OPTIONS)", "python3.13", ".aws-sam/build")
    assert len(before) == 2
    assert lacking(tmp_path, sys.implementation.cache_tag or "") == []


@pytest.mark.skipif(not BUILD.exists(), reason="nothing is built: `make build`")
def test_what_is_built_has_bytecode_for_every_module() -> None:
    assert lacking(BUILD, "cpython-313") == []
