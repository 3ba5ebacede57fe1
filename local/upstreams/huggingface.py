"""Hugging Face's daily papers, replayed: as strict as the real service, or stricter."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from werkzeug.wrappers import Request, Response

from local.upstreams.dataset import Record, moment
from local.upstreams.replies import RefusedError, json_response, number_in, require_known


class HuggingFaceReplay:
    """The papers that Hugging Face features, day by day."""

    PATH = "/api/daily_papers"
    LARGEST_PAGE = 100
    USUAL_PAGE = 50

    def __init__(self, featured: Sequence[Record], page_size: int | None) -> None:
        self._featured = featured
        self._page_size = page_size or self.LARGEST_PAGE

    def answer(self, request: Request) -> Response:
        """What Hugging Face would answer."""
        if request.method != "GET":
            return json_response({"error": "Sorry, we can't find what you are looking for."}, 404)
        try:
            return json_response(self._page(request.args))
        except RefusedError as error:
            return json_response({"error": str(error)}, status=400)

    def _page(self, query: Mapping[str, str]) -> list[Record]:
        require_known(query, {"date", "limit", "p"})
        day = _day(query)
        size = number_in(query, "limit", self.USUAL_PAGE, least=1, most=self.LARGEST_PAGE)
        size = min(size, self._page_size)
        start = size * number_in(query, "p", 0)
        found = [entry for entry in self._featured if day is None or _featured_on(entry) == day]
        found.sort(key=_featured_on, reverse=True)
        # A page beyond the last is an empty list, as is a day on which nothing was featured.
        return found[start : start + size]


def _day(query: Mapping[str, str]) -> date | None:
    text = query.get("date")
    if text is None:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise RefusedError("Invalid date", "date")


def _featured_on(entry: Record) -> date:
    return moment(entry["paper"]["submittedOnDailyAt"]).date()
