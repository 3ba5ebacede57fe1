"""The parts put together, once for each function.

Each function asks for its work when it is imported, so that a wrong setting is refused before
any event is taken. What is made is kept for as long as the process lives. What only one function
needs is imported only for that one.
"""

import logging
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from hotpapers.adapters.dynamodb import DynamoDBEditions
from hotpapers.settings import ApiSettings, CollectorSettings, RendererSettings, environment

if TYPE_CHECKING:
    from hotpapers.documents.front_matter import FrontMatter
    from hotpapers.use_cases.collect import Collection, CollectionOrder

# It tells where its credentials are from, at every start of every function.
logging.getLogger("botocore.credentials").setLevel(logging.WARNING)

AWS = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "max_attempts": 4},
)


@cache
def collector() -> "Callable[[CollectionOrder], Collection]":
    """The collector's work: an order in, what was done out."""
    from hotpapers.adapters.arxiv import Arxiv
    from hotpapers.adapters.dynamodb import DynamoDBReadings
    from hotpapers.roster import Sources
    from hotpapers.use_cases.collect import Collector

    settings = CollectorSettings.from_environment()
    editions = _editions(settings.table_name)
    readings = DynamoDBReadings(_dynamodb(), settings.table_name)
    papers = Arxiv(
        settings.arxiv_url, settings.categories, settings.contact, settings.arxiv_delay_seconds
    )
    sources = Sources(settings, environment(), lambda: boto3.client("ssm", config=AWS))

    def work(order: "CollectionOrder") -> "Collection":
        roster = sources.roster()
        return Collector(papers, roster, editions, readings, settings.rules).collect(order)

    return work


@cache
def renderer() -> Callable[[date], None]:
    """The renderer's work: a listing date in, its files written."""
    from hotpapers.adapters.s3 import S3Documents
    from hotpapers.use_cases.render import render

    settings = RendererSettings.from_environment()
    editions = _editions(settings.table_name)
    documents = S3Documents(boto3.client("s3", config=AWS), settings.bucket_name)

    def work(day: date) -> None:
        render(day, editions, documents, settings.front_matter)

    return work


@cache
def archive() -> "tuple[DynamoDBEditions, FrontMatter]":
    """What the API reads from, and how the posts that it hands out begin."""
    settings = ApiSettings.from_environment()
    return _editions(settings.table_name, consistent=False), settings.front_matter


def forget() -> None:
    """Make everything anew at the next call: for processes that change their environment."""
    for made in (collector, renderer, archive):
        made.cache_clear()


def _editions(table_name: str, *, consistent: bool = True) -> DynamoDBEditions:
    return DynamoDBEditions(_dynamodb(), table_name, consistent=consistent)


def _dynamodb() -> Any:
    return boto3.client("dynamodb", config=AWS)
