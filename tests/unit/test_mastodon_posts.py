"""The posts of Mastodon: what is taken from them, and what is not believed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpapers.adapters.entries import BadEntryError
from hotpapers.adapters.mastodon import read_post
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from tests.upstream import SPAN

Json = dict[str, Any]

PAPER = "https://arxiv.org/abs/2009.08319"
HOST = "here.example:8080"


def account(**fields: Any) -> Json:
    return {
        "id": "11",
        "username": "ada",
        "acct": "ada@social.example",
        "display_name": "Ada Example",
        "url": "https://social.example/@ada",
        "bot": False,
    } | fields


def status(**fields: Any) -> Json:
    return {
        "id": "104885",
        "uri": "https://social.example/users/ada/statuses/104885",
        "url": "https://social.example/@ada/104885",
        "created_at": "2020-09-18T09:00:00.123Z",
        "visibility": "public",
        "language": "en",
        "spoiler_text": "",
        "content": f'<p>See <a href="{PAPER}">{PAPER}</a></p>',
        "reblogs_count": 6,
        "favourites_count": 9,
        "reblog": None,
        "card": None,
        "account": account(),
    } | fields


def read(**fields: Any) -> Post:
    post = read_post(status(**fields), SPAN, HOST)
    assert post is not None
    return post


READ = Post(
    source="mastodon",
    id="https://social.example/users/ada/statuses/104885",
    url="https://social.example/@ada/104885",
    account=Account("https://social.example/@ada", "ada@social.example", "Ada Example"),
    text=f"See {PAPER}",
    spans=(Span(4, 4 + len(PAPER), SpanKind.LINK, PAPER),),
    language="en",
    created_at=datetime(2020, 9, 18, 9, 0, 0, 123000, UTC),
    counts={"reblogs": 6, "favourites": 9},
    papers=(PaperId("2009.08319"),),
)


def test_a_post_is_read_whole() -> None:
    assert read() == READ


def test_a_post_that_was_passed_on_is_the_original() -> None:
    passed_on = {"id": "1", "account": account(acct="bob"), "reblog": status()}
    assert read_post(passed_on, SPAN, HOST) == READ


@pytest.mark.parametrize(
    ("fields", "username", "name", "automated"),
    [
        ({}, "ada@social.example", "Ada Example", False),
        ({"acct": "ada"}, "ada@social.example", "Ada Example", False),
        ({"acct": "a.b-c_1@sub.example:30"}, "a.b-c_1@sub.example:30", "Ada Example", False),
        ({"acct": "ada@bücher.example"}, "ada@bücher.example", "Ada Example", False),
        ({"display_name": ""}, "ada@social.example", "ada", False),
        ({"display_name": None}, "ada@social.example", "ada", False),
        ({"display_name": " "}, "ada@social.example", "ada", False),
        ({"bot": True}, "ada@social.example", "Ada Example", True),
        ({"bot": "true"}, "ada@social.example", "Ada Example", False),
        ({"display_name": "bot"}, "ada@social.example", "bot", False),
    ],
)  # fmt: skip
def test_an_account_is_named_with_its_instance(
    fields: Json, username: str, name: str, automated: bool
) -> None:
    expected = Account("https://social.example/@ada", username, name, automated)
    assert read(account=account(**fields)).account == expected


@pytest.mark.parametrize(
    ("fields", "is_shown"),
    [
        ({"visibility": "public"}, True),
        ({"visibility": "unlisted"}, True),
        ({"visibility": "private"}, False),
        ({"visibility": "direct"}, False),
        ({"visibility": "limited"}, False),
        ({"visibility": None}, False),
        ({"visibility": ["public"]}, False),
    ],
)
def test_what_is_not_for_the_public_is_left_out(fields: Json, is_shown: bool) -> None:
    assert (read_post(status(**fields), SPAN, HOST) is not None) is is_shown


@pytest.mark.parametrize(("noindex", "quotable"), [(True, False), (False, True), (None, True)])
def test_who_is_not_to_be_found_is_not_quoted(noindex: object, quotable: bool) -> None:
    assert read(account=account(noindex=noindex)).quotable is quotable


CARD = {"url": "https://arxiv.org/pdf/2009.00001", "title": "Another", "type": "link"}


@pytest.mark.parametrize(
    ("fields", "papers"),
    [
        ({"content": "arXiv:2009.00002"}, ("2009.00002",)),
        ({"content": "x", "card": CARD}, ("2009.00001",)),
        ({"card": CARD}, ("2009.00001", "2009.08319")),
        ({"content": "x", "spoiler_text": PAPER}, ("2009.08319",)),
        ({"content": f'<a href="{PAPER}">it</a>'}, ("2009.08319",)),
        ({"content": f'<a href="{PAPER}">arxiv.org/abs/1312.6114...</a>'}, ("2009.08319",)),
        ({"content": f'<a class="mention" href="{PAPER}">@ada</a>'}, None),
        ({"content": f"<script>{PAPER}</script>"}, None),
        ({"content": "https://arxiv.org/list/cs/new"}, None),
        ({"content": "x", "card": {"url": None, "title": PAPER}}, None),
        ({"content": "x", "quote": {"quoted_status": status()}}, None),
        ({"content": ""}, None),
    ],
)
def test_a_posts_own_links_and_words_name_papers(fields: Json, papers: object) -> None:
    post = read_post(status(**fields), SPAN, HOST)
    assert (post.papers if post else None) == papers


@pytest.mark.parametrize(
    "url",
    [
        None,
        7,
        "http://social.example/@ada/1",
        "javascript:x",
        'https://a.example/"',
        "https://a@b/",
    ],
)
def test_without_a_plain_address_the_uri_is_it(url: object) -> None:
    assert read(url=url).url == READ.id


HTTPS_URI, HTTPS_URL = READ.id, READ.url
HTTP_URI, HTTP_URL = (each.replace("https:", "http:") for each in (HTTPS_URI, HTTPS_URL))


@pytest.mark.parametrize(
    ("uri", "url", "name", "address"),
    [
        (HTTPS_URI, HTTP_URL, HTTPS_URI, HTTPS_URI),
        (HTTP_URI, HTTPS_URL, HTTP_URI, HTTPS_URL),
        (HTTP_URI, HTTP_URL, HTTP_URI, HTTP_URL),
        (HTTP_URI, None, HTTP_URI, HTTP_URI),
        (None, HTTP_URL, HTTP_URL, HTTP_URL),
        (None, HTTPS_URL, HTTPS_URL, HTTPS_URL),
        ("tag:social.example,2020:1", HTTPS_URL, HTTPS_URL, HTTPS_URL),
        (f"https://social.example/{'1' * 500}", HTTPS_URL, HTTPS_URL, HTTPS_URL),
    ],
)
def test_a_post_without_a_safe_address_counts_and_is_not_linked(
    uri: object, url: object, name: str, address: str
) -> None:
    post = read(uri=uri, url=url)
    assert (post.id, post.url, post.counts) == (name, address, READ.counts)
    assert post.quotable is address.startswith("https://")


@pytest.mark.parametrize(
    ("url", "acct", "name", "username"),
    [
        ("http://localhost:3000/@ada", "ada", "http://localhost:3000/@ada", "ada@localhost:3000"),
        (None, "ada", f"ada@{HOST}", f"ada@{HOST}"),
        ("javascript:x", "ada@social.example", "ada@social.example", "ada@social.example"),
    ],
)
def test_an_account_without_a_safe_page_counts(
    url: object, acct: str, name: str, username: str
) -> None:
    post = read(account=account(url=url, acct=acct))
    assert (post.account.id, post.account.username) == (name, username)
    assert post.quotable


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"content": None}, "it has no content"),
        ({"content": PAPER + "x" * 100_000}, "its content has 100032 characters"),
        ({"spoiler_text": 7}, "it has no spoiler_text"),
        ({"created_at": "now"}, "it has no time"),
        ({"uri": None, "url": None}, "it has no uri"),
        ({"uri": "tag:social.example,2020:1", "url": "javascript:x"}, "it has no uri"),
        ({"uri": f"https://social.example/{'1' * 500}", "url": None}, "it has no uri"),
        ({"uri": "https://social.example/1\n", "url": 7}, "it has no uri"),
        ({"account": None}, "nothing is said of its author"),
        ({"account": account(acct=None)}, "nothing is said of its author"),
        ({"account": account(acct="a@b@c")}, "nothing is said of its author"),
        ({"account": account(acct="a b")}, "nothing is said of its author"),
        ({"account": account(display_name=7)}, "it has no display_name"),
        ({"account": account(display_name="x" * 501)}, "its display_name has 501 characters"),
        ({"reblogs_count": None}, "it has no reblogs_count"),
        ({"favourites_count": "9"}, "it has no favourites_count"),
        ({"favourites_count": -1}, "it has no favourites_count"),
    ],
)
def test_what_a_post_must_have_is_required(fields: Json, said: str) -> None:
    with pytest.raises(BadEntryError) as caught:
        read_post(status(**fields), SPAN, HOST)
    assert str(caught.value) == said


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@pytest.mark.thorough
@given(
    fields=st.dictionaries(st.sampled_from([*status()]), anything),
    whose=st.dictionaries(st.sampled_from([*account()]), anything),
    is_passed_on=st.booleans(),
)
def test_whatever_comes_is_read_or_refused(fields: Json, whose: Json, is_passed_on: bool) -> None:
    entry = status(account=account(**whose)) | fields
    try:
        post = read_post({"reblog": entry} if is_passed_on else entry, SPAN, HOST)
    except BadEntryError:
        return
    if post is not None:
        assert post.created_at in SPAN
        assert post.url.startswith("https://") or not post.quotable
