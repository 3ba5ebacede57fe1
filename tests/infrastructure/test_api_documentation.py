"""docs/api.md against what the API answers with: every address, field and state is explained."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hotpapers.documents.digest_json import digest_document
from hotpapers.documents.roundup_json import roundup_document
from hotpapers.domain.digest import Digest, Point, Rise
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.roundup import make_roundup, periods_of
from hotpapers.domain.sources import SourceReport, Status
from hotpapers.use_cases.browse import Archive
from hotpapers.use_cases.measure import make_edition
from hotpapers.use_cases.status import read_status
from hotpapers.web.addresses import OPERATIONS
from hotpapers.web.parameters import FILTERS, PAGING
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
        ),
    ),
    {"x": REPORT},
    LISTING,
    rising=(Rise(PAPER.id, PAPER.title, Decimal(3), COLLECTED_AT),),
)
"""A digest in which nothing is absent."""


def unexplained(fields: Iterable[str]) -> set[str]:
    return set(fields) - NAMED


def test_every_field_of_a_digest_is_explained() -> None:
    digest = digest_document(DIGEST)
    [paper] = digest["papers"]
    parts = (digest, digest["listing"], digest["sources"]["x"], paper, *digest["rising"])

    assert {field for part in parts for field in unexplained(part)} == set()
    assert unexplained(paper["history"][0]) == set()


def test_every_field_of_a_status_is_explained() -> None:
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

    status = read_status(datetime(2020, 9, 20, 14, tzinfo=UTC), archive)

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
