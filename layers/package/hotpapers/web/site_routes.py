"""What the addresses answer with that tell of the site itself."""

from functools import cache

from hotpapers.bootstrap import archive
from hotpapers.documents.digest_json import write_json
from hotpapers.use_cases.status import read_status
from hotpapers.web.answers import Answer, Freshness, json_answer
from hotpapers.web.representations import JSON
from hotpapers.web.requests import Request


def answer_health(_: Request) -> Answer:
    """That the function is there and its settings are right."""
    archive()
    return json_answer({"status": "ok"}, Freshness.MOMENTARY)


def answer_status(request: Request) -> Answer:
    """How the newest listing dates and the sources stand, and what is late."""
    stores, _ = archive()
    return json_answer(read_status(request.time, stores), Freshness.MOMENTARY)


def answer_description(_: Request) -> Answer:
    """The description of all addresses, for programs."""
    return Answer(JSON, write_description, Freshness.CURRENT)


@cache
def write_description() -> bytes:
    """The description of all addresses as OpenAPI: made once, for it is the same each time."""
    # Only whoever asks for it needs the rest of it.
    from hotpapers.web.addresses import OPERATIONS
    from hotpapers.web.openapi import openapi_document

    return write_json(openapi_document(OPERATIONS))
