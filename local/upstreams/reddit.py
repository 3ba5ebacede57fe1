"""Reddit's tokens and listings, replayed: as strict as the real ones, or stricter."""

import re
from collections.abc import Mapping, Sequence, Set
from itertools import count
from typing import Any

from werkzeug.wrappers import Request, Response

from local.upstreams.dataset import Record
from local.upstreams.replies import (
    RefusedError,
    bearer_token,
    json_response,
    lies_in,
    number_in,
    require_known,
)

_AGENT = re.compile(r"[\w.-]+:[\w.-]+:\S+(?: \(.+\))?", re.ASCII)
"""What Reddit asks for: `platform:app:version (contact)`. A library's own name is refused."""


class RedditReplay:
    """An approved app's view of Reddit: whatever id and secret it has."""

    TOKEN_PATH = "/api/v1/access_token"  # noqa: S105
    DOMAIN_PATH = "/domain/"
    SEARCH_PATH = "/search"
    LARGEST_PAGE = 100
    USUAL_PAGE = 25
    REACH = 1000
    """Listings end with so many submissions."""

    def __init__(self, submissions: Sequence[Record], page_size: int | None) -> None:
        self._submissions = sorted(submissions, key=lambda s: s["created_utc"], reverse=True)
        self._page_size = page_size or self.LARGEST_PAGE
        self._numbers = count(1)
        self._tokens: set[str] = set()

    def expire(self) -> None:
        """Let the tokens handed out so far be out of date."""
        self._tokens.clear()

    def answer(self, request: Request) -> Response:
        """What Reddit would answer."""
        if not _AGENT.fullmatch(request.headers.get("User-Agent", "")):
            return _problem(429, "Too Many Requests")
        if request.path == self.TOKEN_PATH:
            return self._token(request)
        return self._listing(request)

    def _token(self, request: Request) -> Response:
        if request.method != "POST":
            return _problem(404, "Not Found")
        app = request.authorization
        if not app or app.type != "basic" or not app.username or not app.password:
            return _problem(401, "Unauthorized")
        if request.form.get("grant_type") != "client_credentials":
            # An error by its text only, as RFC 6749 does not have it.
            return json_response({"error": "unsupported_grant_type"})
        token = f"reddit-token-{next(self._numbers)}"
        self._tokens.add(token)
        answer = {"access_token": token, "token_type": "bearer", "expires_in": 3600, "scope": "*"}
        return json_response(answer)

    def _listing(self, request: Request) -> Response:
        if bearer_token(request) not in self._tokens:
            return _problem(401, "Unauthorized")
        domain = re.fullmatch(r"/domain/([a-z0-9.-]+)/new(?:\.json)?", request.path, re.ASCII)
        if request.method != "GET" or not (domain or request.path == self.SEARCH_PATH):
            return _problem(404, "Not Found")
        try:
            found = self._posts_to(domain[1]) if domain else self._search(request.args)
            known = {"limit", "after", "count", "raw_json"}
            document = self._page(found, request.args, known if domain else known | _SEARCH.keys())
        except RefusedError as error:
            return _problem(400, str(error))
        response = json_response(document)
        response.headers["X-Ratelimit-Used"] = "1"
        response.headers["X-Ratelimit-Remaining"] = "99.0"
        response.headers["X-Ratelimit-Reset"] = "60"
        return response

    def _posts_to(self, domain: str) -> list[Record]:
        return [entry for entry in self._submissions if lies_in(entry["domain"], domain)]

    def _search(self, query: Mapping[str, str]) -> list[Record]:
        """Submissions by the words of their texts, newest first.

        Those of all times: a data set may be older than the span that `t` names.
        """
        for name, values in _SEARCH.items():
            if not re.fullmatch(values, query.get(name, "")):
                raise RefusedError(f"This replay does not know such a {name}", name)
        words = query["q"].removeprefix("selftext:").lower()
        return [entry for entry in self._submissions if words in entry["selftext"].lower()]

    def _page(
        self, found: Sequence[Record], query: Mapping[str, str], known: Set[str]
    ) -> dict[str, Any]:
        require_known(query, known)
        # The real service takes a larger number for the largest.
        size = number_in(query, "limit", self.USUAL_PAGE, least=1, most=self.LARGEST_PAGE)
        size = min(size, self._page_size)
        listed = found[: self.REACH]
        first = _place_after(listed, query.get("after"))
        page = listed[first : first + size]
        shown = page if query.get("raw_json") == "1" else [_escaped(entry) for entry in page]
        more = first + size < len(listed)
        data = {
            "after": page[-1]["name"] if more else None,
            "before": None,
            "dist": len(page),
            "modhash": None,
            "geo_filter": "",
            "children": [{"kind": "t3", "data": entry} for entry in shown],
        }
        return {"kind": "Listing", "data": data}


_SEARCH = {
    "q": r"selftext:\S+",
    "sort": "new",
    "type": "link",
    "t": "hour|day|week|month|year|all",
}
"""The parameters of a search, and what of their values is known here."""


def _place_after(listed: Sequence[Record], name: str | None) -> int:
    if name is None:
        return 0
    if not re.fullmatch(r"t3_[a-z0-9]{1,13}", name, re.ASCII):
        raise RefusedError("Bad Request", "after")
    places = (place for place, entry in enumerate(listed, start=1) if entry["name"] == name)
    return next(places, len(listed))


def _escaped(value: Any) -> Any:
    """A value as Reddit sends it to whoever does not ask for `raw_json`."""
    if isinstance(value, dict):
        return {name: _escaped(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_escaped(inner) for inner in value]
    if isinstance(value, str):
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value


def _problem(status: int, message: str) -> Response:
    return json_response({"message": message, "error": status}, status)
