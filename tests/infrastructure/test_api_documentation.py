"""What is said of the API against what it answers with: every address, field and state is there.

That is docs/api.md for people, and docs/openapi.json for programs.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from hotpapers.documents.digest_json import Document, digest_document
from hotpapers.documents.roundup_json import roundup_document
from hotpapers.domain.digest import Digest, Point, Rise
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.paper_view import PaperView
from hotpapers.domain.roundup import make_roundup, periods_of
from hotpapers.domain.sources import SourceReport, Status
from hotpapers.use_cases.browse import Archive
from hotpapers.use_cases.browse_papers import paper_view_document
from hotpapers.use_cases.measure import make_edition
from hotpapers.use_cases.status import read_status
from hotpapers.web.addresses import OPERATIONS
from hotpapers.web.parameters import FILTERS, PAGING
from hotpapers.web.schemas import SCHEMAS
from hotpapers.web.site_routes import write_description
from local.openapi import DESCRIPTION
from local.template import PROJECT
from tests.builders import COLLECTED_AT, DAY, PAPER, POST, make_entry
from tests.fakes import (
    MemoryCatalogue,
    MemoryEditions,
    MemoryListings,
    MemoryMeasurements,
    MemoryPages,
    MemoryRoundups,
)

TEXT = (PROJECT / "docs" / "api.md").read_text()
NAMED = set(re.findall(r"`([^`]+)`", TEXT))

LISTING = Listing(
    DAY,
    ListingState.FRESH,
    COLLECTED_AT,
    "a reason",
    Origin.FEED,
    512,
    "a shortfall",
    predicted=True,
)
REPORT = SourceReport(Status.PARTIAL, "a reason", True, COLLECTED_AT, 7, Decimal(1))
DIGEST = Digest(
    DAY,
    COLLECTED_AT,
    (
        replace(
            make_entry(1, replace(PAPER, withdrawn=True), [POST]),
            history=(Point(COLLECTED_AT, {}),),
            code="https://github.com/ada/engine",
        ),
    ),
    {"x": REPORT},
    LISTING,
    rising=(Rise(PAPER.id, PAPER.title, Decimal(3), COLLECTED_AT),),
)
"""A digest in which nothing is absent."""
ENTRY = DIGEST.papers[0]
VIEW = PaperView(
    paper=ENTRY.paper,
    day=DAY,
    measured_at=COLLECTED_AT,
    rank=1,
    attention=ENTRY.attention,
    mentions=ENTRY.mentions,
    history=ENTRY.history,
    code=ENTRY.code,
)


def unexplained(fields: Iterable[str]) -> set[str]:
    return set(fields) - NAMED


def test_every_field_of_a_digest_is_explained() -> None:
    digest = digest_document(DIGEST)
    [paper] = digest["papers"]
    parts = (digest, digest["listing"], digest["sources"]["x"], paper, *digest["rising"])

    assert {field for part in parts for field in unexplained(part)} == set()
    assert unexplained(paper["history"][0]) == set()


def status_document() -> Document:
    """How an archive stands in which nothing is absent."""
    archive = Archive(
        MemoryEditions(),
        MemoryListings(),
        MemoryMeasurements(),
        MemoryRoundups(),
        MemoryCatalogue(),
        MemoryPages(),
    )
    archive.listings.keep(LISTING)
    archive.editions.save(make_edition(DIGEST))
    return read_status(datetime(2020, 9, 20, 14, tzinfo=UTC), archive)


def test_every_field_of_a_status_is_explained() -> None:
    status = status_document()

    [listing] = status["listings"]
    parts = (status, listing, status["newest_digest"])
    assert {field for part in parts for field in unexplained(part)} == set()


def test_every_field_of_a_roundup_is_explained() -> None:
    week, _ = periods_of(DAY)
    roundup = roundup_document(make_roundup(week, [DIGEST]))

    parts = (roundup, *roundup["days"], *roundup["papers"])
    assert {field for part in parts for field in unexplained(part)} == set()


def test_every_state_and_origin_is_explained() -> None:
    assert unexplained([*ListingState, *Origin, *Status]) == set()


def test_every_address_is_explained() -> None:
    patterns = [re.sub(r"\{\w+\}", "[^/`]+", operation.path) for operation in OPERATIONS]

    assert [
        pattern for pattern in patterns if not any(re.fullmatch(pattern, name) for name in NAMED)
    ] == []


def test_every_parameter_is_explained() -> None:
    assert unexplained(parameter.name for parameter in (*FILTERS, *PAGING)) == set()


def test_the_description_for_programs_is_that_of_the_addresses() -> None:
    assert DESCRIPTION.read_bytes() == write_description(), "run `make openapi`"


# What the schemas promise

DOCUMENTS = {
    "Digest": digest_document(DIGEST),
    "Roundup": roundup_document(make_roundup(periods_of(DAY)[0], [DIGEST])),
    "Paper": paper_view_document(VIEW),
    "Status": status_document(),
}
"""Documents by the names of their schemas."""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_as_their_schemas_say(name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    validator = Draft202012Validator(schema, format_checker=FormatChecker())

    assert [error.message for error in validator.iter_errors(DOCUMENTS[name])] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_field_is_described(name: str) -> None:
    assert list(undescribed(DOCUMENTS[name], {"$ref": f"#/components/schemas/{name}"}, name)) == []


def undescribed(value: Any, schema: Any, place: str) -> Iterator[str]:
    """The fields of a document that a schema does not know."""
    if isinstance(value, list):
        [items] = [each["items"] for each in parts(schema) if "items" in each]
        for each in value:
            yield from undescribed(each, items, place)
    if isinstance(value, dict):
        known = {
            name: each
            for part in parts(schema)
            for name, each in part.get("properties", {}).items()
        }
        others = [
            part["additionalProperties"] for part in parts(schema) if "additionalProperties" in part
        ]
        for name, each in value.items():
            if name in known or others:
                yield from undescribed(each, known.get(name) or others[0], f"{place}.{name}")
            else:
                yield f"{place}.{name}"


def parts(schema: Any) -> Iterator[Any]:
    """A schema and all that it refers to for the same value."""
    yield schema
    if "$ref" in schema:
        yield from parts(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    for each in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        yield from parts(each)
