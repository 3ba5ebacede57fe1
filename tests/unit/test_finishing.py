"""What HTTP makes of an answer: validators, content codings, caching, what browsers are told."""

import gzip
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.http import parse_etags

from hotpapers.domain.packing import Packed, pack
from hotpapers.web import finishing
from hotpapers.web.answers import Answer, Content, Freshness, Link, empty_answer
from hotpapers.web.finishing import Finished, finish
from hotpapers.web.problems import NotAcceptableError
from hotpapers.web.representations import ATOM, CSS, HTML, JSON, MARKDOWN, SVG
from tests.api import ALWAYS, POLICY
from tests.properties import examples

MOMENT = datetime(2020, 9, 20, 13, 13, 43, 5, tzinfo=UTC)
DATE, BEFORE = "Sun, 20 Sep 2020 13:13:43 GMT", "Sun, 20 Sep 2020 13:13:42 GMT"
SMALL, LARGE = b"{}", b'{"a": "%s"}' % (b"x" * 2000)


def tag_of(content: bytes) -> str:
    return sha256(content).hexdigest()[:32]


class Maker:
    """Makes content, and counts how often it had to."""

    def __init__(self, content: Content) -> None:
        self.made = 0
        self._content = content

    def __call__(self) -> Content:
        self.made += 1
        return self._content


def answer(content: Content | Callable[[], Content], **said: object) -> Answer:
    make = content if callable(content) else lambda: content
    fields: dict[str, object] = {"representation": JSON, "freshness": Freshness.CURRENT, **said}
    return Answer(content=make, **fields)  # type: ignore[arg-type]


CONTENT = {"Cache-Control": "public, max-age=300", "Content-Type": "application/json", **ALWAYS}


# Whole answers


def test_small_content_goes_as_it_is() -> None:
    finished = finish(answer(SMALL), {"accept-encoding": "gzip"})

    headers = {**CONTENT, "ETag": f'"{tag_of(SMALL)}"', "Vary": "Accept-Encoding"}
    assert finished == Finished(200, headers, SMALL)
    assert (finished.body, finished.is_packed) == ("{}", False)


def test_large_content_is_packed_for_whoever_takes_it() -> None:
    plain, packed = (
        finish(answer(LARGE), asked, variants=3) for asked in ({}, {"accept-encoding": "gzip"})
    )

    headers = {**CONTENT, "ETag": f'"{tag_of(LARGE)}"', "Vary": "Accept, Accept-Encoding"}
    assert plain == Finished(200, headers, LARGE)
    tag = {"ETag": f'"{tag_of(LARGE)}-gzip"', "Content-Encoding": "gzip"}
    assert packed == Finished(200, {**headers, **tag}, pack(LARGE).content)
    assert re.fullmatch("[A-Za-z0-9+/=]+", packed.body)


def test_all_that_an_answer_says_is_said() -> None:
    said = answer(
        SMALL,
        representation=HTML,
        freshness=Freshness.FINAL,
        tag="abc.html",
        modified_at=MOMENT,
        links=(Link("next", "/digests?cursor=A"), Link("up", "/")),
        headers=(("Retry-After", "5"),),
    )

    assert finish(said, {}).headers == {
        **ALWAYS,
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": POLICY,
        "Content-Type": "text/html; charset=utf-8",
        "ETag": '"abc.html"',
        "Last-Modified": DATE,
        "Link": '</digests?cursor=A>; rel="next", </>; rel="up"',
        "Retry-After": "5",
        "Vary": "Accept-Encoding",
    }


def test_an_answer_that_is_all_in_its_headers() -> None:
    said = empty_answer(308, Freshness.SETTLED, ("Location", "/digests"))

    headers = {**ALWAYS, "Cache-Control": "public, max-age=86400", "Location": "/digests"}
    for asked in ({}, {"accept-encoding": "gzip, identity;q=0", "if-none-match": "*"}):
        assert finish(said, asked) == Finished(308, headers, b"")


@pytest.mark.parametrize("form", [JSON, MARKDOWN, HTML, ATOM, SVG, CSS])
def test_a_policy_is_for_pages(form: object) -> None:
    headers = finish(answer(SMALL, representation=form), {}).headers

    assert headers.get("Content-Security-Policy") == (POLICY if form is HTML else None)


@pytest.mark.parametrize("freshness", Freshness)
def test_freshness_is_said_as_it_is(freshness: Freshness) -> None:
    headers = finish(answer(SMALL, freshness=freshness), {}).headers

    assert headers["Cache-Control"] == freshness.value


# What is known already


@pytest.mark.parametrize(
    "asked",
    [
        {"if-none-match": '"abc"'},
        {"if-none-match": 'W/"abc"'},
        {"if-none-match": '"x", "abc"'},
        {"if-none-match": "*"},
        {"if-none-match": '"abc-gzip"', "accept-encoding": "gzip"},
        {"if-none-match": '"abc"', "if-modified-since": BEFORE},
        {"if-modified-since": DATE},
        {"if-modified-since": DATE, "accept-encoding": "gzip"},
    ],
)
def test_what_is_known_is_neither_made_nor_sent(asked: Mapping[str, str]) -> None:
    maker = Maker(LARGE)

    finished = finish(answer(maker, tag="abc", modified_at=MOMENT), asked, variants=2)

    coding = "-gzip" if "accept-encoding" in asked else ""
    headers = {
        **ALWAYS,
        "Cache-Control": "public, max-age=300",
        "ETag": f'"abc{coding}"',
        "Last-Modified": DATE,
        "Vary": "Accept, Accept-Encoding",
    }
    assert (finished, maker.made) == (Finished(304, headers, b""), 0)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"if-none-match": '"x"'},
        {"if-none-match": ""},
        {"if-none-match": "abc"},
        {"if-none-match": '"abc-gzip"'},
        {"if-none-match": '"abc"', "accept-encoding": "gzip"},
        {"if-none-match": '"x"', "if-modified-since": DATE},
        {"if-modified-since": BEFORE},
        {"if-modified-since": "yesterday"},
    ],
)
def test_what_is_not_known_is_sent(asked: Mapping[str, str]) -> None:
    maker = Maker(LARGE)

    finished = finish(answer(maker, tag="abc", modified_at=MOMENT), asked)

    assert (finished.status, maker.made) == (200, 1)
    assert (gzip.decompress(finished.content) if finished.is_packed else finished.content) == LARGE


