"""How a paper's attention grew, as inline SVG: a small line, and a large chart by source.

A source that could not be asked at a time leaves a hole. A hole is no number: the drawing goes on
from what was known before to what was known after (level at the ends), and a hollow dot says so.
A source that never told is not drawn. Coordinates are rounded to a tenth, so that the same history
gives the same bytes.

There are no ids, no styles and no links. A picture is one image to a screen reader, with its
first and last numbers as the name; the page has the numbers in a table besides. The classes for
the stylesheet (fills, strokes and the fonts' sizes are its own; both pictures need a width):

    svg.spark                         the small one, viewBox 0 0 120 28
      path.spark-area                 what is below the line
      path.spark-line                 the score over time: fill="none"
      circle.spark-hole               a time at which a source did not tell: hollow
      circle.spark-dot                the last time, where all told

    svg.chart                         the large one, viewBox 0 0 400 h; text is made for 11px
      path.chart-grid                 the lines of the scale, behind
      path.chart-area.source-<name>   what a source adds, stacked, the first source at the bottom
      path.chart-line.source-<name>   its upper edge: fill="none", each with dashes of its own
      circle.chart-hole.source-<name> a time at which the source did not tell: hollow
      path.chart-axis                 the axis of time, with its ticks
      text.chart-tick                 numbers and dates
      g.chart-key.source-<name>       an entry of the legend: rect.chart-area, path.chart-line,
                                      text.chart-name; in the order of the stack, the top one first
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from hotpapers.documents.counts import decimal_text
from hotpapers.documents.direction import contained
from hotpapers.documents.html_text import html_text
from hotpapers.documents.pages.words import day_text
from hotpapers.domain.digest import Point
from hotpapers.domain.paper import collapse_white_space
from hotpapers.domain.sources import SOURCES

Place = tuple[float, float]
"""A place in a picture, in its own units, from the upper left corner."""

Series = tuple[Decimal, ...]
"""What is drawn of a source, or of several, at each time."""

DASHES = {
    "bluesky": "7 2",
    "mastodon": "2 2",
    "hackernews": "7 2 2 2",
    "reddit": "1 3",
    "huggingface": "4 4",
}
"""How the sources' lines differ without colours; X's has no dashes."""

LEAST_SCALE = Decimal(1)
"""The smallest top of a scale: a chart of nothing is flat."""
MOST_STEPS = 5
"""Into how many steps a scale is divided at most."""
MOST_DATES = 5
"""How many dates the axis of time has at most."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Frame:
    """Where in a picture the drawing is, and what its sides stand for.

    The left side is the time `start`, the right one `end`; the lower side is 0, the upper `top`.
    """

    left: float
    right: float
    upper: float
    lower: float
    start: datetime
    end: datetime
    top: Decimal

    def x(self, moment: datetime) -> float:
        """Where a time is; in the middle, where there is only one time."""
        span = self.end - self.start
        part = (moment - self.start) / span if span else 0.5
        return self.left + (self.right - self.left) * min(max(part, 0.0), 1.0)

    def y(self, value: Decimal) -> float:
        """Where a number is."""
        part = float(min(max(value / self.top, Decimal(0)), Decimal(1)))
        return self.lower - (self.lower - self.upper) * part


def sparkline(history: Sequence[Point], label: str) -> str:
    """The score over time as a small picture; empty where there are fewer than two points.

    `label` is text that says what is shown, such as `Attention`.
    """
    points = _in_order(history)
    drawn = _drawn(points)
    if len(points) < 2 or not drawn:
        return ""
    totals = _sums(list(drawn.values()), len(points))
    top = max(*totals, LEAST_SCALE)
    frame = Frame(4, 116, 4, 25, points[0].time, points[-1].time, top)
    line = [
        (frame.x(point.time), frame.y(total)) for point, total in zip(points, totals, strict=True)
    ]
    holes = [_is_lacking(point, drawn) for point in points]
    dots = [_dot("spark-hole", place) for place, lacks in zip(line, holes, strict=True) if lacks]
    if not holes[-1]:
        dots.append(_dot("spark-dot", line[-1]))
    floor = [(line[-1][0], frame.lower), (line[0][0], frame.lower)]
    return _picture(
        "spark",
        (120, 28),
        _name(points, drawn, label),
        _path("spark-area", [*line, *floor], closed=True),
        _path("spark-line", line),
        *dots,
    )


