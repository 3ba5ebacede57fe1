"""arXiv's query API and X's search API, replayed on this machine from a data set.

    with UpstreamServer(Dataset.load(path)) as upstreams:
        ...  # ARXIV_URL and X_URL are both `upstreams.url`
        assert len(upstreams.calls) == 2

The server is as strict as the real ones where that catches a mistake of ours: it refuses a page
size out of range, a query it cannot read, a request without a token, and it leaves out what was
not asked for. `Faults` says what goes wrong, call by call.
"""

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Vocabulary = Literal["tweet", "post"]


@dataclass(frozen=True)
class Dataset:
    """What the upstreams know.

    A paper has `id`, `version`, `title`, `authors` and `categories` (lists, the primary one
    first), `abstract`, `published` and `updated` (ISO 8601, UTC). Posts and users are objects as
    X's API v2 sends them, with all their fields.
    """

    papers: tuple[dict[str, Any], ...]
    posts: tuple[dict[str, Any], ...]
    users: tuple[dict[str, Any], ...]

    @classmethod
    def load(cls, path: Path) -> "Dataset":
        """The data set of a JSON file with the keys `papers`, `posts` and `users`."""
        document = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            papers=tuple(document["papers"]),
            posts=tuple(document["posts"]),
            users=tuple(document["users"]),
        )


@dataclass(frozen=True)
class Call:
    """One request that the server received. `received` counts seconds from any fixed moment."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    received: float = field(default=0.0, compare=False)


# Faults: each turns the right answer into what the client gets instead.

Fault = Callable[[Response], Response]


@dataclass(frozen=True)
class Faults:
    """What goes wrong: the n-th call of an upstream meets the n-th fault of its list.

    `None`, and every call after the end of the list, is answered rightly. For a fault that never
    ends give `itertools.repeat(fault)`.
    """

    arxiv: Iterable[Fault | None] = ()
    x: Iterable[Fault | None] = ()


def answers(
    status: int,
    body: str = "",
    *,
    content_type: str = "text/plain",
    retry_after: int | str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Fault:
    """This answer, whatever was asked."""

    def fault(_right: Response) -> Response:
        response = Response(body, status=status, content_type=content_type, headers=headers)
        if retry_after is not None:
            response.headers["Retry-After"] = str(retry_after)
        return response

    return fault


def rate_exceeded(_right: Response) -> Response:
    """A success by its status, a refusal by its text: arXiv does this under load."""
    return Response("Rate exceeded.", status=200, content_type="text/plain")


def html_page(_right: Response) -> Response:
    """The page of some proxy on the way."""
    page = "<!DOCTYPE html><html><head><title>Please wait</title></head><body></body></html>"
    return Response(page, status=200, content_type="text/html")


def empty_page(right: Response) -> Response:
    """No entries, although the totals (arXiv) or the next token (X) promise some."""
    if "json" not in right.content_type:
        return edits(lambda text: re.sub(r"\s*<entry>.*</entry>", "", text, flags=re.DOTALL))(right)
    meta = json.loads(right.get_data())["meta"] | {"result_count": 0}
    return _json_response({"meta": meta})


def cut_off(right: Response) -> Response:
    """The first half of the body, sent as if it were all."""
    body = right.get_data()
    right.set_data(body[: len(body) // 2])
    return right


def breaks_off(right: Response) -> Response:
    """The connection is closed in the middle of the body."""
    body = right.get_data()

    def half() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        raise ConnectionAbortedError("a fault that a test asked for")

    response = Response(half(), status=right.status, content_type=right.content_type)
    response.headers["Content-Length"] = str(len(body))
    return response


def hangs_up(_right: Response) -> Response:
    """The connection is closed without an answer."""
    raise ConnectionAbortedError("a fault that a test asked for")


def stalls(seconds: float) -> Fault:
    """Nothing for so many seconds, then the right answer."""

    def fault(right: Response) -> Response:
        time.sleep(seconds)
        return right

    return fault


def drips(pause: float, pieces: int = 20) -> Fault:
    """The right answer in so many pieces, with a pause (in seconds) before each."""

    def fault(right: Response) -> Response:
        body = right.get_data()
        size = max(1, -(-len(body) // pieces))

        def slowly() -> Iterator[bytes]:
            for start in range(0, len(body), size):
                time.sleep(pause)
                yield body[start : start + size]

        response = Response(slowly(), status=right.status, content_type=right.content_type)
        response.headers["Content-Length"] = str(len(body))
        return response

    return fault


def edits(edit: Callable[[str], str]) -> Fault:
    """The right answer with its text changed."""

    def fault(right: Response) -> Response:
        right.set_data(edit(right.get_data(as_text=True)))
        return right

    return fault


def edits_json(edit: Callable[[Any], Any]) -> Fault:
    """The right answer with its JSON document changed."""
    return edits(lambda text: json.dumps(edit(json.loads(text))))


def swollen_title(size: int) -> Fault:
    """The title of arXiv's first entry with so many letters more."""
    return edits(
        lambda text: re.sub(
            r"(<entry>.*?<title>)",
            lambda match: match[1] + "A" * size,
            text,
            count=1,
            flags=re.DOTALL,
        )
    )


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
            self._arxiv = _Arxiv(dataset.papers, self._page_size)
            self._x = _X(dataset.posts, dataset.users, self._page_size, self._vocabulary, self._now)

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
        if path in _X.LARGEST_PAGE:
            return "x", self._x.answer
        return "", lambda _request: Response("Not found.", status=404)


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object, **__: object) -> None:
        """Says nothing: `UpstreamServer.calls` is the log."""

    def connection_dropped(self, *_: object, **__: object) -> None:
        """Closes the connection, which werkzeug would keep open for a next request."""
        self.close_connection = True


