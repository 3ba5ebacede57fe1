"""Docker and SAM CLI: the built functions in containers as close to Lambda's as a machine has.

`sam local --env-vars` only replaces variables that the template declares, and the template of a
deployment must not declare where a test's AWS is. So the containers run from a copy of the built
template in which the environment of each function is complete.
"""

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import requests
import yaml

from local.template import PROJECT, read_template

# ruff: noqa: S603, S607 -- every command is written here; the programs are those of the path

ARCHITECTURE = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
OVERRIDES = ("--parameter-overrides", f"Architecture={ARCHITECTURE}")
RUNTIME = "3.13"
IMAGE = f"public.ecr.aws/lambda/python:{RUNTIME}-{ARCHITECTURE}"
LAYERED_IMAGES = "samcli/lambda-python"
"""What SAM calls the images that it makes of a base image and a function's layers."""
IMAGE_TOOL = PROJECT.parent / "shared" / "tools" / "lambda-image"
"""Makes a base image where no registry can be reached; not part of the project."""
SAM = PROJECT / ".venv-sam" / "bin" / "sam"
HOST = "host.docker.internal"
"""This machine, as a container sees it."""
ADD_HOST = ("--add-host", f"{HOST}:host-gateway")

DOCKER_SECONDS = 60
PULL_SECONDS = 300
IMAGE_TOOL_SECONDS = 1200
BUILD_SECONDS = 900
INVOKE_SECONDS = 180
START_SECONDS = 60
STOP_SECONDS = 30


class SkippedError(Exception):
    """The containers cannot run on this machine; the text says what is missing."""


class FailedError(Exception):
    """The containers ran, and something was not as it has to be."""


# Docker


def prepare_docker() -> str:
    """Make sure of Docker and of the base image; says where the image is from.

    Raises SkippedError where one of them cannot be had.
    """
    if not _docker_answers():
        _make_image("there is no Docker that answers")
    if _succeeds("image", "inspect", IMAGE):
        return "it is there"
    if _succeeds("pull", "--quiet", IMAGE, seconds=PULL_SECONDS):
        return "pulled"
    _make_image(f"{IMAGE} cannot be pulled")
    return f"no registry answers, so {IMAGE_TOOL.name} made it"


def _docker_answers() -> bool:
    return shutil.which("docker") is not None and _succeeds("version")


