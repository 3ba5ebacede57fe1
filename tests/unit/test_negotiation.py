"""What readers tell in headers, against what the standard says, and against an oracle."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import ETags, MIMEAccept
from werkzeug.http import http_date, parse_accept_header, parse_etags

from hotpapers.web.negotiation import (
    Codings,
    choose,
    has_since,
    has_tag,
    read_codings,
    write_date,
)
from tests.properties import examples

OFFERED = (("application/json",), ("text/markdown",), ("text/html", "application/xhtml+xml"))
JSON, MARKDOWN, HTML = range(3)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)


# Accept


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        (FIREFOX, HTML),
        (CHROME, HTML),
        ("application/json", JSON),
        ("text/html", HTML),
        ("TEXT/HTML", HTML),
        ("application/xhtml+xml", HTML),
        ("text/*", MARKDOWN),
        ("text/*, text/markdown;q=0.5", HTML),
        ("text/html;q=0.5, text/markdown;q=0.6", MARKDOWN),
        ("text/html ; q=0.5 , application/json ; q=0.4", HTML),
        ("*/*;q=0.1, text/html;q=0", JSON),
        ("*/*, application/json;q=0", MARKDOWN),
        ("application/*;q=0, */*", MARKDOWN),
        ("text/html, application/json", JSON),
        ("text/html;q=1.000", HTML),
        # Parameters: charset is UTF-8 anyway, anything else is another thing.
        ("text/html; charset=utf-8", HTML),
        ('text/html;charset="utf-8";q=0.5, */*;q=0.1', HTML),
        ("text/html;level=1, application/json;q=0.1", JSON),
        ("text/html;q=0.5;level=1, */*;q=0.1", HTML),
        ('text/html;a="x,y;q=0", text/markdown;q=0.2', MARKDOWN),
        # What is malformed is left out.
        ("text/html;q=2, application/json;q=0.1", JSON),
        ("text/html;q=, text/markdown", MARKDOWN),
        ("html", JSON),
        ("*/html, text/html;q=0.5", HTML),
        (",,;;=,", JSON),
        ('"', JSON),
        ("text/html;q=0.1234, text/markdown", MARKDOWN),
        # What is not there.
        ("image/png", None),
        ("text/html;q=0", None),
        ("*/*;q=0", None),
        ("application/xml", None),
    ],
)
def test_the_form_that_is_liked_best(accept: str | None, chosen: int | None) -> None:
    assert choose(accept, OFFERED) == chosen


WEIGHTS = st.sampled_from(["0", "0.001", "0.2", "0.25", "0.5", "0.999", "1", "1.0"])
RANGES = st.sampled_from(
    ["*/*", "text/*", "application/*", "text/html", "text/markdown", "application/json", "image/*"]
)


@given(st.lists(st.tuples(RANGES, WEIGHTS), min_size=1, max_size=6, unique_by=lambda each: each[0]))
@settings(max_examples=examples(150))
def test_the_choice_is_that_of_somebody_else_s_reader(parts: Sequence[tuple[str, str]]) -> None:
    header = ", ".join(f"{name};q={weight}" for name, weight in parts)
    oracle = parse_accept_header(header, MIMEAccept)
    names = ["application/json", "text/markdown", "text/html"]

    def weight(name: str) -> float:
        fitting = [
            (each.count("*"), -float(weight))
            for each, weight in parts
            if each in ("*/*", name, f"{name.partition('/')[0]}/*")
        ]
        return -min(fitting)[1] if fitting else 0.0

    weights = [weight(name) for name in names]
    best = weights.index(max(weights)) if max(weights) > 0 else None
    assert choose(header, [(name,) for name in names]) == best
    assert (best is None) == (oracle.best_match(names) is None or max(weights) == 0)


@given(st.text(max_size=60) | st.text(alphabet='*/,;=q."\\ 01atexhml', max_size=60))
@settings(max_examples=examples(150))
@example('text/html;a="\\')
def test_whatever_is_sent_something_is_chosen_or_nothing(accept: str) -> None:
    assert choose(accept, OFFERED) in (None, 0, 1, 2)


def test_a_long_header_is_read_in_no_time() -> None:
    for piece in ("a/b;", '"', '\\"', ",", ";q=", 'x="\\', "*/*,"):
        long, short = piece * 20_000, piece * 20
        assert choose(long, OFFERED) == choose(short, OFFERED)
        assert read_codings(long) == read_codings(short)
        assert not has_tag(long, '"a"')


# Accept-Encoding


@pytest.mark.parametrize(
    ("header", "takes", "needs"),
    [
        (None, False, False),
        ("", False, False),
        ("gzip", True, False),
        ("GZip", True, False),
        ("x-gzip", True, False),
        ("gzip, deflate, br", True, False),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True, False),
        ("*", True, False),
        ("*;q=0.5, identity;q=0.1", True, False),
        ("gzip;q=0", False, False),
        ("gzip;q=0.000", False, False),
        ("gzip;q=0, *", False, False),
        ("*;q=0", False, False),
        ("identity", False, False),
        ("identity;q=0", False, False),
        ("gzip;q=0.5, identity", False, False),
        ("gzip, identity;q=0.5", True, False),
        ("gzip;q=0.5, identity;q=0.5", True, False),
        ("gzip, identity;q=0", True, True),
        ("gzip;q=0.5, *;q=0", True, True),
        ("deflate", False, False),
        ("gzip;q=x", False, False),
        ("gzipped, ungzip", False, False),
        ("gzip;q=0.5;x=1", True, False),
    ],
)
def test_which_readers_take_gzip(header: str | None, takes: bool, needs: bool) -> None:
    assert read_codings(header) == Codings(takes, needs)


NAMES = st.sampled_from(["gzip", "identity", "*", "br", "deflate"])


@given(st.lists(st.tuples(NAMES, WEIGHTS), max_size=5, unique_by=lambda each: each[0]))
@settings(max_examples=examples(150))
def test_gzip_is_taken_where_it_is_liked_as_much_as_plain_bytes(
    parts: Sequence[tuple[str, str]],
) -> None:
    weights = {name: float(weight) for name, weight in parts}
    header = ", ".join(f"{name};q={weight}" for name, weight in parts)
    gzip = weights.get("gzip", weights.get("*", 0.0))
    identity = weights.get("identity", weights.get("*"))

    taken = read_codings(header).takes_gzip

    assert taken == (gzip > 0 and gzip >= (identity or 0.0))


# If-None-Match


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ('"b","a"', True),
        ('"b" , W/"a" ,"c"', True),
        ('"x,y", "a"', True),
        ("*", True),
        (" * ", True),
        (',, "a"', True),
        ('"A"', False),
        ("a", False),
        ('w/"a"', False),
        ('"a', False),
        ('"b", *', False),
        ('"x,"a""', False),
        ("", False),
        ('"aa"', False),
        ('"a"b', False),
    ],
)
def test_which_tags_are_named(header: str, known: bool) -> None:
    assert has_tag(header, '"a"') == known


TAGS = st.text(alphabet="abc,-.W/*", min_size=1, max_size=4)


@given(st.lists(st.tuples(TAGS, st.booleans()), max_size=4), TAGS)
@settings(max_examples=examples(150))
def test_tags_are_compared_weakly(named: Sequence[tuple[str, bool]], tag: str) -> None:
    header = ", ".join(f'W/"{name}"' if weak else f'"{name}"' for name, weak in named)
    oracle: ETags = parse_etags(header)

    assert has_tag(header, f'"{tag}"') == (tag in [name for name, _ in named])
    if "," not in header.replace('", ', ""):  # which the oracle does not take apart
        assert has_tag(header, f'"{tag}"') == oracle.contains_weak(tag)


@given(st.text(max_size=40))
def test_whatever_is_sent_for_a_tag_is_read(header: str) -> None:
    assert has_tag(header, '"a"') in (True, False)


# If-Modified-Since

MOMENT = datetime(2020, 9, 20, 13, 13, 43, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("Sun, 20 Sep 2020 13:13:43 GMT", True),
        ("Sun, 20 Sep 2020 13:13:44 GMT", True),
        ("Sun, 20 Sep 2020 13:13:42 GMT", False),
        ("Sunday, 20-Sep-20 13:13:43 GMT", True),
        ("Sun Sep 20 13:13:43 2020", True),
        (" Sun, 20 Sep 2020 13:13:43 GMT ", True),
        ("Fri, 31 Dec 9999 23:59:59 GMT", True),
        ("2020-09-20T13:13:43Z", False),
        ("Sun, 20 Sep 2020 13:13:43 +0200", False),
        ("Sun, 20 Sep 2020 13:13:43 GMT, Sun, 20 Sep 2020 13:13:43 GMT", False),
        ("Sun, 31 Sep 2020 13:13:43 GMT", False),
        ("later", False),
        ("", False),
        ("٢٠", False),
    ],
)
def test_since_when_a_reader_knows(header: str, known: bool) -> None:
    assert has_since(header, MOMENT) == known


FIRST = datetime(1991, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 3 * 10**15).map(lambda past: FIRST + timedelta(microseconds=past))


@given(MOMENTS, st.integers(-3, 3))
def test_dates_are_compared_by_the_second(moment: datetime, seconds: int) -> None:
    sent = moment.replace(microsecond=0) + timedelta(seconds=seconds)

    assert write_date(moment) == http_date(moment)
    assert has_since(write_date(sent), moment) == (seconds >= 0)


@given(st.text(max_size=40))
def test_whatever_is_sent_for_a_date_is_read(header: str) -> None:
    assert has_since(header, MOMENT) in (True, False)
