"""A read with FastAPI and Mangum: an address that makes the calls, and sends what it finds."""

import json
import sys
from types import SimpleNamespace

from fastapi import FastAPI, Response
from mangum import Mangum

from local.cold_reads.moments import content_of, moment, tell
from local.cold_reads.reads import make_clients, read


def main() -> None:
    """Make the application and its clients, then let it answer."""
    given = json.load(sys.stdin)
    calls, event = given["calls"], given["event"]
    clients = make_clients(calls)
    application = FastAPI()

    def answer() -> Response:
        return Response(read(clients, calls), headers={"Content-Encoding": "gzip"})

    application.get(event["rawPath"])(answer)
    handle = Mangum(application, lifespan="off")
    ready = moment()
    found = handle(event, SimpleNamespace())
    answered = moment()
    tell((ready, answered), content_of(found))


if __name__ == "__main__":
    main()