def _make_image(reason: str) -> None:
    if ARCHITECTURE != "x86_64" or not os.access(IMAGE_TOOL, os.X_OK):
        raise SkippedError(reason)
    try:
        subprocess.run(
            [IMAGE_TOOL, RUNTIME],
            check=True,
            timeout=IMAGE_TOOL_SECONDS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SkippedError(f"{reason}, and {IMAGE_TOOL.name} cannot help: {error}") from error


def _succeeds(*arguments: str, seconds: float = DOCKER_SECONDS) -> bool:
    try:
        _docker(*arguments, seconds=seconds)
    except subprocess.SubprocessError:
        return False
    return True


def _docker(*arguments: str, seconds: float = DOCKER_SECONDS) -> str:
    done = subprocess.run(
        ["docker", *arguments], check=True, capture_output=True, text=True, timeout=seconds
    )
    return done.stdout


def host_address() -> str:
    """The address of this machine on which a server can be reached from a container.

    A container is asked what it takes this machine for: on Linux that is the address of Docker's
    bridge. Where Docker runs in a virtual machine it is none of ours, and leads to the loopback
    address of this one.
    """
    hosts = _docker("run", "--rm", *ADD_HOST, "--entrypoint", "cat", IMAGE, "/etc/hosts")
    address = next(line.split()[0] for line in hosts.splitlines() if line.endswith(HOST))
    try:
        free_port(address)
    except OSError:
        return "127.0.0.1"
    return address


def free_port(address: str) -> int:
    """A port on which nothing listens at the moment."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def cleared_up(marker: str) -> Iterator[None]:
    """Remove at the end the containers with a marker in their environment, and images made."""
    images = _layered_images()
    try:
        yield
    finally:
        for container in _docker("ps", "--all", "--quiet").split():
            environment = _docker("inspect", "--format", "{{json .Config.Env}}", container)
            if marker in environment:
                _succeeds("rm", "--force", container)
        # Those that are new, and those that were replaced and have no name any more.
        for image in _layered_images() ^ images:
            _succeeds("rmi", image)


def _layered_images() -> set[str]:
    return set(_docker("images", "--quiet", "--no-trunc", LAYERED_IMAGES).split())


# SAM


@dataclass(frozen=True)
class Sam:
    """SAM CLI with the template built in a folder of its own; `log` takes what it says.

    The build that a deployment would take (`.aws-sam/build`) is left alone: it is for another
    architecture.
    """

    folder: Path
    log: IO[str]

    @property
    def _template(self) -> Path:
        return self.folder / "build" / "end-to-end.yaml"

    @property
    def _temporary(self) -> Path:
        return self.folder / "temporary"

    def forget(self) -> None:
        """Forget runs that were broken off: SAM waits minutes for the locks that they left."""
        shutil.rmtree(self._temporary, ignore_errors=True)
        self._temporary.mkdir(parents=True)

    def build(self) -> None:
        """Build the functions and the layers. Raises FailedError."""
        python = _python_folder()
        arguments = [] if python else ["--use-container"]
        self._run(
            "build",
            *arguments,
            "--cached",
            "--build-dir",
            str(self.folder / "build"),
            "--cache-dir",
            str(self.folder / "cache"),
            *OVERRIDES,
            seconds=BUILD_SECONDS,
            path=python,
        )

    def set_environments(self, environments: Mapping[str, Mapping[str, str]]) -> None:
        """Say what environment each function has from now on."""
        template: Any = deepcopy(read_template(self.folder / "build" / "template.yaml"))
        template["Globals"]["Function"].pop("Environment", None)
        for function, variables in environments.items():
            properties = template["Resources"][function]["Properties"]
            properties["Environment"] = {"Variables": dict(variables)}
        self._template.write_text(yaml.safe_dump(template, sort_keys=False))

    def invoke(self, function: str, event: Path) -> Any:
        """What a function in a new container answers. Raises FailedError where it fails."""
        answer = self._run(
            "local", "invoke", function, "--event", str(event), *self._local, seconds=INVOKE_SECONDS
        )
        try:
            document = json.loads(answer)
        except ValueError:
            raise FailedError(f"{function} answered {answer[:300]!r} to {event.name}") from None
        if isinstance(document, dict) and "errorType" in document:
            raise FailedError(f"{function} failed on {event.name}: {document}")
        return document

    @contextmanager
    def api(self) -> Iterator[str]:
        """The API behind SAM's gateway; yields where it is. Raises FailedError."""
        port = free_port("127.0.0.1")
        options = ("--port", str(port), "--warm-containers", "LAZY")
        command = [str(SAM), "local", "start-api", *options, *self._local]
        server = subprocess.Popen(
            command, cwd=PROJECT, env=self._environment(), stdout=self.log, stderr=self.log
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url, server)
            yield url
        finally:
            stop(server)

    @property
    def _local(self) -> Sequence[str]:
        return (
            "--template",
            str(self._template),
            *OVERRIDES,
            "--skip-pull-image",
            *ADD_HOST,
        )

    def _run(self, *arguments: str, seconds: float, path: Path | None = None) -> str:
        self.log.write(f"$ sam {' '.join(arguments)}\n")
        self.log.flush()
        try:
            done = subprocess.run(
                [str(SAM), *arguments],
                check=True,
                cwd=PROJECT,
                env=self._environment(path),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self.log,
                text=True,
                timeout=seconds,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise FailedError(f"sam {arguments[0]} failed: {error}") from error
        answer: str = done.stdout
        return answer

    def _environment(self, path: Path | None = None) -> dict[str, str]:
        """The environment of SAM itself.

        Without the functions' own variables: where SAM has one, it replaces the template's value.
        Without credentials: SAM would ask AWS whose they are, and hand them to the containers.
        Without settings of this program's interpreter: SAM has one of its own.
        """
        resources = read_template()["Resources"].values()
        functions = [each for each in resources if each["Type"] == "AWS::Serverless::Function"]
        settings = [each["Properties"].get("Environment", {"Variables": {}}) for each in functions]
        declared = {name for each in settings for name in each["Variables"]}
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in declared and not name.startswith(("AWS_", "POWERTOOLS_", "PYTHON"))
        }
        return kept | {
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_DEFAULT_REGION": "us-east-1",
            "SAM_CLI_TELEMETRY": "0",
            "TMPDIR": str(self._temporary),
            "PATH": f"{path}{os.pathsep}{kept['PATH']}" if path else kept["PATH"],
        }


def _python_folder() -> Path | None:
    """Where the interpreter is with which SAM can build for the runtime; None where none is.

    pyenv's `python3.13` on the path only works where that version is switched on.
    """
    name = f"python{RUNTIME}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which(name), *sorted(pyenv.glob(f"{RUNTIME}.*/bin/{name}"))]
    for candidate in candidates:
        if candidate and _runs([candidate, "-c", ""]):
            return Path(candidate).parent
    return None


def _runs(command: Sequence[str | Path]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


# Servers


@contextmanager
def moto_server(address: str, log: IO[str]) -> Iterator[str]:
    """moto's AWS as a process of its own; yields where it is. Raises FailedError."""
    port = free_port(address)
    command = [sys.executable, "-m", "moto.server", "-H", address, "-p", str(port)]
    server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        url = f"http://{address}:{port}"
        wait_for(f"{url}/moto-api/", server)
        yield url
    finally:
        stop(server)


def wait_for(url: str, server: "subprocess.Popen[Any]") -> None:
    """Wait until a server answers, whatever it answers. Raises FailedError."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            requests.get(url, timeout=START_SECONDS)
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise FailedError(f"nothing answers at {url}")


def stop(server: "subprocess.Popen[Any]") -> None:
    """End a server; politely at first, so that SAM removes its containers."""
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(STOP_SECONDS)
