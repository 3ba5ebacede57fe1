"""The addresses of the API, and what each answers with.

Every answer costs at most three reads of the table, four for a paper that its digest has no more,
and none of them looks at more of the archive when the archive is larger. Now is when the gateway
took the request.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from hotpapers.bootstrap import archive
from hotpapers.documents.digest_json import Document, read_digest, write_json
from hotpapers.documents.roundup_json import read_roundup
from hotpapers.domain.calendar import is_listing_date, predicted_quiet
from hotpapers.domain.digest import Digest
from hotpapers.domain.identifiers import parse_paper_id
from hotpapers.domain.roundup import Period, parse_period
from hotpapers.errors import InvalidInputError
from hotpapers.events import read_date, read_request_time
from hotpapers.use_cases.browse import (
    Absence,
    StoredDigest,
    list_digests,
    read_day,
    read_newest,
    read_paper,
    read_weekend,
)
from hotpapers.use_cases.browse_periods import find_roundup, why_no_roundup
from hotpapers.use_cases.status import read_status

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
    stores, _ = archive()
    return _json(list_digests(_limit(query), _cursor(query), stores.editions))


@router.route("/status", method=READING)
def answer_status() -> Response[str]:
    """How the newest listing dates and the sources stand, and what is late."""
    stores, _ = archive()
    return _json(read_status(_time(), stores))


@router.route("/digests/<name>", method=READING)
def answer_digest(name: str) -> Response[str]:
    """A digest by its date or `latest`, or a roundup by its week or month: as JSON, or with `.md`
    the post."""
    name, markdown = re.subn(r"\.md$", "", unquote(name))
    period = parse_period(name)
    if markdown:
        post = _roundup_post(period) if period else _post(name)
        return Response(HTTPStatus.OK.value, MARKDOWN, post)
    document = _roundup(period).decode() if period else _digest(name)
    return Response(HTTPStatus.OK.value, JSON, document)


@router.route("/papers/<paper_id>", method=READING)
def answer_paper(paper_id: str) -> Response[str]:
    """A paper by its id, with or without a version."""
    return _paper(unquote(paper_id))


@router.route("/papers/<archive_name>/<number>", method=READING)
def answer_old_style_paper(archive_name: str, number: str) -> Response[str]:
    """A paper by its old-style id, which has a slash in it."""
    return _paper(f"{unquote(archive_name)}/{unquote(number)}")


def _digest(name: str) -> str:
    day = _day(name)
    if day and not is_listing_date(day):
        return write_json(read_weekend(day)).decode()
    return _stored(day).document.decode()


def _post(name: str) -> str:
    digest = _digest_with_post(name)
    from hotpapers.documents.hot_papers_post import write_post  # a template engine: rarely needed

    _, front_matter = archive()
    return write_post(digest, front_matter).decode()


def _digest_with_post(name: str) -> Digest:
    """The digest of a day that has a post: quiet days have none."""
    day = _day(name)
    if day and not is_listing_date(day):
        raise NotFoundError(f"there is no post of {day}: {predicted_quiet(day)}")
    digest = read_digest(_stored(day).document)
    if digest.listing and digest.is_quiet:
        raise NotFoundError(f"there is no post of {digest.date}: {digest.listing.why}")
    return digest


def _roundup(period: Period) -> bytes:
    stores, _ = archive()
    roundup = find_roundup(period, stores)
    if roundup is None:
        reason = why_no_roundup(period, stores)
        raise NotFoundError(f"there is no roundup of {period.name}: {reason}")
    return roundup


def _roundup_post(period: Period) -> str:
    from hotpapers.documents.roundup_post import write_roundup_post  # as above

    _, front_matter = archive()
    return write_roundup_post(read_roundup(_roundup(period)), front_matter).decode()


def _day(name: str) -> date | None:
    """The day that an address names; None stands for the newest."""
    return None if name == "latest" else read_date("date", name)


def _stored(day: date | None) -> StoredDigest:
    stores, _ = archive()
    if day is None:
        newest = read_newest(stores.editions)
        if newest is None:
            raise NotFoundError("there is no digest yet")
        return newest
    digest = read_day(day, _time(), stores)
    if isinstance(digest, Absence):
        raise NotFoundError(f"there is no digest of {digest.date}: {digest.reason}")
    return digest


def _time() -> datetime:
    return read_request_time(router.current_event.raw_event)


def _paper(text: str) -> Response[str]:
    paper_id = parse_paper_id(text)
    if paper_id is None:
        raise InvalidInputError("id", f"{text[:100]!r} is not an arXiv id such as 2009.08319")
    stores, _ = archive()
    paper = read_paper(paper_id, stores)
    if paper is None:
        raise NotFoundError(f"{paper_id} is in no digest, and in no listing that is kept")
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
