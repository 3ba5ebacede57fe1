"""A service on this machine that answers as a test says, and keeps what it was asked.

with ScriptedServer({"/api/list": [json_answer({"data": []}), answers(503)]}) as server:
    ...  # ask server.url
    assert [call.query for call in server.calls] == [{"page": "0"}, {"page": "1"}]
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from hotpapers.domain.calendar import Window
from hotpapers.domain.post import Post
from hotpapers.domain.reading import PostPage
from hotpapers.errors import UpstreamError
from hotpapers.ports import PostSource

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

RECORDINGS = Path(__file__).parent / "recordings"

Reply = Callable[[Any], Response]
"""What answers a call; it gets the request. The faults that need no right answer are such, too."""


@dataclass(frozen=True)
class Call:
    """One request that the server received.

    `query` is what stands in the address, `form` and `json` are what a POST carries (empty and
    None where it carries no such thing). Header names are looked up as they are usually written.
    """

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    json: Any
    headers: dict[str, str]


class ScriptedServer:
    """Answers the calls to a path with the replies of its list, one after the other.

    `script` maps paths to replies; `itertools.repeat(reply)` is one that never ends. A path that
    has no reply left, or none at all, is answered with 418, which no client of ours asks again.
    """

    def __init__(self, script: Mapping[str, Iterable[Reply]]) -> None:
        self.calls: list[Call] = []
        self._script: dict[str, Iterator[Reply]] = {
            path: iter(replies) for path, replies in script.items()
        }
        self._lock = threading.Lock()
        self._server = make_server("127.0.0.1", 0, self._application, True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))
        self.url = f"http://127.0.0.1:{self._server.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def paths(self) -> list[str]:
        """The paths of the calls, in turn."""
        return [call.path for call in self.calls]

    def _application(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        request = Request(environ)
        with self._lock:
            self.calls.append(_call(request))
            reply = next(self._script.get(request.path, iter(())), None)
        response = reply(request) if reply else Response("Nothing is scripted.", status=418)
        return response(environ, start_response)


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object, **__: object) -> None:
        """Says nothing: `ScriptedServer.calls` is the log."""

    def connection_dropped(self, *_: object, **__: object) -> None:
        """Closes the connection, which werkzeug would keep open for a next request."""
        self.close_connection = True


def json_answer(
    document: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    """This JSON document, whatever was asked."""
    body = json.dumps(document)

    def reply(_request: object) -> Response:
        return Response(body, status=status, content_type="application/json", headers=headers)

    return reply


def _call(request: Request) -> Call:
    carried = request.get_json(silent=True) if request.is_json else None
    return Call(
        method=request.method,
        path=request.path,
        query=request.args.to_dict(),
        form=request.form.to_dict(),
        json=carried,
        headers=dict(request.headers),
    )


@dataclass(frozen=True)
class Told:
    """What a source of posts told: its pages, and why there may be more (empty: told all)."""

    pages: list[PostPage]
    reason: str

    @property
    def posts(self) -> list[Post]:
        """The posts of all pages."""
        return [post for page in self.pages for post in page.posts]

    @property
    def ids(self) -> list[str]:
        """The posts' ids."""
        return [post.id for post in self.posts]


LISTING_DATE = date(2020, 9, 18)
SPAN = Window(
    datetime(2020, 9, 16, 18, 0, tzinfo=UTC), datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC)
)


def tell(source: PostSource, listing_date: date = LISTING_DATE, span: Window = SPAN) -> Told:
    """Ask a source of posts for all that it has."""
    pages: list[PostPage] = []
    try:
        for page in source.pages(listing_date, span):
            pages.append(page)  # noqa: PERF402 - those before a failure stand
    except UpstreamError as error:
        return Told(pages, str(error))
    return Told(pages, "")


def recording(name: str) -> Any:
    """One of our own recordings, by its path below tests/recordings."""
    return json.loads((RECORDINGS / name).read_text(encoding="utf-8"))
