"""arXiv's pages of announcements, replayed: `/list/cs/new` and `/catchup/cs/2026-08-12`.

After https://github.com/arXiv/arxiv-browse (`list_page`, `catchup_page.py`).
"""

import re
from collections.abc import Mapping
from datetime import date

from markupsafe import escape
from werkzeug.wrappers import Request, Response

from local.upstreams.announcements import PAGES_KEPT, Announcements
from local.upstreams.arxiv_html import Part, page
from local.upstreams.replies import RefusedError, not_acceptable, number_in, require_known
from local.upstreams.taxonomy import ARCHIVES, CATEGORIES, categories_of, shown_name, title_of

LIST, CATCHUP = "/list/", "/catchup/"


class ArxivPagesReplay:
    """The page of the newest announcement, and those of all days of the last 90."""

    PATHS = (LIST, CATCHUP)
    PAGE_SIZE = 2000
    SIZES = (25, 50, 100, 250, 500, 1000, 2000)

    def __init__(self, announcements: Announcements) -> None:
        self._announcements = announcements

    def answer(self, request: Request) -> Response:
        """What arXiv would answer."""
        if refusal := not_acceptable(request):
            return refusal
        try:
            if request.path.startswith(LIST):
                return self._newest(request.path.removeprefix(LIST), request.args)
            return self._day(request.path.removeprefix(CATCHUP), request.args)
        except RefusedError as error:
            refused = "<p>The server cannot process your request due to syntax errors.</p>"
            return page(str(error), f"<h1>{escape(error)}</h1>", refused, status=400)

    def _newest(self, path: str, query: Mapping[str, str]) -> Response:
        """The page of the newest announcement, which may be of an earlier day."""
        require_known(query, {"skip", "show"})
        subject, _, period = path.partition("/")
        _require_subject(subject)
        if period != "new":
            raise RefusedError("This replay knows no list but that of new papers")
        skip, size = number_in(query, "skip", 0), number_in(query, "show", self.PAGE_SIZE)
        if size not in self.SIZES:
            raise RefusedError("Invalid show value.")
        name, day = shown_name(subject), self._announcements.newest()
        entries = self._announcements.by_category(day, categories_of(name))
        part = Part([entry for entry in entries if not entry.inner], skip, size)
        paging = _paging(part, name)
        return page(
            title_of(name),
            f"<h1>{title_of(name)}</h1>",
            part.index(),
            f'<p>See <a id="recent-{name}" aria-labelledby="recent-{name}"'
            f' href="/list/{name}/recent">recent</a> articles</p>',
            f"<h3>Showing new listings for {day:%A}, {day.day} {day:%B %Y}</h3>",
            paging,
            *part.sections(with_abstracts=True),
            "" if part.shown else "<p>No updates today.</p>",
            paging,
        )

    def _day(self, path: str, query: Mapping[str, str]) -> Response:
        """The page of a day, whatever was announced on it."""
        if set(query) - {"abs", "page"}:
            raise RefusedError(
                "Unexpected parameters. Only accepted parameters are: 'page', and 'abs'"
            )
        subject, _, text = path.partition("/")
        _require_subject(subject)
        day, name = self._read_day(text), shown_name(subject)
        abstracts, number = query.get("abs", "False"), number_in(query, "page", 1, least=1)
        if abstracts not in ("True", "False"):
            raise RefusedError("Invalid abs value. Use ?abs=True to include abstracts")
        address = f"{CATCHUP}{name}/{day}?abs={abstracts}&page="
        if name != subject:
            return Response("", status=301, headers={"Location": f"{address}{number}"})
        entries = self._announcements.by_paper(day, categories_of(name))
        skip = (number - 1) * self.PAGE_SIZE
        part = Part([entry for entry in entries if not entry.inner], skip, self.PAGE_SIZE)
        written = f"{day:%a, %d %b %Y}"
        total = f"Total of {len(part.entries)} entries for {written}\n{_links(part, address)}"
        following = self._following(day, address)
        return page(
            "",
            f"<h1>Catchup results for {title_of(name)} on {written}</h1>",
            part.index(),
            f"<div>\n{following}{total}\n</div>",
            *part.sections(with_abstracts=abstracts == "True"),
            "" if part.shown else _nothing(written, number, address),
            f"<div></div>\n{total}\n<br> <br>\n{following}</div>",
        )

    def _read_day(self, text: str) -> date:
        """The day of a catch-up page."""
        try:
            day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
        except ValueError:
            day = None
        if day is None:
            raise RefusedError("Invalid date format. Use format: YYYY-MM-DD")
        if day < self._announcements.today - PAGES_KEPT:
            raise RefusedError(f"Invalid date: {day}. Catchup only allowed for past 90 days")
        if day > self._announcements.today:
            raise RefusedError(f"Invalid date: {day}. Can't request date later than today")
        return day

    def _following(self, day: date, address: str) -> str:
        """The link to the next announcement; nothing where there is none."""
        following = self._announcements.next_after(day)
        if following is None:
            return ""
        link = escape(address.replace(str(day), str(following)))
        return f'<a href="{link}1">Continue to the next day</a>\n<br><br>\n'


def _require_subject(subject: str) -> None:
    if subject not in ARCHIVES and subject not in CATEGORIES:
        raise RefusedError("Invalid subject. Subject must be an archive, category or 'grp_physics'")


def _paging(part: Part, name: str) -> str:
    """What stands above and below the list of new papers."""
    if not part.entries:
        return ""
    return f"""<div class='paging'>Total of {len(part.entries)} entries
    </div>
    <div class='morefewer'>Showing up to {part.size} entries per page:
      <a href=/list/{name}/new?skip={part.skip}&amp;show=1000 rel="nofollow">
      fewer</a> |
      <span style="color: #454545">more</span> |
      <span style="color: #454545">all</span>
    </div>"""


def _links(part: Part, address: str) -> str:
    """The links to the other pages of a day, where there are any."""
    if len(part.entries) <= part.size:
        return ""
    here = part.skip // part.size + 1
    # So arXiv reckons: a day of exactly two pages has a link to a third.
    numbers = range(1, len(part.entries) // part.size + 2)
    links = (
        f"<span>{number}</span>"
        if number == here
        else f"<a href={escape(address)}{number}>{number}</a>"
        for number in numbers
    )
    return "View page:\n" + "\n".join(links)


def _nothing(written: str, number: int, address: str) -> str:
    """What stands in the place of a list that is empty."""
    if number > 1:
        back = f'<a href="{escape(address)}1">Go to page 1</a>'
        return f"<br>\n<div>\nNo further updates for {written}\n<br>\n{back}\n</div>\n<br>"
    return (
        f"<br>\n<div>\n<p>No updates for {written}. There was either no announcement for this day,"
        " or no updates within the requested subject.</p>\n</div>\n<br>"
    )
