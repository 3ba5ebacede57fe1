"""The system as the functions put it together, with clocks on which waiting takes no time.

What `hotpapers.bootstrap` makes for the collector and the renderer is made here of the same parts,
with the same settings from the same environment; only that each part which waits is given a clock.
The API waits for nothing, so that it is the function itself.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from hotpapers.adapters.arxiv import Arxiv, ArxivOrigins
from hotpapers.adapters.aws import make_client
from hotpapers.adapters.dynamodb_catalogue import DynamoDBCatalogue
from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_listings import DynamoDBListings
from hotpapers.adapters.dynamodb_measurements import DynamoDBMeasurements
from hotpapers.adapters.dynamodb_pace import TablePace
from hotpapers.adapters.dynamodb_readings import DynamoDBReadings
from hotpapers.adapters.dynamodb_roundups import DynamoDBRoundups
from hotpapers.adapters.s3 import S3Documents
from hotpapers.adapters.s3_pages import S3Pages
from hotpapers.errors import StoreError
from hotpapers.events import read_collection_order, read_digest_date
from hotpapers.roster import Sources
from hotpapers.settings import CollectorSettings, PublicationSettings, environment
from hotpapers.use_cases.collect import Collector, Stores, Terms
from hotpapers.use_cases.render import Renderer
from local.chaos.clock import VirtualClock

Event = Mapping[str, Any]


class System(Protocol):
    """What AWS starts: the functions of one process each, with nothing left of earlier ones."""

    def collect(self, event: Event) -> object:
        """The collector."""

    def render(self, records: Sequence[Event]) -> None:
        """The renderer."""


MakeSystem = Callable[[VirtualClock], System]


class Functions:
    """The collector and the renderer."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.client, self.s3 = make_client("dynamodb"), make_client("s3")
        self.settings = CollectorSettings.from_environment()
        self.publication = PublicationSettings.from_environment()
        secrets = make_client("ssm")
        self._sources = Sources(self.settings, environment(), lambda: secrets, clock.time)

    def collect(self, event: Event) -> object:
        """Collect, as an event orders."""
        settings, clock = self.settings, self._clock.time
        origins = ArxivOrigins(settings.arxiv_url, settings.arxiv_rss_url, settings.arxiv_web_url)
        delay = settings.arxiv_delay_seconds
        pace = TablePace(self.client, settings.table_name, delay, clock)
        papers = Arxiv(origins, settings.categories, settings.contact, delay, clock, pace)
        terms = Terms(settings.categories, settings.settling, settings.measured)
        collector = Collector(papers, self._sources.roster(), self.stores(), settings.rules, terms)
        return collector.collect(read_collection_order(dict(event)))

    def render(self, records: Sequence[Event]) -> None:
        """Publish the digests of the stream's records. As in the function, one that fails does
        not keep the others of its batch from being tried."""
        failures = list[StoreError]()
        for record in records:
            try:
                self.renderer().render(read_digest_date(record))
            except StoreError as error:
                failures.append(error)
        for failure in failures:
            raise failure

    def stores(self) -> Stores:
        """Where the collector keeps everything."""
        place, sleep = (self.client, self.settings.table_name), self._clock.sleep
        return Stores(
            editions=DynamoDBEditions(*place, sleep=sleep),
            readings=DynamoDBReadings(*place, sleep=sleep),
            listings=DynamoDBListings(*place, sleep=sleep),
            measurements=DynamoDBMeasurements(*place, sleep=sleep),
        )

    def renderer(self) -> Renderer:
        """What publishes."""
        place, sleep = (self.client, self.publication.table_name), self._clock.sleep
        bucket = (self.s3, self.publication.bucket_name)
        return Renderer(
            editions=DynamoDBEditions(*place, sleep=sleep),
            roundups=DynamoDBRoundups(*place, sleep=sleep),
            catalogue=DynamoDBCatalogue(*place, sleep=sleep),
            documents=S3Documents(*bucket),
            pages=S3Pages(*bucket),
            presentation=self.publication.presentation,
        )
