"""Answers that are made to take all memory, or all time, of whoever reads them.

What unpacks to more than it seems is in test_http_limits.py, what is asked of the API in
test_abuse.py.
"""

import importlib
import json
import pkgutil
import re
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import product
from pathlib import Path

import pytest

import hotpapers
from hotpapers.adapters.arxiv_pages import LONGEST_TAG, MOST_TAGS, read_page
from hotpapers.adapters.arxiv_papers import MOST_MARKS, parse_xml
from hotpapers.adapters.entries import (
    LONGEST_TEXT,
    MOST_VALUES,
    BadEntryError,
    problem_of,
    read_json,
    read_posts,
)
from hotpapers.adapters.http import Answer, Upstream
from hotpapers.errors import UnsettledError

SIZE = 6 * 1024 * 1024
"""Of a bomb, in bytes: a fraction of what may come."""
DAY = date(2020, 9, 18)
ORACLE = Upstream("Oracle", "http://127.0.0.1", {})


@contextmanager
def memory_below(most: int) -> Iterator[None]:
    """Fails where more bytes are taken within."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < most


def filled(piece: bytes, size: int, begin: bytes = b"", end: bytes = b"") -> bytes:
    """A piece again and again, as often as it fits into so many bytes."""
    return begin + piece * ((size - len(begin) - len(end)) // len(piece)) + end


def said_of(read: Callable[[], object]) -> str:
    """What is said of an answer that is none."""
    with pytest.raises(UnsettledError) as caught:
        read()
    return str(caught.value)


# JSON


def test_json_that_holds_too_much_is_no_json() -> None:
    lists = {
        "lists": b"[],",
        "objects": b"{},",
        "objects with a key": b'{"":1},',
        "short texts": b'"ab",',
        "fractions": b"0.1,",
    }
    bombs = {name: filled(piece, SIZE, b"[", b"1]") for name, piece in lists.items()}
    bombs |= {"depth": b"[" * SIZE, "a number": b"9" * SIZE}
    for name, bomb in bombs.items():
        # The text itself takes some; what the values would take is twenty times as much.
        with memory_below(4 * SIZE):
            assert said_of(partial(read_json, Answer(200, {}, bomb), ORACLE)).startswith(
                "Oracle: answered no JSON"
            ), name
            assert problem_of(Answer(400, {}, bomb)) == ""


@pytest.mark.thorough
def test_json_that_holds_just_not_too_much_takes_a_bounded_memory() -> None:
    for piece, marks in ((b'{"":1},', 2), (b'"ab",', 1), (b"[],", 2)):
        text = b"[" + piece * ((MOST_VALUES - 2) // marks) + b"1]"
        with memory_below(150_000_000):
            assert isinstance(read_json(Answer(200, {}, text), ORACLE), list)


def test_numbers_texts_and_keys_that_json_allows_are_read_or_refused_and_never_fail() -> None:
    said = {
        "NaN": float,
        "-Infinity": float,
        "9" * 4300: int,
        '"\\ud800"': str,
        '{"a": 1, "a": 2}': dict,
        "9" * 4301: None,
        "1e999": float,
        "\ufeff[]": list,
        "[" * 500 + "]" * 500: list,
    }
    for text, kind in said.items():
        answer = Answer(200, {}, text.encode())
        if kind is None:
            assert "answered no JSON" in said_of(partial(read_json, answer, ORACLE))
        else:
            assert type(read_json(answer, ORACLE)) is kind


def test_an_entry_whose_id_is_as_deep_as_json_may_be_is_left_out() -> None:
    def refuse(_: object) -> None:
        raise BadEntryError("it is none")

    for depth in range(500, 1200):
        text = f'[{{"id": {"[" * depth}{"]" * depth}}}]'
        try:
            entries = json.loads(text)
        except RecursionError:
            break
        assert read_posts(entries, refuse, ORACLE).unreadable == 1


# XML


def test_xml_with_too_many_marks_is_none() -> None:
    bombs = {
        "elements": filled(b"<a/>", 2 * SIZE, b"<rss>", b"</rss>"),
        "attributes": filled(b'<a b=""/>', 2 * SIZE, b"<rss>", b"</rss>"),
        "depth": filled(b"<a>", 2 * SIZE, b"<rss>"),
    }
    for name, bomb in bombs.items():
        with memory_below(1_000_000):
            assert parse_xml(bomb, "rss") is None, name


DOCTYPES = {
    "entities that grow": b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss>&b;</rss>',
    "an entity of a file": b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>',
    "an entity of another host": b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/"><rss/>',
    "a parameter entity": b'<!DOCTYPE rss [<!ENTITY % a SYSTEM "http://127.0.0.1:1/">%a;]><rss/>',
    "attributes by default": b'<!DOCTYPE rss [<!ATTLIST rss a CDATA "b">]><rss/>',
}


@pytest.mark.parametrize("document", DOCTYPES.values(), ids=DOCTYPES)
def test_xml_that_declares_anything_is_none(document: bytes) -> None:
    assert parse_xml(document, "rss") is None
    assert parse_xml(document.decode().encode("utf-16"), "rss") is None


@pytest.mark.thorough
def test_xml_with_just_not_too_many_marks_takes_a_bounded_memory() -> None:
    most = MOST_MARKS - 10
    for document in (
        b"<rss>" + b"<a/>" * most + b"</rss>",
        b"<rss>" + b'<a b=""/>' * (most // 2) + b"</rss>",
        b"<rss>" + b"<a>" * (most // 2) + b"</a>" * (most // 2) + b"</rss>",
    ):
        with memory_below(450_000_000):
            assert parse_xml(document, "rss") is not None


# HTML


def page(body: bytes) -> str:
    """What is said of a page that is none."""
    return said_of(lambda: read_page(Answer(200, {}, body), DAY, 1, ORACLE))


def test_pages_that_would_take_for_ever_are_not_read() -> None:
    for piece in (b"<a ", b"<dt>", b"<", b">", b"</a>", b"<!-->", b"<a a='"):
        with memory_below(100_000_000):
            assert page(filled(piece, SIZE, end=b"</html>")).startswith("Oracle: answered no page")
    for begin, piece in ((b"<a ", b"a "), (b"<a ", b"a='"), (b"<a", b" "), (b"</a", b"\n")):
        assert page(filled(piece, 2 * LONGEST_TAG, begin, b"></html>")).startswith(
            "Oracle: answered no page"
        )


@pytest.mark.thorough
def test_pages_that_are_read_take_a_bounded_time() -> None:
    begun = time.process_time()
    for piece in (b"<dt>", b"<a>x", b"<", b"<h1></h1>", b"<dt><a href=searchtype=author>"):
        with memory_below(300_000_000):
            page(piece * (MOST_TAGS // (4 * piece.count(b"<"))) + b"</html>")
    for piece in (b"a ", b"a='", b"<a ", b"a="):
        tag = filled(piece, LONGEST_TAG - 10, b"<a ", b">")
        page(filled(tag, 1_000_000, end=b"</html>"))
    assert time.process_time() - begun < 100


# Regular expressions

Patterns = Mapping[str, re.Pattern[str]]

PIECES = (
    *"aA0_ \t\n()[]{}<>&#\\$^\"'`*~%=;,:|!?@.-/+é",
    *("</", "<a ", "<a>", "&#", "&#1", "\\\\", "\\ ", "\\a", "$$", "{}", "^{", "--", ".."),
    *("http://", "https://", "http://a.", "http://a/", "//a/", "www.", "x.y", "a@", "@a"),
    *("arxiv.org/abs/", "2009.", "2009.00001", "math/", "math/0", "github.com/a/"),
    *("withdrawn ", "this paper ", "this ", "(the ", ". ", "of ", "Cite", "\\begin{a}"),
    *("text/html,", "q=0.", 'W/"', '"\\', "1.", "1) ", "# ", "a b", "a\n", "\r\n", "(a", "[a"),
    *("\u0301", "\u4e00", "\u0130", "\u200b", "😀"),
)
ENDS = ("", "!", "\n", "\x00")


def patterns() -> Patterns:
    """Every regular expression of the package, by the name of what holds it."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.walk_packages(hotpapers.__path__, "hotpapers."):
        for name, value in vars(importlib.import_module(module.name)).items():
            held = value.items() if isinstance(value, dict) else [("", value)]
            for key, each in held:
                if isinstance(each, re.Pattern) and isinstance(each.pattern, str):
                    found[f"{module.name}.{name} {key}".strip()] = each
    return found


