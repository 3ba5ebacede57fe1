"""The texts of X's posts: as they were typed, with the places in them."""

import pytest

from hotpapers.domain.post import Account
from local.upstreams.faults import edits_json
from tests.fakes import Clock
from tests.records import Json, user
from tests.x import edits_first, edits_users, post, read, serving


@pytest.mark.parametrize(
    ("language", "kept"),
    [
        ("en", "en"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("qme", "qme"),
        (None, "und"),
        ("", "und"),
        (7, "und"),
        ('en" onclick="', "und"),
        ("e", "und"),
    ],
)
def test_a_language_is_a_tag_or_unknown(clock: Clock, language: object, kept: str) -> None:
    with serving(edits_first({"lang": language}), posts=[post()]) as server:
        [found] = read(server, clock)
    assert found.language == kept


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("a &amp; b &lt; c &gt; d", "a & b < c > d"),
        ("&amp;amp; &amp;lt;", "&amp; &lt;"),
        ("&quot; &#39; &nbsp; &", "&quot; &#39; &nbsp; &"),
        ("half \ud83d of a pair", "half \ufffd of a pair"),
        ("other \ude00 half", "other \ufffd half"),
        ("whole \ud83d\ude00", "whole 😀"),
        ("\u0000\u001b[31m\r\n\u2028", "\x00\x1b[31m\r\n\u2028"),
        ("", ""),
    ],
)
def test_a_text_is_as_it_was_typed(clock: Clock, escaped: str, plain: str) -> None:
    # json.dumps writes every half of a pair by itself, as X does.
    edit = edits_json(lambda document: document)
    fault = edits_first({"text": escaped, "lang": "en"})
    with serving(lambda right: edit(fault(right)), posts=[post()]) as server:
        [found] = read(server, clock)
    assert found.text == plain
    assert found.text.encode().decode() == plain


def test_halves_of_pairs_in_names_are_replaced(clock: Clock) -> None:
    with serving(edits_users({"users": [user(name="A\ud83d")]}), posts=[post()]) as server:
        [found] = read(server, clock)
    assert found.account == Account("7", "ada", "A\ufffd")


LINK = {"url": "https://t.co/ab", "expanded_url": "https://arxiv.org/abs/2009.00001"}


def places(clock: Clock, text: str, **entities: object) -> list[tuple[str, str, str]]:
    """Where the entities of a text were placed: what is shown, what it is, where it leads."""
    groups: Json = {"urls": [LINK]} | entities
    with serving(edits_first({"text": text, "entities": groups}), posts=[post()]) as server:
        [found] = read(server, clock)
    return [
        (found.text[each.start : each.end], each.kind.value, each.target) for each in found.spans
    ]


AB = ("https://t.co/ab", "link", "https://t.co/ab")


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("no link at all", {}, []),
        ("https://t.co/abc https://t.co/ab", {}, [AB]),
        ("&amp;&lt; https://t.co/ab", {"urls": [LINK | {"start": 4}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK | {"start": None, "end": "x"}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK | {"start": -1}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK | {"start": True}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK | {"start": 10**30}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK, LINK, LINK]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK, LINK | {"url": "javascript:alert(1)"}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK, LINK | {"url": "https://t.co/ab c"}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK, {"url": None}, None, 7]}, [AB]),
        (
            "@ada https://t.co/ab",
            {"mentions": [{"username": "ADA"}]},
            [("@ada", "mention", "ada"), AB],
        ),
        (
            "@Eve https://t.co/ab",
            {"mentions": [{"username": "eve"}]},
            [("@Eve", "mention", "eve"), AB],
        ),
        ("@ada https://t.co/ab", {"mentions": [{"username": "a da"}, {}, 7]}, [AB]),
        ("@ada https://t.co/ab", {"mentions": {"username": "ada"}}, [AB]),
        (
            "#a&amp;b https://t.co/ab",
            {"hashtags": [{"tag": "a&amp;b"}]},
            [("#a&b", "hashtag", "a&b"), AB],
        ),
        ("#AI https://t.co/ab", {"hashtags": [{"tag": "AI\ud83d"}, {"tag": 7}, {"tag": ""}]}, [AB]),
        ("$ https://t.co/ab", {"cashtags": [{"tag": ""}, {"text": "TSLA"}]}, [AB]),
        ("https://t.co/ab", {"mentions": None, "hashtags": "AI", "cashtags": 7}, [AB]),
    ],
)
def test_entities_of_any_shape(
    clock: Clock, text: str, entities: Json, expected: list[tuple[str, str, str]]
) -> None:
    assert places(clock, text, **entities) == expected


@pytest.mark.parametrize(
    ("shown", "leads_to", "target"),
    [
        ("pic.twitter.com/Qq1", "https://twitter.com/ada/status/1/photo/1", "pic.twitter.com/Qq1"),
        ("pic.x.com/Qq1", "https://x.com/ada/status/1/photo/1", "pic.twitter.com/Qq1"),
        (None, "https://twitter.com/ada/status/1/photo/1", "pic.twitter.com/pc"),
        (None, "https://x.com/ada/status/1/video/2", "pic.twitter.com/pc"),
        ("pic.x.com/Qq1/more", "https://x.com/ada/status/1/photo/1", None),
        ("pic.evil.example/Qq1", "https://x.com/ada/status/1/photo/1", None),
        (None, "https://twitter.com/ada/status/1", None),
        (None, "https://evil.example/ada/status/1/photo/1", None),
        (7, None, None),
    ],
)
def test_a_picture_shows_its_address(
    clock: Clock, shown: object, leads_to: object, target: str | None
) -> None:
    picture = {"url": "https://t.co/pc", "display_url": shown, "expanded_url": leads_to}
    found = places(clock, "https://t.co/ab https://t.co/pc", urls=[LINK, picture])
    last = ("picture", target) if target else ("link", "https://t.co/pc")
    assert found == [AB, ("https://t.co/pc", *last)]


def test_a_text_full_of_places_does_not_take_for_ever(clock: Clock) -> None:
    tags = [{"tag": "a", "start": 16 + 3 * number} for number in range(8000)]
    found = places(clock, "https://t.co/ab " + "#a " * 8000, hashtags=tags)
    assert found == [AB, *[("#a", "hashtag", "a")] * 8000]
