"""arXiv and the sources of posts, replayed on this machine from a data set.

    with UpstreamServer(Dataset.load(path)) as upstreams:
        ...  # ARXIV_URL, X_URL and all the others are in `upstreams.settings`
        assert len(upstreams.calls) == 2

The server is as strict as the real ones where that catches a mistake of ours: it refuses a page
size out of range, a query it cannot read, a request without a token, and it leaves out what was
not asked for. `Faults` says what goes wrong, call by call.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol, Self

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from hotpapers.domain.calendar import new_york_date
from local.upstreams.announcements import Announcements
from local.upstreams.arxiv import ArxivReplay
from local.upstreams.arxiv_rss import ArxivFeedReplay
from local.upstreams.arxiv_web import ArxivPagesReplay
from local.upstreams.bluesky import BlueskyReplay
from local.upstreams.dataset import Dataset
from local.upstreams.faults import Faults
from local.upstreams.hackernews import HackerNewsReplay
from local.upstreams.huggingface import HuggingFaceReplay
from local.upstreams.mastodon import MastodonReplay
from local.upstreams.reddit import RedditReplay
from local.upstreams.x import Vocabulary, XReplay

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATHS = {
    "/api/query": "arxiv",
    ArxivFeedReplay.PATH: "arxiv_rss",
    **dict.fromkeys(ArxivPagesReplay.PATHS, "arxiv_web"),
    **dict.fromkeys(XReplay.LARGEST_PAGE, "x"),
    BlueskyReplay.PATH: "bluesky",
    MastodonReplay.PATH: "mastodon",
    HackerNewsReplay.PATH: "hackernews",
    RedditReplay.TOKEN_PATH: "reddit",
    RedditReplay.DOMAIN_PATH: "reddit",
    RedditReplay.SEARCH_PATH: "reddit",
    HuggingFaceReplay.PATH: "huggingface",
}
"""Which upstream a path belongs to; one with a slash at its end stands for all below it."""


ORIGINS = (
    "ARXIV_URL",
    "ARXIV_RSS_URL",
    "ARXIV_WEB_URL",
    "X_URL",
    "BLUESKY_URL",
    "HACKERNEWS_URL",
    "REDDIT_URL",
    "REDDIT_AUTH_URL",
    "HUGGINGFACE_URL",
)


class Replay(Protocol):
    """An upstream, replayed."""

    def answer(self, request: Request) -> Response:
        """What the upstream would answer."""


@dataclass(frozen=True)
class Call:
    """One request that the server received. `received` counts seconds from any fixed moment."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    received: float = field(default=0.0, compare=False)


class UpstreamServer:
    """All upstreams on one port of this machine, from `with` to its end.

    `page_size` is the most items that a page may have whatever the client asks for (real servers
    do send short pages). `vocabulary` is the one of X's answers, "tweet" or the newer "post".
    With `now`, X's limits that depend on the time of the request hold as well. `today` is the date
    in New York that arXiv's feed and pages show, and up to which it has announced papers: if not
    given, that of `now`, or else that of the data set's last listing.

    Each further instance of Mastodon that the data set has gets a port of its own: instances are
    told apart by where they are. `mastodon_urls` are all of them.
    """

    def __init__(  # noqa: PLR0913 - each is an option of its own
        self,
        dataset: Dataset,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        faults: Faults | None = None,
        page_size: int | None = None,
        vocabulary: Vocabulary = "tweet",
        now: datetime | None = None,
        today: date | None = None,
    ) -> None:
        faults = faults or Faults()
        self._page_size = page_size
        self._vocabulary: Vocabulary = vocabulary
        self._now = now
        self._today = today or (new_york_date(now) if now else None)
        self._lock = threading.Lock()
        self.replay(dataset)
        self._faults = {each.name: iter(getattr(faults, each.name)) for each in fields(faults)}
        ports = [port] + [0] * (len(dataset.mastodon) - 1)
        self._servers = [
            make_server(host, number, self._application, True, request_handler=_Quiet)
            for number in ports
        ]
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.005,)) for server in self._servers
        ]
        self.port = self._servers[0].port
        self.url = f"http://{host}:{self.port}"
        self.mastodon_urls = [f"http://{host}:{server.port}" for server in self._servers]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()

    def replay(self, dataset: Dataset) -> None:
        """Replays this data set from now on. The calls so far are forgotten, faults go on."""
        size = self._page_size
        instances = list(dataset.mastodon.values()) or [()]
        with self._lock:
            self.calls: list[Call] = []
            self._papers = dataset.papers
            self.bluesky = BlueskyReplay(dataset.bluesky, size)
            self.reddit = RedditReplay(dataset.reddit, size)
            self._instances = [MastodonReplay(statuses, size) for statuses in instances]
            self._replays: dict[str, Replay] = {
                **self._arxiv(),
                "x": XReplay(dataset, size, self._vocabulary, self._now),
                "bluesky": self.bluesky,
                "hackernews": HackerNewsReplay(dataset.hackernews, size),
                "reddit": self.reddit,
                "huggingface": HuggingFaceReplay(dataset.huggingface, size),
            }

    def turn_to(self, today: date) -> None:
        """Let it be another date in New York from now on."""
        with self._lock:
            self._today = today
            self._replays |= self._arxiv()

    def _arxiv(self) -> dict[str, Replay]:
        announcements = Announcements(self._papers, self._today)
        return {
            "arxiv": ArxivReplay(announcements.papers(), self._page_size),
            "arxiv_rss": ArxivFeedReplay(announcements),
            "arxiv_web": ArxivPagesReplay(announcements),
        }

    @property
    def settings(self) -> dict[str, str]:
        """The settings of the collector with which it asks this server, and none else."""
        origins = dict.fromkeys(ORIGINS, self.url)
        return origins | {
            "MASTODON_URL": ",".join(self.mastodon_urls),
            "ARXIV_DELAY_SECONDS": "0",  # the upstream is our own
        }

    def calls_to(self, path: str) -> list[Call]:
        """The calls received so far whose path begins so."""
        return [call for call in self.calls if call.path.startswith(path)]

    def _application(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        upstream = upstream_of(request.path)
        with self._lock:
            self.calls.append(
                Call(
                    method=request.method,
                    path=request.path,
                    query=request.values.to_dict(),
                    headers=dict(request.headers),
                    received=time.monotonic(),
                )
            )
            fault = next(self._faults[upstream], None) if upstream else None
        if not upstream:
            return Response("Not found.", status=404)
        right = self._replay_of(upstream, request).answer(request)
        return fault(right) if fault else right

    def _replay_of(self, upstream: str, request: Request) -> Replay:
        if upstream != "mastodon":
            return self._replays[upstream]
        ports = [server.port for server in self._servers]
        place = ports.index(int(request.environ["SERVER_PORT"]))
        return self._instances[min(place, len(self._instances) - 1)]


def upstream_of(path: str) -> str:
    """The name of the upstream that a path belongs to, empty where it belongs to none."""
    return next(
        (
            name
            for known, name in PATHS.items()
            if path == known or (known.endswith("/") and path.startswith(known))
        ),
        "",
    )


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object, **__: object) -> None:
        """Says nothing: `UpstreamServer.calls` is the log."""

    def connection_dropped(self, *_: object, **__: object) -> None:
        """Closes the connection, which werkzeug would keep open for a next request."""
        self.close_connection = True
