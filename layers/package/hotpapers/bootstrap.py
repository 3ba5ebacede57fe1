"""The parts put together, once for each function.

Each function asks for its work when it is imported, so that a wrong setting is refused before
any event is taken. What is made is kept for as long as the process lives. What only one function
needs is imported only for that one.
"""

from functools import cache
from typing import TYPE_CHECKING

from hotpapers.adapters.aws import READERS, make_client
from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.settings import CollectorSettings, PublicationSettings, environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotpapers.documents.presentation import Presentation
    from hotpapers.use_cases.browse import Archive
    from hotpapers.use_cases.collect import CollectionOrder, Run
    from hotpapers.use_cases.render import Renderer


@cache
def collector() -> "Callable[[CollectionOrder], Run]":
    """The collector's work: an order in, what was done out."""
    from hotpapers.adapters.arxiv import Arxiv, ArxivOrigins
    from hotpapers.adapters.dynamodb_listings import DynamoDBListings
    from hotpapers.adapters.dynamodb_measurements import DynamoDBMeasurements
    from hotpapers.adapters.dynamodb_pace import TablePace
    from hotpapers.adapters.dynamodb_readings import DynamoDBReadings
    from hotpapers.roster import Sources
    from hotpapers.use_cases.collect import Collector, Stores, Terms

    settings = CollectorSettings.from_environment()
    client, table = make_client("dynamodb"), settings.table_name
    stores = Stores(
        editions=DynamoDBEditions(client, table),
        readings=DynamoDBReadings(client, table),
        listings=DynamoDBListings(client, table),
        measurements=DynamoDBMeasurements(client, table),
    )
    origins = ArxivOrigins(settings.arxiv_url, settings.arxiv_rss_url, settings.arxiv_web_url)
    terms = Terms(settings.categories, settings.settling, settings.measured)
    delay = settings.arxiv_delay_seconds
    sources = Sources(settings, environment(), lambda: make_client("ssm"))

    def work(order: "CollectionOrder") -> "Run":
        # Made for each run, since the time that arXiv may take counts from here on.
        pace = TablePace(client, table, delay)
        papers = Arxiv(origins, settings.categories, settings.contact, delay, pace=pace)
        return Collector(papers, sources.roster(), stores, settings.rules, terms).collect(order)

    return work


@cache
def renderer() -> "Renderer":
    """The renderer, which publishes digests by their listing dates."""
    from hotpapers.adapters.dynamodb_catalogue import DynamoDBCatalogue
    from hotpapers.adapters.dynamodb_roundups import DynamoDBRoundups
    from hotpapers.adapters.s3 import S3Documents
    from hotpapers.adapters.s3_pages import S3Pages
    from hotpapers.use_cases.render import Renderer

    settings = PublicationSettings.from_environment()
    client, table = make_client("dynamodb"), settings.table_name
    bucket = (make_client("s3"), settings.bucket_name)
    return Renderer(
        editions=DynamoDBEditions(client, table),
        roundups=DynamoDBRoundups(client, table),
        catalogue=DynamoDBCatalogue(client, table),
        documents=S3Documents(*bucket),
        pages=S3Pages(*bucket),
        presentation=settings.presentation,
    )


@cache
def archive() -> "tuple[Archive, Presentation]":
    """What the API reads from, and how the documents look that it makes."""
    from hotpapers.adapters.dynamodb_catalogue import DynamoDBCatalogue
    from hotpapers.adapters.dynamodb_listings import DynamoDBListings
    from hotpapers.adapters.dynamodb_measurements import DynamoDBMeasurements
    from hotpapers.adapters.dynamodb_roundups import DynamoDBRoundups
    from hotpapers.adapters.s3_pages import S3Pages
    from hotpapers.use_cases.browse import Archive

    settings = PublicationSettings.from_environment()
    client, table = make_client("dynamodb", READERS), settings.table_name
    stores = Archive(
        editions=DynamoDBEditions(client, table, consistent=False),
        listings=DynamoDBListings(client, table, consistent=False),
        measurements=DynamoDBMeasurements(client, table, consistent=False),
        roundups=DynamoDBRoundups(client, table, consistent=False),
        catalogue=DynamoDBCatalogue(client, table, consistent=False),
        pages=S3Pages(make_client("s3", READERS), settings.bucket_name),
    )
    return stores, settings.presentation


def forget() -> None:
    """Make everything anew at the next call: for processes that change their environment."""
    for made in (collector, renderer, archive):
        made.cache_clear()
