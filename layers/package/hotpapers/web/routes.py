"""The addresses of the API, and what each answers with.

Every answer costs at most two reads of the table, three for a paper that is in one digest, and
none of them looks at more of the archive when the archive is larger.
"""

import re
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from hotpapers.bootstrap import archive
from hotpapers.documents.digest_json import Document, read_digest, write_json
from hotpapers.domain.identifiers import parse_paper_id
from hotpapers.errors import InvalidInputError
from hotpapers.events import read_date
from hotpapers.use_cases.browse import (
    StoredDigest,
    list_digests,
    read_day,
    read_newest,
    read_paper,
)

JSON = "application/json"
MARKDOWN = "text/markdown; charset=utf-8"

READING = ["GET", "HEAD"]

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 100

router = Router()  # type: ignore[no-untyped-call]


class NotFoundError(Exception):
    """There is nothing at this address; the text says what was looked for."""


@router.route("/health", method=READING)
def answer_health() -> Response[str]:
    """That the function is there and its settings are right."""
    archive()
    return _json({"status": "ok"})


@router.route("/digests", method=READING)
def answer_digests() -> Response[str]:
    """The list of digests, newest first: `limit` of them, from where `cursor` points."""
    query = router.current_event.query_string_parameters or {}
    editions, _ = archive()
    return _json(list_digests(_limit(query), _cursor(query), editions))


@router.route("/digests/<name>", method=READING)
def answer_digest(name: str) -> Response[str]:
    """A digest by its date or `latest`: as JSON, or with `.md` the post."""
    day, markdown = re.subn(r"\.md$", "", unquote(name))
    digest = _digest(day)
    if markdown:
        return Response(HTTPStatus.OK.value, MARKDOWN, _post(digest))
    return Response(HTTPStatus.OK.value, JSON, digest.document.decode())


@router.route("/papers/<paper_id>", method=READING)
def answer_paper(paper_id: str) -> Response[str]:
    """A paper by its id, with or without a version."""
    return _paper(unquote(paper_id))


@router.route("/papers/<archive_name>/<number>", method=READING)
def answer_old_style_paper(archive_name: str, number: str) -> Response[str]:
    """A paper by its old-style id, which has a slash in it."""
    return _paper(f"{unquote(archive_name)}/{unquote(number)}")


def _digest(name: str) -> StoredDigest:
    editions, _ = archive()
    if name == "latest":
        digest = read_newest(editions)
        missing = "there is no digest yet"
    else:
        day = read_date("date", name)
        digest = read_day(day, editions)
        missing = f"there is no digest of {day}"
    if digest is None:
        raise NotFoundError(missing)
    return digest


def _post(digest: StoredDigest) -> str:
    from hotpapers.documents.hot_papers_post import write_post  # a template engine: rarely needed

    _, front_matter = archive()
    return write_post(read_digest(digest.document), front_matter).decode()


def _paper(text: str) -> Response[str]:
    paper_id = parse_paper_id(text)
    if paper_id is None:
        raise InvalidInputError("id", f"{text[:100]!r} is not an arXiv id such as 2009.08319")
    editions, _ = archive()
    paper = read_paper(paper_id, editions)
    if paper is None:
        raise NotFoundError(f"{paper_id} is in no digest")
    return _json(paper)


def _limit(query: Mapping[str, Any]) -> int:
    text = query.get("limit", str(DEFAULT_LIMIT))
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not 1 <= int(text) <= LARGEST_LIMIT:
        reason = f"must be a whole number from 1 to {LARGEST_LIMIT}, not {text[:100]!r}"
        raise InvalidInputError("limit", reason)
    return int(text)


def _cursor(query: Mapping[str, Any]) -> date | None:
    text = query.get("cursor")
    return None if text is None else read_date("cursor", text)


def _json(document: Document) -> Response[str]:
    return Response(HTTPStatus.OK.value, JSON, write_json(document).decode())