def test_a_date_says_nothing_of_what_has_none() -> None:
    assert finish(answer(SMALL), {"if-modified-since": DATE}).status == 200


@pytest.mark.parametrize("asked", [{"if-none-match": "*"}, {"if-modified-since": DATE}])
def test_nothing_but_success_is_known(asked: Mapping[str, str]) -> None:
    finished = finish(answer(SMALL, status=404, modified_at=MOMENT), asked)

    assert (finished.status, "ETag" in finished.headers) == (404, False)


# Content codings


def test_packed_content_goes_as_it_lies() -> None:
    stored = Packed(gzip.compress(SMALL, 1, mtime=7))

    packed = finish(answer(stored), {"accept-encoding": "gzip"})
    plain = finish(answer(stored), {})

    assert (packed.content, packed.headers["Content-Encoding"]) == (stored.content, "gzip")
    assert (plain.content, "Content-Encoding" in plain.headers) == (SMALL, False)


def test_small_content_is_packed_where_nothing_else_is_taken() -> None:
    finished = finish(answer(SMALL), {"accept-encoding": "gzip, identity;q=0"})

    assert (finished.is_packed, finished.content) == (True, pack(SMALL).content)


@pytest.mark.parametrize(("size", "packed"), [(999, False), (1000, True)])
def test_from_what_size_on_content_is_packed(size: int, packed: bool) -> None:
    assert finish(answer(b"x" * size), {"accept-encoding": "gzip"}).is_packed == packed


def test_too_much_for_a_reader_who_cannot_unpack_is_refused() -> None:
    much = answer(b"x" * (finishing.LARGEST_BODY + 1))

    with pytest.raises(NotAcceptableError) as refusal:
        finish(much, {})

    assert str(refusal.value) == (
        "this is too much to send as it is: ask for it with Accept-Encoding: gzip"
    )
    assert finish(much, {"accept-encoding": "gzip"}).is_packed


def test_the_largest_that_is_sent_fits_as_json_has_it() -> None:
    for text in ('"' * (finishing.LARGEST_BODY // 2), "é" * (finishing.LARGEST_BODY // 2)):
        with pytest.raises(NotAcceptableError):
            finish(answer(text.encode()), {})
        assert finish(answer(text.encode()[:-4]), {}).status == 200


def test_too_much_even_when_packed_is_refused() -> None:
    stored = Packed(b"\x1f\x8b" + bytes(finishing.LARGEST_BODY))

    with pytest.raises(NotAcceptableError) as refusal:
        finish(answer(stored, tag="abc"), {"accept-encoding": "gzip"})

    assert str(refusal.value) == (
        f"this has {finishing.LARGEST_BODY + 2} bytes, which is too much to send at once"
    )


# For any headers

NAMES = st.sampled_from(["gzip", "identity", "*", "br"])
WEIGHTS = st.sampled_from(["", ";q=0", ";q=0.5", ";q=1"])
CODINGS = st.lists(st.tuples(NAMES, WEIGHTS), max_size=3, unique_by=lambda each: each[0])
TAGS = st.lists(
    st.sampled_from(['"abc"', 'W/"abc"', '"abc-gzip"', 'W/"abc-gzip"', '"x"', '""']), max_size=3
)


@given(
    codings=CODINGS,
    tags=st.none() | st.just("*") | TAGS.map(", ".join),
    content=st.sampled_from([SMALL, LARGE, pack(SMALL), pack(LARGE)]),
    tagged=st.booleans(),
)
@settings(max_examples=examples(100))
def test_the_answer_is_right_for_any_headers(
    codings: list[tuple[str, str]], tags: str | None, content: Content, tagged: bool
) -> None:
    asked = {"accept-encoding": ", ".join(name + weight for name, weight in codings)}
    plain = content.unpack() if isinstance(content, Packed) else content
    name = "abc" if tagged else tag_of(plain)
    if tags is not None:
        asked["if-none-match"] = tags.replace("abc", name)

    finished = finish(answer(content, tag="abc" if tagged else None), asked)

    weights = {name: float(weight[3:] or 1) for name, weight in codings}
    gzip_weight = weights.get("gzip", weights.get("*", 0.0))
    plain_weight = weights.get("identity", weights.get("*", 0.0))
    liked = gzip_weight > 0 and gzip_weight >= plain_weight
    ruled_out = weights.get("identity", weights.get("*", 1.0)) == 0
    worth = tagged or isinstance(content, Packed) or len(plain) >= 1000
    packed = liked and (worth or ruled_out)
    sent = f"{name}-gzip" if packed else name
    known = tags is not None and (
        tags == "*" or parse_etags(asked["if-none-match"]).contains_weak(sent)
    )
    assert finished.headers["ETag"] == f'"{sent}"'
    assert finished.headers["Vary"] == "Accept-Encoding"
    if known:
        assert (finished.status, finished.content) == (304, b"")
        assert not {"Content-Type", "Content-Encoding"} & finished.headers.keys()
    else:
        assert (finished.status, finished.is_packed) == (200, packed)
        assert (gzip.decompress(finished.content) if packed else finished.content) == plain
