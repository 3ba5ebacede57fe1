"""moto's AWS in a process of its own, so that what it takes is not taken for ours.

    python -m local.bench.aws

makes the stack, says where it is, and ends with its standard input. The table is made quick, as it
is in this project's other runs: moto's own takes minutes for what is measured here.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict

import boto3
from moto.server import ThreadedMotoServer

from local.account import REGION, Account
from local.bench.measuring import BenchError
from local.cloud import PRETENCE
from local.quick_table import find_table
from local.samples import CREDENTIALS
from local.stack import Stack
from local.template import PROJECT

ADDRESS = "127.0.0.1"


class Server:
    """AWS on this machine: where it is, and what is in it."""

    def __init__(self, url: str, stack: Stack) -> None:
        self.url = url
        self.account = Account(boto3.Session("testing", "testing", region_name=REGION), url, stack)

    def environment(self, function: str) -> Mapping[str, str]:
        """The variables with which a function runs on it."""
        return {
            **PRETENCE,
            **self.account.stack.environment(function),
            "AWS_ENDPOINT_URL": self.url,
        }


@contextmanager
def server() -> Iterator[Server]:
    """A server with an empty stack. Raises BenchError."""
    command = [sys.executable, "-m", "local.bench.aws"]
    process = subprocess.Popen(  # noqa: S603
        command,
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a line for each request
        text=True,
    )
    try:
        # Flask says something before.
        line = next((line for line in process.stdout or () if line.startswith("{")), "")
        if not line:
            raise BenchError("moto's server does not start")
        told = json.loads(line)
        yield Server(told["url"], Stack(**told["stack"]))
    finally:
        process.communicate()  # which ends its standard input


def main() -> None:
    """Serve until the standard input ends."""
    moto = ThreadedMotoServer(ADDRESS, 0)
    moto.start()
    host, port = moto.get_host_and_port()
    url = f"http://{host}:{port}"
    account = Account.create(CREDENTIALS, url)
    find_table(account.stack.table_name, REGION)
    print(json.dumps({"url": url, "stack": asdict(account.stack)}), flush=True)  # noqa: T201
    sys.stdin.read()
    moto.stop()


if __name__ == "__main__":
    main()
