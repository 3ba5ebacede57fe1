"""An archive of ten years, as the collector and the renderer leave it, made in seconds.

Everything in it is written by the real adapters, for a table that is empty to them; the items are
then put into moto's table directly.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.dynamo_type import Item as MotoItem

from hotpapers.adapters.dynamodb_catalogue import DynamoDBCatalogue
from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_listings import DynamoDBListings
from hotpapers.adapters.dynamodb_roundups import DynamoDBRoundups
from hotpapers.documents.roundup_json import write_roundup
from hotpapers.domain.calendar import final_at, listing_dates
from hotpapers.domain.card import digest_cards
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import EditionHead, Revision
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.roundup import days_awaited, make_roundup, periods_of, roundup_revision
from hotpapers.use_cases.measure import make_edition
from local.account import REGION
from local.cloud import Cloud
from local.quick_table import find_table
from tests.builders import POST, X_ONLY, make_entry, make_paper

FIRST, LAST = date(2010, 9, 20), date(2020, 9, 17)
"""A Monday, and the Thursday before the day that the upstreams of tests have papers for."""
DAYS = listing_dates(FIRST, LAST)
QUIET_EVERY, RARE_EVERY = 97, 61
"""How many days have no announcement, and how many papers a word that others have not."""

Item = Mapping[str, Any]


def is_quiet(day: date) -> bool:
    """Whether arXiv announced nothing on a day."""
    return day.toordinal() % QUIET_EVERY == 7


def is_rare(day: date) -> bool:
    """Whether a day's paper has the word `phlogiston`."""
    return day.toordinal() % RARE_EVERY == 0


def category_of(day: date) -> str:
    """The category of a day's paper."""
    return "cs.LG" if day.toordinal() % 2 else "stat.ML"


def paper_of(day: date) -> PaperId:
    """The only paper of a day."""
    # Since 2015 a month's papers are numbered with five digits.
    return PaperId(f"{day:%y%m}.{(10_000 if day.year >= 2015 else 1_000) + day.day}")


def digest_of(day: date) -> Digest:
    """The digest of a day, which is final."""
    found_at = final_at(day)
    if is_quiet(day):
        listing = Listing(day, ListingState.QUIET, found_at, "a holiday")
        return Digest(day, found_at, (), listing=listing, final=True)
    title = f"A {'phlogiston' if is_rare(day) else 'steam'} engine"
    paper = make_paper(paper_of(day), title=title, categories=(category_of(day),), abstract="")
    listing = Listing(day, ListingState.FRESH, found_at, origin=Origin.FEED, papers=1)
    entries = (make_entry(1, paper, [POST]),)
    return Digest(day, found_at, entries, X_ONLY, listing=listing, final=True)


def fill(cloud: Cloud, days: Sequence[date]) -> None:
    """Put days into an archive."""
    table = find_table(cloud.stack.table_name, REGION)
    for item in items_of(days):
        partition, sort = DynamoType(item["pk"]), DynamoType(item["sk"])
        table.items[partition][sort] = MotoItem(partition, sort, dict(item))


def items_of(days: Sequence[date]) -> Iterator[Item]:
    """All that is in the table of days that are over."""
    heads: dict[date, EditionHead] = {}
    kept: dict[date, tuple[Revision, Digest]] = {}
    for day in days:
        digest, items = digest_of(day), list[Item]()
        client: Any = _EmptyTable(items)
        edition = make_edition(digest)
        assert digest.listing
        DynamoDBListings(client, "").keep(digest.listing)
        DynamoDBEditions(client, "").save(edition)
        DynamoDBCatalogue(client, "").file(day, edition.revision, digest_cards(digest))
        heads[day] = EditionHead(
            day, digest.collected_at, edition.revision, len(digest.papers), final=True
        )
        kept[day] = edition.revision, digest
        for period in periods_of(day):
            if day == period.listing_dates[-1] and not days_awaited(period, heads, days[0]):
                of_period = [kept[each] for each in period.listing_dates if each in kept]
                roundup = make_roundup(period, [digest for _, digest in of_period])
                revision = roundup_revision(name for name, _ in of_period)
                DynamoDBRoundups(client, "").save(period.name, revision, write_roundup(roundup))
        yield from items


@dataclass(frozen=True)
class _EmptyTable:
    """A client of an empty table, which keeps the items that it is given."""

    items: list[Item]

    def __getattr__(self, method: str) -> Callable[..., Any]:
        answers: Mapping[str, Any] = {
            "get_item": {},
            "batch_get_item": {"Responses": {}},
            "update_item": {"Attributes": {}},
            "query": {"Items": []},
        }

        def call(**given: Any) -> Any:
            self._take(method, given)
            return answers.get(method, {})

        return call

    def _take(self, method: str, given: Mapping[str, Any]) -> None:
        match method:
            case "put_item":
                self.items.append(given["Item"])
            case "batch_write_item":
                for writes in given["RequestItems"].values():
                    self.items.extend(write["PutRequest"]["Item"] for write in writes)
            case "transact_write_items":
                puts = [write["Put"]["Item"] for write in given["TransactItems"] if "Put" in write]
                self.items.extend(puts)
            case "update_item":
                revision = given["ExpressionAttributeValues"][":revision"]
                self.items.append({**given["Key"], "revision": revision})
