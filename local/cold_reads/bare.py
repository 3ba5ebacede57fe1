"""A read with boto3, and nothing else."""

import json
import sys

from local.cold_reads.moments import moment, tell
from local.cold_reads.reads import make_clients, read


def main() -> None:
    """Make the clients, then the calls."""
    calls = json.load(sys.stdin)["calls"]
    clients = make_clients(calls)
    ready = moment()
    content = read(clients, calls)
    tell((ready, moment()), content)


if __name__ == "__main__":
    main()
