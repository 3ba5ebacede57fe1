"""Bluesky's sessions and post search, replayed: as strict as the real ones, or stricter."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from werkzeug.wrappers import Request, Response

from local.upstreams.dataset import Record, moment
from local.upstreams.replies import (
    RefusedError,
    bearer_token,
    host_of,
    json_response,
    number_in,
    require_known,
)

SERVER, FEED = "/xrpc/com.atproto.server.", "/xrpc/app.bsky.feed."


class BlueskyReplay:
    """A personal data server with the post search behind it.

    It has an account for every handle, and takes everything that has the form of an app password.
    """

    PATH = "/xrpc/"
    LARGEST_PAGE = 100
    USUAL_PAGE = 25
    REACH = 10_000
    """The search tells so many posts and then ends as if there were no more."""
    PARAMETERS = frozenset(
        {"q", "sort", "since", "until", "mentions", "author", "lang", "domain", "url", "tag"}
        | {"limit", "cursor"}
    )

    def __init__(self, posts: Sequence[Record], page_size: int | None) -> None:
        by_uri = sorted(posts, key=lambda post: str(post["uri"]), reverse=True)
        self._posts = sorted(by_uri, key=_sorted_at, reverse=True)
        self._page_size = page_size or self.LARGEST_PAGE
        self._numbers = count(1)
        self._access: set[str] = set()
        self._refresh: dict[str, str] = {}
        self._expired: set[str] = set()

    def expire(self) -> None:
        """Let the access tokens handed out so far be out of date."""
        self._expired |= self._access

    def answer(self, request: Request) -> Response:
        """What Bluesky would answer."""
        match request.method, request.path:
            case "POST", path if path == f"{SERVER}createSession":
                return self._create_session(request)
            case "POST", path if path == f"{SERVER}refreshSession":
                return self._refresh_session(request)
            case "GET", path if path == f"{FEED}searchPosts":
                return self._search(request)
        return _problem(501, "MethodNotImplemented", "Method Not Implemented")

    def _create_session(self, request: Request) -> Response:
        if request.mimetype != "application/json":
            return _problem(400, "InvalidRequest", "Wrong request encoding")
        document = request.get_json(silent=True)
        fields = document if isinstance(document, dict) else {}
        for name in ("identifier", "password"):
            if not isinstance(fields.get(name), str):
                message = f'Input must have the property "{name}"'
                return _problem(400, "InvalidRequest", message)
        identifier, password = fields["identifier"], fields["password"]
        if not re.fullmatch(r"[\w.@:-]+\.[\w.-]+|did:[a-z]+:[\w.:-]+", identifier, re.ASCII):
            return _problem(401, "AuthenticationRequired", "Invalid identifier or password")
        if not re.fullmatch(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", password, re.ASCII):
            return _problem(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._session(identifier)

    def _refresh_session(self, request: Request) -> Response:
        if request.content_length:
            message = "A request body was provided when none was expected"
            return _problem(400, "InvalidRequest", message)
        identifier = self._refresh.pop(bearer_token(request), None)
        if identifier is None:
            # Each refresh token is good for once.
            return _problem(400, "ExpiredToken", "Token has been revoked")
        return self._session(identifier)

    def _session(self, identifier: str) -> Response:
        number = next(self._numbers)
        access, refresh = f"access-token-{number}", f"refresh-token-{number}"
        self._access.add(access)
        self._refresh[refresh] = identifier
        session = {"did": "did:plc:sample", "handle": identifier, "active": True}
        return json_response(session | {"accessJwt": access, "refreshJwt": refresh})

    def _search(self, request: Request) -> Response:
        token = bearer_token(request)
        if not token:
            return _problem(401, "AuthMissing", "Authentication Required")
        if token in self._expired:
            return _problem(400, "ExpiredToken", "Token has expired")
        if token not in self._access:
            return _problem(400, "InvalidToken", "Token could not be verified")
        try:
            document = self._page(request.args)
        except RefusedError as error:
            return _problem(400, "InvalidRequest", f"Error: {error}")
        response = json_response(document)
        response.headers["RateLimit-Limit"] = "3000"
        response.headers["RateLimit-Remaining"] = "2999"
        response.headers["RateLimit-Policy"] = "3000;w=300"
        return response

    def _page(self, query: Mapping[str, str]) -> dict[str, Any]:
        require_known(query, self.PARAMETERS)
        found = list(self._found(query))[: self.REACH]
        size = number_in(query, "limit", self.USUAL_PAGE, least=1, most=self.LARGEST_PAGE)
        first = number_in(query, "cursor", 0)
        last = first + min(size, self._page_size)
        page: dict[str, Any] = {"posts": found[first:last], "hitsTotal": len(found)}
        # The search's cursor is the number of the posts so far.
        return page | {"cursor": str(last)} if last < len(found) else page

    def _found(self, query: Mapping[str, str]) -> Iterator[Record]:
        for name in ("mentions", "author", "lang", "url", "tag"):
            if name in query:
                raise RefusedError(f"This replay does not search by {name}")
        if not query.get("q"):
            raise RefusedError('Params must have the property "q"')
        if query.get("sort", "latest") not in ("top", "latest"):
            raise RefusedError("Params/sort must be one of (top|latest)")
        words = _words(query["q"])
        since, until = _time(query, "since"), _time(query, "until")
        domain = query.get("domain", "").lower()
        for post in self._posts:
            if (
                (since is None or _sorted_at(post) >= since)
                and (until is None or _sorted_at(post) < until)
                and (not domain or domain in map(_domain, _links(post)))
                and words <= _words(post["record"]["text"])
            ):
                yield post


def _words(text: str) -> set[str]:
    """The words of a text, or of a query, which finds texts only; in `*` there are none."""
    return set(re.findall(r"\w+", text.lower()))


def _links(post: Record) -> Iterator[str]:
    """The links in a post's text and card."""
    for facet in post["record"].get("facets", ()):
        yield from (feature["uri"] for feature in facet["features"] if "uri" in feature)
    for embed in (post["record"].get("embed") or {}, post.get("embed") or {}):
        for part in (embed, embed.get("media") or {}):
            if link := (part.get("external") or {}).get("uri"):
                yield link


def _domain(link: str) -> str:
    """What the search takes for a link's domain: its whole host, but for `www.`."""
    return host_of(link).removeprefix("www.")


def _sorted_at(post: Record) -> datetime:
    """The time that the search goes by: a post cannot be newer than when it was seen."""
    return min(moment(post["record"]["createdAt"]), moment(post["indexedAt"]))


def _time(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?Z)?", text, re.ASCII):
        raise RefusedError(f"Params/{name} must be a valid datetime or date")
    try:
        return moment(text)
    except ValueError as error:
        raise RefusedError(f"Params/{name} must be a valid datetime or date") from error


def _problem(status: int, name: str, message: str) -> Response:
    return json_response({"error": name, "message": message}, status)