def attention_chart(history: Sequence[Point], label: str) -> str:
    """What each source adds over time as a large picture; empty below two points.

    `label` is text that says what is shown, such as the paper's title.
    """
    points = _in_order(history)
    drawn = _drawn(points)
    if len(points) < 2 or not drawn:
        return ""
    stacked = _stack(drawn, len(points))
    step, top = _scale(max(max(edge) for edge in stacked.values()))
    frame = Frame(48, 390, 12, 206, points[0].time, points[-1].time, top)
    keys = list(reversed(drawn))
    height = 236 + 18 * ((len(keys) + 1) // 2)
    return _picture(
        "chart",
        (400, height),
        _name(points, drawn, label),
        *_levels(frame, step),
        *_bands(frame, points, {name: stacked[name] for name in _with_bands(drawn)}),
        *_holes(frame, points, stacked),
        *_dates(frame),
        *_legend(keys, points[-1]),
    )


# What is drawn


def _in_order(history: Sequence[Point]) -> list[Point]:
    return sorted(history, key=lambda point: point.time)


def _drawn(points: Sequence[Point]) -> dict[str, Series]:
    """What is drawn of each source that ever told, by name in the order of the sources."""
    return {
        name: _filled(points, name)
        for name in SOURCES
        if any(name in point.attention for point in points)
    }


def _filled(points: Sequence[Point], name: str) -> Series:
    """A source's parts of the score, holes filled: in a straight line, level at the ends."""
    known = [place for place, point in enumerate(points) if name in point.attention]
    values: list[Decimal] = []
    after = 0  # the first of the known places that is not before this one
    for place, point in enumerate(points):
        while after < len(known) - 1 and known[after] < place:
            after += 1
        later = points[known[after]]
        earlier = points[known[max(after - 1, 0)]] if known[after] > place else later
        values.append(_between(earlier, later, point.time, name))
    return tuple(values)


def _between(earlier: Point, later: Point, moment: datetime, name: str) -> Decimal:
    first, last = (max(each.attention[name].weighted, Decimal(0)) for each in (earlier, later))
    span = later.time - earlier.time
    part = (moment - earlier.time) / span if span else 1.0
    return first + (last - first) * Decimal(min(max(part, 0.0), 1.0))


def _sums(series: Sequence[Series], length: int) -> Series:
    return tuple(sum((each[place] for each in series), Decimal(0)) for place in range(length))


def _stack(drawn: Mapping[str, Series], length: int) -> dict[str, Series]:
    """The upper edge of each source's band."""
    parts = list(drawn.values())
    return {name: _sums(parts[: place + 1], length) for place, name in enumerate(drawn)}


def _with_bands(drawn: Mapping[str, Series]) -> list[str]:
    """The sources that have a band: one that told of nothing would be a line on another's edge."""
    return [name for name, parts in drawn.items() if any(parts)] or list(drawn)


def _is_lacking(point: Point, drawn: Mapping[str, Series]) -> bool:
    return any(name not in point.attention for name in drawn)


# Words and numbers


def _name(points: Sequence[Point], drawn: Mapping[str, Series], label: str) -> str:
    """Label: score 12 on 18 September 2020, 318 on 25 September 2020"""
    said = ", ".join(_score_in_words(point, drawn) for point in (points[0], points[-1]))
    return f"{label.strip()}: score {said}" if label.strip() else f"Score {said}"


def _score_in_words(point: Point, drawn: Mapping[str, Series]) -> str:
    day = day_text(point.time.astimezone(UTC).date())
    if not point.attention:
        return f"unknown on {day}"
    least = "at least " if _is_lacking(point, drawn) else ""
    return f"{least}{short_number(point.score)} on {day}"


def short_number(value: Decimal) -> str:
    """The number in a few characters: 318, 0.5, 12,400, 1.2e+30."""
    if value >= 10**9:
        return f"{value:.1e}"
    if value < 1_000:
        return decimal_text(value)
    return f"{value:,.0f}"


def _scale(most: Decimal) -> tuple[Decimal, Decimal]:
    """The step and the top of a scale that reaches `most`, in round numbers."""
    reached = max(most, LEAST_SCALE)
    least_step = reached / MOST_STEPS
    unit = Decimal(1).scaleb(least_step.adjusted())
    step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= least_step)
    return step, step * (reached / step).to_integral_value(ROUND_CEILING)


# Parts of a picture