def _moment(text: str) -> datetime:
    """The moment of an ISO 8601 text; without an offset it is taken as UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# arXiv

_Paper = dict[str, Any]
_Matches = Callable[[_Paper], bool]


class _RefusedError(Exception):
    """A request that the upstream answers with an error; the message is the upstream's.

    `parameters` are the names of the parameters that it is about, where X names them.
    """

    def __init__(self, message: str, *parameters: str) -> None:
        super().__init__(message)
        self.parameters = parameters


class _Arxiv:
    LARGEST_PAGE = 2000
    SORTS = ("relevance", "lastUpdatedDate", "submittedDate")
    ORDERS = ("ascending", "descending")

    def __init__(self, papers: Sequence[_Paper], page_size: int | None) -> None:
        self._papers = papers
        self._page_size = page_size or self.LARGEST_PAGE

    def answer(self, request: Request) -> Response:
        if not request.headers.get("Accept"):
            # The edge has refused requests without an Accept header since September 2026.
            return Response("Not Acceptable", status=406)
        try:
            feed = self._feed(request.values)
        except _RefusedError as error:
            return _feed_response(_error_feed(str(error)), status=400)
        return _feed_response(feed)

    def _feed(self, query: Mapping[str, str]) -> Element:
        search = query.get("search_query", "")
        start = _whole_number(query, "start", 0, smallest=0)
        size = _whole_number(query, "max_results", 10, smallest=1, largest=self.LARGEST_PAGE)
        papers = self._sorted(
            filter(_ArxivQuery(search).matches, self._papers),
            _one_of(query, "sortBy", self.SORTS, "relevance"),
            _one_of(query, "sortOrder", self.ORDERS, "descending"),
        )
        return _result_feed(
            search,
            start=start,
            size=size,
            total=len(papers),
            papers=papers[start : start + min(size, self._page_size)],
        )

    @staticmethod
    def _sorted(papers: Iterable[_Paper], by: str, order: str) -> list[_Paper]:
        if by == "relevance":
            return list(papers)
        date = "published" if by == "submittedDate" else "updated"
        return sorted(
            papers,
            key=lambda paper: (_moment(paper[date]), paper["id"]),
            reverse=order == "descending",
        )


def _whole_number(
    query: Mapping[str, str], name: str, default: int, *, smallest: int, largest: int | None = None
) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal():
        raise _RefusedError(f"{name} must be an integer")
    number = int(text)
    if number < smallest:
        raise _RefusedError(
            f"{name} must be non-negative" if not smallest else f"{name} is too small"
        )
    if largest is not None and number > largest:
        raise _RefusedError(f"{name} must not exceed {largest}")
    return number


def _one_of(query: Mapping[str, str], name: str, values: Sequence[str], default: str) -> str:
    value = query.get(name, default)
    if value not in values:
        raise _RefusedError(f"{name} must be in: {', '.join(values)}")
    return value


class _ArxivQuery:
    """The part of arXiv's query language that asks for categories and dates of submission.

    A level that mixes operators without parentheses is refused: which one binds first is written
    nowhere, so a client must not depend on it.
    """

    _TOKEN = re.compile(
        r"(?P<date>submittedDate:\[\d{4,14} TO \d{4,14}\])|cat:(?P<category>[\w.*-]+)"
        r"|(?P<operator>AND|OR)\b|(?P<bracket>[()])|(?P<space>\s+)|(?P<other>.)"
    )

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [token for token in self._TOKEN.finditer(text) if not token["space"]]
        self.matches = self._level()
        if self._tokens:
            raise self._refused()

    def _refused(self) -> _RefusedError:
        return _RefusedError(f"Invalid query string: '{self._text}'")

    def _level(self) -> _Matches:
        terms = [self._term()]
        operators: set[str] = set()
        while self._tokens and self._tokens[0]["bracket"] != ")":
            # A missing operator means OR.
            operator = self._tokens[0]["operator"]
            operators.add(operator or "OR")
            if operator:
                self._tokens.pop(0)
            terms.append(self._term())
        if len(operators) > 1:
            raise self._refused()
        combine = all if operators == {"AND"} else any
        return lambda paper: combine(matches(paper) for matches in terms)

    def _term(self) -> _Matches:
        if not self._tokens:
            raise self._refused()
        token = self._tokens.pop(0)
        if token["bracket"] == "(":
            inner = self._level()
            if not self._tokens:
                raise self._refused()
            self._tokens.pop(0)
            return inner
        if token["category"]:
            return _in_category(token["category"])
        if token["date"]:
            return _submitted_within(*re.findall(r"\d+", token["date"]))
        raise self._refused()


_SECOND_NAMES = {
    "cs.IT": "math.IT",
    "econ.GN": "q-fin.EC",
    "eess.SY": "cs.SY",
    "math-ph": "math.MP",
    "math.NA": "cs.NA",
    "math.ST": "stat.TH",
}
"""Categories that are one and the same (https://arxiv.org/category_taxonomy): both names find."""


def _in_category(pattern: str) -> _Matches:
    def matches(paper: _Paper) -> bool:
        names = [name for name in paper["categories"] if name]
        names += [_SECOND_NAMES[name] for name in names if name in _SECOND_NAMES]
        return any(fnmatchcase(name, pattern) for name in names)

    return matches


def _submitted_within(first: str, last: str) -> _Matches:
    start, end = _minute(first, "0101", "0000"), _minute(last, "1231", "2359")
    return lambda paper: start <= _moment(paper["published"]) <= end


def _minute(digits: str, day: str, time_of_day: str) -> datetime:
    """The exact start of a minute: arXiv compares both ends with second :00 of theirs.

    So an end of 17:59 loses what was submitted from 17:59:01 to 17:59:59.
    """
    padded = digits if len(digits) > 4 else digits + day
    padded = padded if len(padded) > 8 else padded + time_of_day
    try:
        return datetime.strptime(padded[:12], "%Y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError as error:
        raise _RefusedError(f"Invalid date: '{digits}'") from error


_NAMESPACES = {
    "xmlns:opensearch": "http://a9.com/-/spec/opensearch/1.1/",
    "xmlns:arxiv": "http://arxiv.org/schemas/atom",
    "xmlns": "http://www.w3.org/2005/Atom",
}
_ANSWERED_AT = "2026-11-23T00:00:00Z"


def _element(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    element = SubElement(parent, name, attributes)
    element.text = text or None
    return element


def _feed_head(identity: str, title: str, link: str, counts: Mapping[str, int]) -> Element:
    feed = Element("feed", _NAMESPACES)
    _element(feed, "id", identity)
    _element(feed, "title", title)
    _element(feed, "updated", _ANSWERED_AT)
    if link:
        _element(feed, "link", href=link, type="application/atom+xml")
    for name, count in counts.items():
        _element(feed, f"opensearch:{name}", str(count))
    return feed


def _result_feed(
    search: str, *, start: int, size: int, total: int, papers: Sequence[_Paper]
) -> Element:
    asked = f"search_query={search}&id_list=&start={start}&max_results={size}"
    identity = hashlib.sha256(asked.encode()).hexdigest()[:27]
    parameters = {"search_query": search, "start": start, "max_results": size, "id_list": ""}
    feed = _feed_head(
        f"https://arxiv.org/api/{identity}",
        f"arXiv Query: {asked}",
        f"https://arxiv.org/api/query?{urlencode(parameters)}",
        {"itemsPerPage": size, "totalResults": total, "startIndex": start},
    )
    for paper in papers:
        _add_entry(feed, paper)
    return feed


def _add_entry(feed: Element, paper: _Paper) -> None:
    entry = _element(feed, "entry")
    name = f"{paper['id']}v{paper['version']}"
    _element(entry, "id", f"http://arxiv.org/abs/{name}")
    _element(entry, "title", paper["title"])
    _element(entry, "updated", paper["updated"])
    page, document = f"https://arxiv.org/abs/{name}", f"https://arxiv.org/pdf/{name}"
    _element(entry, "link", href=page, rel="alternate", type="text/html")
    _element(entry, "link", href=document, rel="related", type="application/pdf", title="pdf")
    _element(entry, "summary", paper["abstract"])
    for category in paper["categories"]:
        _element(entry, "category", term=category, scheme="http://arxiv.org/schemas/atom")
    _element(entry, "published", paper["published"])
    _element(entry, "arxiv:primary_category", term=paper["categories"][0])
    for author in paper["authors"]:
        _element(_element(entry, "author"), "name", author)


def _error_feed(message: str) -> Element:
    counts = {"itemsPerPage": 1, "totalResults": 1, "startIndex": 0}
    feed = _feed_head("https://arxiv.org/", "arXiv Search Results", "", counts)
    entry = _element(feed, "entry")
    _element(entry, "id", "https://arxiv.org/api/errors")
    _element(entry, "title", "Error")
    _element(entry, "updated", _ANSWERED_AT)
    _element(entry, "link", href="https://arxiv.org/api/errors", rel="alternate", type="text/html")
    _element(entry, "summary", message)
    _element(_element(entry, "author"), "name", "arXiv api core")
    return feed


def _feed_response(feed: Element, status: int = 200) -> Response:
    ElementTree.indent(feed)
    body = ElementTree.tostring(feed, encoding="UTF-8", xml_declaration=True)
    return Response(body, status=status, content_type="application/atom+xml; charset=utf-8")


# X

_Post = dict[str, Any]

_NEWER_NAMES = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
}
_OLDER_NAMES = {newer: older for older, newer in _NEWER_NAMES.items()}


class _X:
    LARGEST_PAGE: Mapping[str, int] = {
        "/2/tweets/search/recent": 100,
        "/2/tweets/search/all": 500,
    }
    LONGEST_QUERY: Mapping[str, int] = {
        "/2/tweets/search/recent": 512,
        "/2/tweets/search/all": 1024,
    }

    def __init__(
        self,
        posts: Sequence[_Post],
        users: Sequence[dict[str, Any]],
        page_size: int | None,
        vocabulary: Vocabulary,
        now: datetime | None,
    ) -> None:
        newest_first = sorted(posts, key=lambda post: int(post["id"]), reverse=True)
        self._posts = [post for post in newest_first if _links_to_arxiv(post)]
        self._users = {user["id"]: user for user in users}
        self._users_by_name = {user["username"].lower(): user for user in users}
        self._page_size = page_size
        self._vocabulary = vocabulary
        self._now = now

    def answer(self, request: Request) -> Response:
        if not re.fullmatch(r"Bearer \S+", request.headers.get("Authorization", "")):
            problem = {"title": "Unauthorized", "type": "about:blank", "status": 401}
            return _json_response(problem | {"detail": "Unauthorized"}, status=401)
        try:
            document = self._page(request.path, request.args)
        except _RefusedError as error:
            return _json_response(_invalid_request(error, request.args), status=400)
        if self._vocabulary == "post":
            document = _renamed(document)
        response = _json_response(document)
        response.headers["x-rate-limit-limit"] = "450"
        response.headers["x-rate-limit-remaining"] = "449"
        return response

    def _page(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        posts = self._found(path, query)
        largest = self.LARGEST_PAGE[path]
        size = _page_size(query, largest)
        first = _first_of_page(query)
        last = first + min(size, self._page_size or size)
        page = posts[first:last]
        meta: dict[str, Any] = {"result_count": len(page)}
        if not page:
            # X leaves `data` out instead of sending an empty list.
            return {"meta": meta}
        meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if last < len(posts):
            meta["next_token"] = _next_token(query, last)
        fields = {"id", "text", "edit_history_tweet_ids"} | _wanted_fields(query)
        shown = [{name: post[name] for name in post if name in fields} for post in page]
        return {"data": shown} | self._expansions(page, query) | {"meta": meta}

    def _found(self, path: str, query: Mapping[str, str]) -> list[_Post]:
        search = query.get("query", "")
        if not search or len(search) > self.LONGEST_QUERY[path]:
            longest = self.LONGEST_QUERY[path]
            raise _RefusedError(f"The `query` must have 1 to {longest} characters", "query")
        words = search.split()
        unknown = set(words) - {'url:"arxiv.org"', "-is:retweet"}
        if 'url:"arxiv.org"' not in words or unknown:
            raise _RefusedError(f"This replay does not know the query: {search}", "query")
        start, end = _x_time(query, "start_time"), _x_time(query, "end_time")
        self._check_times(path, start, end)
        return [
            post
            for post in self._posts
            if (start is None or _moment(post["created_at"]) >= start)
            and (end is None or _moment(post["created_at"]) < end)
            and not ("-is:retweet" in words and _is_retweet(post))
        ]

    def _check_times(self, path: str, start: datetime | None, end: datetime | None) -> None:
        if start and end and start >= end:
            raise _RefusedError("'start_time' must be before 'end_time'", "start_time", "end_time")
        if self._now is None:
            return
        if end and end > self._now - timedelta(seconds=10):
            message = "'end_time' must be a minimum of 10 seconds prior to the request time."
            raise _RefusedError(message, "end_time")
        oldest = self._now - timedelta(days=7)
        if path.endswith("/recent") and start and start < oldest:
            message = f"'start_time' must be on or after {oldest:%Y-%m-%dT%H:%MZ}"
            raise _RefusedError(message, "start_time")

    def _expansions(self, page: Sequence[_Post], query: Mapping[str, str]) -> dict[str, Any]:
        wanted = query.get("expansions", "").split(",")
        found: dict[str, dict[str, Any] | None] = {}
        if "author_id" in wanted:
            found |= {post["author_id"]: self._users.get(post["author_id"]) for post in page}
        if "entities.mentions.username" in wanted:
            found |= {
                name: self._users_by_name.get(name.lower())
                for post in page
                for name in _mentioned(post)
            }
        if not found:
            return {}
        fields = {"id", "name", "username"} | set(query.get("user.fields", "").split(","))
        users = {
            user["id"]: {name: user[name] for name in user if name in fields}
            for user in found.values()
            if user
        }
        expansions: dict[str, Any] = {"includes": {"users": list(users.values())}}
        unknown = [name for name, user in found.items() if user is None]
        if unknown:
            expansions["errors"] = [_unknown_user(name) for name in unknown]
        return expansions


def _links_to_arxiv(post: _Post) -> bool:
    return any(
        host == "arxiv.org" or host.endswith(".arxiv.org")
        for link in (post.get("entities") or {}).get("urls") or ()
        for name in ("expanded_url", "unwound_url")
        if (host := urlsplit(link.get(name) or "").hostname or "")
    )


def _mentioned(post: _Post) -> list[str]:
    return [mention["username"] for mention in (post.get("entities") or {}).get("mentions", ())]


def _is_retweet(post: _Post) -> bool:
    return any(other["type"] == "retweeted" for other in post.get("referenced_tweets", ()))


def _page_size(query: Mapping[str, str], largest: int) -> int:
    text = query.get("max_results", "10")
    if not text.isdecimal() or not 10 <= int(text) <= largest:
        message = f"The `max_results` value [{text}] is not between 10 and {largest}"
        raise _RefusedError(message, "max_results")
    return int(text)


def _wanted_fields(query: Mapping[str, str]) -> set[str]:
    names = f"{query.get('tweet.fields', '')},{query.get('post.fields', '')}".split(",")
    return {_OLDER_NAMES.get(name, name) for name in names}


def _x_time(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", text):
        message = f"The `{name}` query parameter value [{text}] is not an RFC 3339 time"
        raise _RefusedError(message, name)
    return _moment(text)


def _fingerprint(query: Mapping[str, str]) -> str:
    """Stays the same from page to page: a token is good for the search that it came from."""
    search = [query.get(name, "") for name in ("query", "start_time", "end_time")]
    return hashlib.sha256(json.dumps(search).encode()).hexdigest()[:12]


def _next_token(query: Mapping[str, str], first: int) -> str:
    return f"b26v89c19{_fingerprint(query)}{first}"


def _first_of_page(query: Mapping[str, str]) -> int:
    token = query.get("next_token") or query.get("pagination_token")
    if token is None:
        return 0
    head = f"b26v89c19{_fingerprint(query)}"
    if not re.fullmatch(head + r"\d+", token):
        message = f"The `next_token` query parameter value [{token}] is not valid"
        raise _RefusedError(message, "next_token")
    return int(token.removeprefix(head))


def _unknown_user(name: str) -> dict[str, str]:
    parameter = "author_id" if name.isdecimal() else "entities.mentions.username"
    return {
        "value": name,
        "detail": f"Could not find user with {parameter}: [{name}].",
        "title": "Not Found Error",
        "resource_type": "user",
        "parameter": parameter,
        "resource_id": name,
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }


def _invalid_request(error: _RefusedError, query: Mapping[str, str]) -> dict[str, Any]:
    parameters = {name: [query.get(name, "")] for name in error.parameters}
    return {
        "errors": [{"parameters": parameters, "message": str(error)}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": "https://api.twitter.com/2/problems/invalid-request",
    }


def _renamed(document: Any) -> Any:
    if isinstance(document, dict):
        return {_NEWER_NAMES.get(name, name): _renamed(document[name]) for name in document}
    if isinstance(document, list):
        return [_renamed(item) for item in document]
    return document


def _json_response(document: Mapping[str, Any], status: int = 200) -> Response:
    return Response(
        json.dumps(document, ensure_ascii=False),
        status=status,
        content_type="application/json; charset=utf-8",
    )
