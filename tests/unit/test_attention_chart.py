"""Charts of a paper's attention."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.attention_chart import attention_chart, short_number, sparkline
from hotpapers.domain.digest import Attention, Point
from hotpapers.domain.sources import SOURCES
from tests.builders import EXTREMES
from tests.hostile import hostile_texts
from tests.properties import examples

START = datetime(2020, 9, 18, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"

Scores = Mapping[str, float]
Draw = Callable[[Sequence[Point], str], str]


def attention(weighted: float | Decimal) -> Attention:
    return Attention({}, 1, Decimal(weighted))


def history(*scores: Scores, hours: float = 24) -> list[Point]:
    """Points so many hours apart."""
    return [
        Point(
            START + timedelta(hours=hours) * number,
            {name: attention(score) for name, score in each.items()},
        )
        for number, each in enumerate(scores)
    ]


def texts(svg: str, kind: str) -> list[str]:
    return ["".join(each.itertext()) for each in elements(svg, "text") if each.get("class") == kind]


def elements(svg: str, tag: str) -> list[Element]:
    return list(fromstring(svg).iter(SVG + tag))


def paths(svg: str, kind: str) -> list[str | None]:
    return [each.get("d") for each in elements(svg, "path") if each.get("class") == kind]


def test_a_whole_sparkline() -> None:
    assert sparkline(history({"x": 0}, {"x": 50}, {"x": 200}), "Attention") == (
        '<svg xmlns="http://www.w3.org/2000/svg" class="spark" viewBox="0 0 120 28" role="img" '
        'aria-label="Attention: score 0 on 18 September 2020, 200 on 20 September 2020">'
        "<title>Attention: score 0 on 18 September 2020, 200 on 20 September 2020</title>"
        '<path class="spark-area" d="M4 25L60 19.8L116 4L116 25L4 25Z"/>'
        '<path class="spark-line" fill="none" d="M4 25L60 19.8L116 4"/>'
        '<circle class="spark-dot" cx="116" cy="4" r="2.5"/></svg>'
    )


def test_a_whole_chart() -> None:
    found = history({"x": 100, "bluesky": 0}, {"x": 100, "bluesky": 100})

    assert attention_chart(found, "Growth") == (
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 400 254" role="img" '
        'aria-label="Growth: score 100 on 18 September 2020, 200 on 19 September 2020">'
        "<title>Growth: score 100 on 18 September 2020, 200 on 19 September 2020</title>"
        '<text class="chart-tick" x="43" y="210" text-anchor="end">0</text>'
        '<text class="chart-tick" x="43" y="161.5" text-anchor="end">50</text>'
        '<text class="chart-tick" x="43" y="113" text-anchor="end">100</text>'
        '<text class="chart-tick" x="43" y="64.5" text-anchor="end">150</text>'
        '<text class="chart-tick" x="43" y="16" text-anchor="end">200</text>'
        '<path class="chart-grid" fill="none" '
        'd="M48 206H390M48 157.5H390M48 109H390M48 60.5H390M48 12H390"/>'
        '<path class="chart-area source-x" d="M48 109L390 109L390 206L48 206Z"/>'
        '<path class="chart-area source-bluesky" d="M48 109L390 12L390 109L48 109Z"/>'
        '<path class="chart-line source-x" fill="none" d="M48 109L390 109"/>'
        '<path class="chart-line source-bluesky" stroke-dasharray="7 2" fill="none" '
        'd="M48 109L390 12"/>'
        '<text class="chart-tick" x="48" y="223" text-anchor="start">18 Sep</text>'
        '<text class="chart-tick" x="390" y="223" text-anchor="end">19 Sep</text>'
        '<path class="chart-axis" fill="none" d="M48 206H390M48 206v4M390 206v4"/>'
        '<g class="chart-key source-bluesky">'
        '<rect class="chart-area" x="10" y="236" width="22" height="9"/>'
        '<path class="chart-line" stroke-dasharray="7 2" fill="none" d="M10 236L32 236"/>'
        '<text class="chart-name" x="38" y="245" text-anchor="start">Bluesky 100</text></g>'
        '<g class="chart-key source-x">'
        '<rect class="chart-area" x="205" y="236" width="22" height="9"/>'
        '<path class="chart-line" fill="none" d="M205 236L227 236"/>'
        '<text class="chart-name" x="233" y="245" text-anchor="start">X 100</text></g></svg>'
    )


def test_a_source_that_told_of_nothing_has_no_line_but_is_named() -> None:
    svg = attention_chart(history({"x": 1, "reddit": 0}, {"x": 9, "reddit": 0}), "a")

    assert [each.get("class") for each in elements(svg, "path")][1:3] == [
        "chart-area source-x",
        "chart-line source-x",
    ]
    assert texts(svg, "chart-name") == ["Reddit 0", "X 9"]


@pytest.mark.parametrize("points", [[], history({"x": 1}), history({}, {})])
def test_fewer_than_two_points_are_no_picture(points: Sequence[Point]) -> None:
    assert sparkline(points, "a") == ""
    assert attention_chart(points, "a") == ""


def test_a_hole_is_drawn_through_and_marked() -> None:
    svg = sparkline(
        history({"x": 20, "bluesky": 0}, {"x": 20}, {"x": 20, "bluesky": 180}), "Attention"
    )

    assert paths(svg, "spark-line") == ["M4 22.9L60 13.4L116 4"]
    assert [dict(each.attrib) for each in elements(svg, "circle")] == [
        {"class": "spark-hole", "cx": "60", "cy": "13.4", "r": "2.5"},
        {"class": "spark-dot", "cx": "116", "cy": "4", "r": "2.5"},
    ]


def test_holes_at_the_ends_are_level_and_say_that_there_may_be_more() -> None:
    found = history({"x": 20}, {"x": 20, "bluesky": 180}, {"x": 20})
    line, chart = sparkline(found, "Attention"), attention_chart(found, "Attention")

    assert paths(line, "spark-line") == ["M4 4L60 4L116 4"]
    assert [each.get("class") for each in elements(line, "circle")] == ["spark-hole"] * 2
    assert [each.get("class") for each in elements(chart, "circle")] == [
        "chart-hole source-bluesky"
    ] * 2
    assert texts(chart, "chart-name") == ["Bluesky –", "X 20"]
    for svg in (line, chart):
        assert fromstring(svg).get("aria-label") == (
            "Attention: score at least 20 on 18 September 2020, at least 20 on 20 September 2020"
        )


def test_a_time_of_which_nothing_is_known_is_no_zero() -> None:
    svg = sparkline(history({}, {"x": 5}, {"x": 5}), "")

    assert paths(svg, "spark-line") == ["M4 4L60 4L116 4"]
    assert fromstring(svg).get("aria-label") == (
        "Score unknown on 18 September 2020, 5 on 20 September 2020"
    )


def test_a_source_that_never_told_is_not_drawn() -> None:
    svg = attention_chart(history({"mastodon": 1}, {"mastodon": 2}), "a")

    assert texts(svg, "chart-name") == ["Mastodon 2"]
    assert {each.get("class") for each in elements(svg, "path")} == {
        *("chart-grid", "chart-axis", "chart-line"),
        *("chart-area source-mastodon", "chart-line source-mastodon"),
    }


def test_all_zeros_are_a_flat_line() -> None:
    found = history({"x": 0}, {"x": 0})

    assert paths(sparkline(found, "a"), "spark-line") == ["M4 25L116 25"]
    assert texts(attention_chart(found, "a"), "chart-tick") == [
        *("0", "0.2", "0.4", "0.6", "0.8", "1"),
        *("18 Sep", "19 Sep"),
    ]


def test_equal_times_are_one_place() -> None:
    found = history({"x": 1}, {"x": 2}, hours=0)

    assert paths(sparkline(found, "a"), "spark-line") == ["M60 14.5L60 4"]
    assert texts(attention_chart(found, "a"), "chart-tick")[-1] == "18 Sep 00:00"


def test_points_are_drawn_in_the_order_of_time() -> None:
    found = history({"x": 1}, {"x": 3}, {"x": 4})

    assert sparkline(found[::-1], "a") == sparkline(found, "a")
    assert attention_chart(found[::-1], "a") == attention_chart(found, "a")


@pytest.mark.parametrize(
    ("hours", "number", "dates"),
    [
        (1, 3, ["18 Sep 00:00", "18 Sep 02:00"]),
        (24, 3, ["18 Sep", "19 Sep", "20 Sep"]),
        (24, 8, ["18 Sep", "20 Sep", "22 Sep", "24 Sep"]),
        (24 * 30, 3, ["18 Sep", "1 Oct", "14 Oct", "27 Oct", "9 Nov"]),
    ],
)
def test_the_axis_has_dates(hours: float, number: int, dates: list[str]) -> None:
    svg = attention_chart(history(*[{"x": 0}] * number, hours=hours), "a")

    assert texts(svg, "chart-tick")[6:] == dates


@pytest.mark.parametrize(
    ("top", "ticks"),
    [
        (3, ["0", "1", "2", "3"]),
        (97, ["0", "20", "40", "60", "80", "100"]),
        (101, ["0", "50", "100", "150"]),
        (23_456, ["0", "5,000", "10,000", "15,000", "20,000", "25,000"]),
        (10**30, ["0", "2.0e+29", "4.0e+29", "6.0e+29", "8.0e+29", "1.0e+30"]),
    ],
)
def test_the_scale_has_round_numbers(top: int, ticks: list[str]) -> None:
    svg = attention_chart(history({"x": 0}, {"x": top}), "a")

    assert texts(svg, "chart-tick")[:-2] == ticks


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0", "0"),
        ("0.5", "0.5"),
        ("318", "318"),
        ("999.5", "999.5"),
        ("1000", "1,000"),
        ("10000", "10,000"),
        ("1234567", "1,234,567"),
        ("1E+30", "1.0e+30"),
    ],
)
def test_a_number_is_short(value: str, shown: str) -> None:
    assert short_number(Decimal(value)) == shown


@pytest.mark.parametrize("draw", [sparkline, attention_chart])
def test_a_label_is_text(draw: Draw) -> None:
    svg = draw(history({"x": 1}, {"x": 2}), '<script>"\u202e&\x00')

    assert fromstring(svg).get("aria-label") == (
        '<script>"&: score 1 on 18 September 2020, 2 on 19 September 2020'
    )


def points() -> st.SearchStrategy[Point]:
    """What any sources told at any time."""
    times = st.datetimes(
        datetime(2020, 9, 1),  # noqa: DTZ001 - the strategy adds the zone itself
        datetime(2020, 9, 9),  # noqa: DTZ001
        timezones=st.just(UTC),
    )
    numbers = st.sampled_from(EXTREMES) | st.decimals(0, 10**6, places=2)
    return st.builds(
        Point,
        times | st.sampled_from([START, datetime(1992, 1, 1, tzinfo=UTC)]),
        st.dictionaries(st.sampled_from(list(SOURCES)), numbers.map(attention)),
    )


NUMBER = re.compile(r"-?\d+(?:\.\d)?")
SHAPES = {"svg", "title", "path", "circle", "rect", "text", "g"}
PLAIN = {
    *("class", "viewBox", "role", "aria-label", "fill", "d", "stroke-dasharray"),
    *("cx", "cy", "r", "x", "y", "width", "height", "text-anchor"),
}


def places(element: Element) -> Iterator[tuple[float, float]]:
    """Every place that an element of a picture names, as x and y."""
    for step in re.findall(r"[MLHv][^MLHvZ]*", element.get("d", "")):
        numbers = [float(number) for number in NUMBER.findall(step)]
        if step[0] in "ML":
            yield numbers[0], numbers[1]
        elif step[0] == "H":
            yield numbers[0], 0.0
    radius = float(element.get("r", 0))
    if element.get("cx"):
        x, y = float(element.get("cx", "")), float(element.get("cy", ""))
        yield from ((x - radius, y - radius), (x + radius, y + radius))
    if element.get("x"):
        x, y = float(element.get("x", "")), float(element.get("y", ""))
        width, height = float(element.get("width", 0)), float(element.get("height", 0))
        yield from ((x, y), (x + width, y + height))


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(points(), max_size=8), hostile_texts())
@pytest.mark.parametrize("draw", [sparkline, attention_chart])
def test_whatever_the_history_a_picture_stays_within_its_frame(
    draw: Draw, found: list[Point], label: str
) -> None:
    svg = draw(found, label)
    if not svg:
        assert len(found) < 2 or not any(point.attention for point in found)
        return

    root = fromstring(svg)
    assert len(svg.splitlines()) == 1
    assert draw(found, label) == svg
    _, _, width, height = map(float, root.get("viewBox", "").split())
    assert root.get("aria-label") == root.findtext(f"{SVG}title")
    for each in root.iter():
        assert each.tag.removeprefix(SVG) in SHAPES
        assert set(each.attrib) <= PLAIN
        for x, y in places(each):
            assert isfinite(x)
            assert isfinite(y)
            assert 0 <= x <= width
            assert 0 <= y <= height