def _picture(kind: str, size: tuple[int, int], name: str, *parts: str) -> str:
    width, height = size
    said = collapse_white_space(html_text(contained(name)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{said}"><title>{said}</title>{"".join(parts)}</svg>'
    )


def _levels(frame: Frame, step: Decimal) -> Iterator[str]:
    level = Decimal(0)
    lines = ""
    while level <= frame.top:
        y = _rounded(frame.y(level))
        lines += f"M{_rounded(frame.left)} {y}H{_rounded(frame.right)}"
        yield _text("chart-tick", (frame.left - 5, frame.y(level) + 4), short_number(level), "end")
        level += step
    yield f'<path class="chart-grid" fill="none" d="{lines}"/>'


def _bands(frame: Frame, points: Sequence[Point], stacked: Mapping[str, Series]) -> Iterator[str]:
    """The sources' areas, and the lines over them."""
    below = [(frame.x(point.time), frame.lower) for point in points]
    lines = []
    for name, edge in stacked.items():
        line = [
            (frame.x(point.time), frame.y(value)) for point, value in zip(points, edge, strict=True)
        ]
        yield _path(f"chart-area source-{name}", [*line, *reversed(below)], closed=True)
        lines.append(_path(f"chart-line source-{name}", line, _dashes(name)))
        below = line
    yield from lines


def _holes(frame: Frame, points: Sequence[Point], stacked: Mapping[str, Series]) -> Iterator[str]:
    for name, edge in stacked.items():
        for point, value in zip(points, edge, strict=True):
            if name not in point.attention:
                place = (frame.x(point.time), frame.y(value))
                yield _dot(f"chart-hole source-{name}", place)


def _dates(frame: Frame) -> Iterator[str]:
    """The axis of time: its days, or the two ends where there is no day between them."""
    marks = [(moment, f"{moment.day} {moment:%b}") for moment in _days(frame)]
    if len(marks) < 2:
        ends = dict.fromkeys((frame.start.astimezone(UTC), frame.end.astimezone(UTC)))
        marks = [(end, f"{end.day} {end:%b} {end:%H:%M}") for end in ends]
    line = f"M{_rounded(frame.left)} {_rounded(frame.lower)}H{_rounded(frame.right)}"
    for moment, shown in marks:
        x = frame.x(moment)
        line += f"M{_rounded(x)} {_rounded(frame.lower)}v4"
        yield _text("chart-tick", (x, frame.lower + 17), shown, _anchor(frame, x))
    yield f'<path class="chart-axis" fill="none" d="{line}"/>'


def _days(frame: Frame) -> list[datetime]:
    """The beginnings of days (UTC) within a frame, so few of them that all can be read."""
    start, end = frame.start.astimezone(UTC), frame.end.astimezone(UTC)
    midnight = datetime(start.year, start.month, start.day, tzinfo=UTC)
    first = midnight if midnight == start else midnight + DAY
    days = (end - first) // DAY + 1
    apart = max(-(-days // MOST_DATES), 1)
    return [first + DAY * number for number in range(0, days, apart)]


def _anchor(frame: Frame, x: float) -> str:
    """From where a date at the axis is written, so that it does not leave the picture."""
    if x - frame.left < 20 and x < frame.right - 20:
        return "start"
    return "end" if frame.right - x < 20 else "middle"


def _legend(names: Sequence[str], last: Point) -> Iterator[str]:
    for place, name in enumerate(names):
        x, y = 10 + 195 * (place % 2), 236 + 18 * (place // 2)
        told = last.attention.get(name)
        number = f" {short_number(told.weighted)}" if told else " –"
        line = _path("chart-line", [(x, y), (x + 22, y)], _dashes(name))
        yield (
            f'<g class="chart-key source-{name}">'
            f'<rect class="chart-area" x="{x}" y="{y}" width="22" height="9"/>{line}'
            f"{_text('chart-name', (x + 28, y + 9), SOURCES[name].title + number, 'start')}</g>"
        )


def _dashes(name: str) -> str:
    return f' stroke-dasharray="{DASHES[name]}"' if name in DASHES else ""


def _path(kind: str, places: Sequence[Place], more: str = "", *, closed: bool = False) -> str:
    steps = "L".join(f"{_rounded(x)} {_rounded(y)}" for x, y in places)
    form = f'd="M{steps}Z"' if closed else f'fill="none" d="M{steps}"'
    return f'<path class="{kind}"{more} {form}/>'


def _dot(kind: str, place: Place) -> str:
    x, y = place
    return f'<circle class="{kind}" cx="{_rounded(x)}" cy="{_rounded(y)}" r="2.5"/>'


def _text(kind: str, place: Place, shown: str, anchor: str) -> str:
    x, y = place
    return (
        f'<text class="{kind}" x="{_rounded(x)}" y="{_rounded(y)}" text-anchor="{anchor}">'
        f"{html_text(shown)}</text>"
    )


def _rounded(number: float) -> str:
    """A coordinate to a tenth: 4, 25.5."""
    return f"{number:.1f}".removesuffix(".0")
