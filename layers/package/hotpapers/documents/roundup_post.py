"""A roundup as a Markdown post, of the form that the posts of digests have.

It depends on the roundup and the front matter alone. Links to the days' posts are made of these
posts' slugs, which a static site shows beside one another.
"""

from datetime import date

from hotpapers.documents import markdown
from hotpapers.documents.counts import in_words
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.period_words import period_text
from hotpapers.documents.post_template import post_template
from hotpapers.domain.roundup import PeriodKind, Roundup, RoundupDay
from hotpapers.domain.sources import SOURCES, X


def write_roundup_post(roundup: Roundup, front_matter: FrontMatter) -> bytes:
    """The post of a roundup, in UTF-8."""
    text = post_template("roundup_post").render(
        name=roundup.period.name,
        title=_title(roundup),
        collected_at=roundup.collected_at,
        roundup=roundup,
        front_matter=front_matter,
        sources=roundup.sources,
        status=_status(roundup),
        summary=_summary(roundup),
        days=_day_lines(roundup),
        link=_link,
        is_of_x_alone=roundup.sources == (X.name,),
    )
    return text.encode()


def _title(roundup: Roundup) -> str:
    if roundup.period.kind is PeriodKind.WEEK:
        return f"of the week {roundup.period.name}, {period_text(roundup.period)}"
    return f"of {period_text(roundup.period)}"


def _summary(roundup: Roundup) -> str:
    """How the papers that are shown were chosen, in a sentence."""
    shown, time = len(roundup.papers), period_text(roundup.period)
    if not shown:
        return f"No paper of {time} is talked about enough to be hot."
    if shown < roundup.hot:
        return f"The {shown} hottest of the {roundup.hot} hot papers of {time}."
    return f"All hot papers of {time}: {in_words(shown, 'papers')}."


def _status(roundup: Roundup) -> str:
    """Of which days not all is known, in a line of Markdown; empty where all is."""
    partial = [day.date for day in roundup.days if day.is_partial]
    dates = ", ".join(map(str, sorted([*roundup.days_missing, *partial])))
    return f"*This roundup is partial. Not all is known of {dates}.*" if dates else ""


def _day_lines(roundup: Roundup) -> list[str]:
    """A line of Markdown for each listing date, in order."""
    lines = {day.date: _day_line(day) for day in roundup.days}
    lines |= {day: f"{day}: from before the archive" for day in roundup.days_missing}
    return [line for _, line in sorted(lines.items())]


def _day_line(day: RoundupDay) -> str:
    if day.quiet:
        return f"{day.date}: no new papers{_because(day.why)}"
    parts = [f"{_link(day.date)}: {in_words(day.hot, 'hot papers')}"]
    if day.shortfall:
        parts.append(f"it may lack papers{_because(day.shortfall)}")
    lacking = [source.title for name, source in SOURCES.items() if name in day.lacking]
    if lacking:
        parts.append(f"not all is known of {', '.join(lacking)}")
    return "; ".join(parts)


def _because(reason: str) -> str:
    """A reason as the end of a line."""
    shown = markdown.literal(reason.rstrip(" ."))
    return f": {shown}" if shown else ""


def _link(day: date) -> str:
    """A day as a link to its post."""
    return f"[{day}](../hot-papers-{day}/)"
