"""A Mastodon instance's hashtag timelines, replayed: as strict as the real ones, or stricter."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from local.upstreams.dataset import Record
from local.upstreams.replies import RefusedError, json_response, number_in, require_known

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict


class MastodonReplay:
    """The hashtag timelines of one instance; nobody needs to be logged in."""

    PATH = "/api/v1/timelines/tag/"
    LARGEST_PAGE = 40
    USUAL_PAGE = 20
    MOST_TAGS = 4
    """So many of `any[]` count; the real server passes over the others, this one refuses them."""

    def __init__(self, statuses: Sequence[Record], page_size: int | None) -> None:
        public = [status for status in statuses if status["visibility"] == "public"]
        self._statuses = sorted(public, key=lambda status: int(status["id"]), reverse=True)
        self._page_size = page_size or self.LARGEST_PAGE

    def answer(self, request: Request) -> Response:
        """What the instance would answer."""
        tag = request.path.removeprefix(self.PATH)
        if request.method != "GET" or not re.fullmatch(r"\w+", tag):
            return json_response({"error": "Not Found"}, status=404)
        try:
            page = self._page(tag, request.args)
        except RefusedError as error:
            return json_response({"error": str(error)}, status=422)
        response = json_response(page)
        self._set_headers(response, request, page)
        return response

    def _page(self, tag: str, query: "MultiDict[str, str]") -> list[Record]:
        require_known(query, {"limit", "max_id", "since_id", "any[]"})
        others = query.getlist("any[]")
        if len(others) > self.MOST_TAGS:
            raise RefusedError(f"any[] counts {self.MOST_TAGS} times only", "any[]")
        if wrong := [name for name in others if not re.fullmatch(r"\w+", name)]:
            raise RefusedError(f"{wrong[0]!r} is no hashtag", "any[]")
        wanted = {name.casefold() for name in (tag, *others)}
        # The real server takes a larger number for the largest.
        size = number_in(query, "limit", self.USUAL_PAGE, least=1, most=self.LARGEST_PAGE)
        before = number_in(query, "max_id", 10**18 - 1)
        after = number_in(query, "since_id", 0)
        found = [
            status
            for status in self._statuses
            if after < int(status["id"]) < before
            and not wanted.isdisjoint(entry["name"].casefold() for entry in status["tags"])
        ]
        return found[: min(size, self._page_size)]

    def _set_headers(self, response: Response, request: Request, page: list[Record]) -> None:
        reset = datetime.now(UTC) + timedelta(minutes=5)
        response.headers["X-RateLimit-Limit"] = "300"
        response.headers["X-RateLimit-Remaining"] = "299"
        response.headers["X-RateLimit-Reset"] = f"{reset:%Y-%m-%dT%H:%M:%S.%fZ}"
        if not page:
            return
        # There is a next page until one is empty, also after one that is not full.
        bounds = {"next": ("max_id", page[-1]["id"]), "prev": ("min_id", page[0]["id"])}
        kept = [
            (name, value)
            for name, value in request.args.items(multi=True)
            if name not in ("max_id", "min_id", "since_id")
        ]
        response.headers["Link"] = ", ".join(
            f'<{request.base_url}?{urlencode([*kept, bound])}>; rel="{relation}"'
            for relation, bound in bounds.items()
        )
