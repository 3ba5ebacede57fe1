"""arXiv's query API and X's search API, replayed on this machine from a data set.

    with UpstreamServer(Dataset.load(path)) as upstreams:
        ...  # ARXIV_URL and X_URL are both `upstreams.url`
        assert len(upstreams.calls) == 2

The server is as strict as the real ones where that catches a mistake of ours: it refuses a page
size out of range, a query it cannot read, a request without a token, and it leaves out what was
not asked for. `Faults` says what goes wrong, call by call.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Self

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from local.upstreams.arxiv import ArxivReplay
from local.upstreams.dataset import Dataset
from local.upstreams.faults import Faults
from local.upstreams.x import Vocabulary, XReplay

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass(frozen=True)
class Call:
    """One request that the server received. `received` counts seconds from any fixed moment."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    received: float = field(default=0.0, compare=False)


class UpstreamServer:
    """Both upstreams on one port of this machine, from `with` to its end.

    `page_size` is the most items that a page may have whatever the client asks for (real servers
    do send short pages). `vocabulary` is the one of X's answers, "tweet" or the newer "post".
    With `now`, X's limits that depend on the time of the request hold as well.
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
    ) -> None:
        faults = faults or Faults()
        self._page_size = page_size
        self._vocabulary: Vocabulary = vocabulary
        self._now = now
        self._lock = threading.Lock()
        self.replay(dataset)
        self._faults = {"arxiv": iter(faults.arxiv), "x": iter(faults.x)}
        self._server = make_server(host, port, self._application, True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))
        self.port = self._server.port
        self.url = f"http://{host}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._thread.join()

    def replay(self, dataset: Dataset) -> None:
        """Replays this data set from now on. The calls so far are forgotten, faults go on."""
        with self._lock:
            self.calls: list[Call] = []
            self._arxiv = ArxivReplay(dataset.papers, self._page_size)
            self._x = XReplay(dataset, self._page_size, self._vocabulary, self._now)

    def calls_to(self, path: str) -> list[Call]:
        """The calls received so far whose path begins so."""
        return [call for call in self.calls if call.path.startswith(path)]

    def _application(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        upstream, answer = self._route(request.path)
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
        right = answer(request)
        return fault(right) if fault else right

    def _route(self, path: str) -> tuple[str, Callable[[Request], Response]]:
        if path == "/api/query":
            return "arxiv", self._arxiv.answer
        if path in XReplay.LARGEST_PAGE:
            return "x", self._x.answer
        return "", lambda _request: Response("Not found.", status=404)


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object, **__: object) -> None:
        """Says nothing: `UpstreamServer.calls` is the log."""

    def connection_dropped(self, *_: object, **__: object) -> None:
        """Closes the connection, which werkzeug would keep open for a next request."""
        self.close_connection = True