def sources() -> str:
    """All that the package's modules say."""
    return "\n".join(path.read_text() for path in Path(hotpapers.__path__[0]).rglob("*.py"))


def look_for(name: str, pattern: re.Pattern[str], said: str) -> Callable[[str], object]:
    """Looks for a pattern as the package does: anywhere in a text, or at its beginning alone."""
    held = name.partition(" ")[0].rpartition(".")[2]
    anywhere = rf"\b{held}\b(?!\.(?:full)?match\(| = )"
    if re.search(anywhere, re.sub(r"(?m)^(from|import) .*|matches\(\w+,", "", said)):
        return lambda text: (sum(1 for _ in pattern.finditer(text)), pattern.fullmatch(text))
    return lambda text: (pattern.match(text), pattern.fullmatch(text))


def seconds_for(find: Callable[[str], object], text: str) -> float:
    """How long it takes to look for a pattern in a text."""
    begun = time.process_time()
    find(text)
    return time.process_time() - begun


@pytest.mark.thorough
def test_no_regular_expression_takes_long_for_the_longest_text() -> None:
    slow, said = {}, sources()
    for name, pattern in patterns().items():
        find = look_for(name, pattern, said)
        for piece, end in product(PIECES, ENDS):
            # What takes long with the longest text takes a while with a short one, too.
            if seconds_for(find, (piece * 1_000)[:1_000] + end) > 0.002:
                seconds = seconds_for(find, (piece * LONGEST_TEXT)[:LONGEST_TEXT] + end)
                if seconds > 2.5:
                    slow[name, piece, end] = seconds

    assert slow == {}
