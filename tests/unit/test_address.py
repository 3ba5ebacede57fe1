"""Addresses from outside."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings

from hotpapers.documents.address import host_of, secure_address, web_address
from hotpapers.documents.characters import CONTROL
from tests.hostile import hostile_texts
from tests.properties import examples


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://t.co/Ab1", "https://t.co/Ab1"),
        ("http://a.example", "http://a.example"),
        ("HTTPS://A.Example/B", "HTTPS://A.Example/B"),
        ("https://localhost:8080/a?b=c&d=e#f", "https://localhost:8080/a?b=c&d=e#f"),
        ("https://a.example/%7Eada", "https://a.example/%7Eada"),
        ("https://a.example?b='c'", "https://a.example?b='c'"),
        (" https://a.example/ ", "https://a.example/"),
        ("https://a.example./b", "https://a.example./b"),
        ("https://m.example/@ada/1", "https://m.example/@ada/1"),
        (
            "https://a.example/機械 学習",
            "https://a.example/%E6%A9%9F%E6%A2%B0%20%E5%AD%A6%E7%BF%92",
        ),
        ('https://a.example/"><b>', "https://a.example/%22%3E%3Cb%3E"),
        ("https://a.example/\\b[c]", "https://a.example/%5Cb%5Bc%5D"),
    ],
)
def test_an_address_of_the_web_is_a_link(address: str, link: str) -> None:
    assert web_address(address) == link


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a.example",
        "//evil.example/a",
        "/a",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "ftp://a.example/",
        "mailto:ada@a.example",
        "https:a.example",
        "https:/a.example",
        "https://",
        "https:///a",
        "https://?a",
        "https://arxiv.org@evil.example/",
        "https://arxiv.org:pass@evil.example/",
        "https://evil.example\\@arxiv.org/",
        "https://arxiv.org%2f@evil.example/",
        "https://a b.example/",
        "https://a..example/",
        "https://[::1]/",
        "https://аrxiv.org/",  # a letter of the Cyrillic alphabet
        "https://例え.example/",
        "https://a.example:99999999/",
        "https://a.example/\x00",
        "https://a.example/\n\u202e",
        "https://a.exa\tmple/\x07",
        "https://a.example/\ud800",
        "https://a.example/" + "a" * 2048,
    ],
)
def test_anything_else_is_none(address: str) -> None:
    assert web_address(address) == ""


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://a.example/", "https://a.example/"),
        ("Https://a.example/", "Https://a.example/"),
        ("http://a.example/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_secure_address_is_one_of_https(address: str, link: str) -> None:
    assert secure_address(address) == link


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.A.example:80/b", "a.example"),
        ("http://b.example.?www.", "b.example"),
        ("nothing", ""),
    ],
)
def test_the_host_of_an_address(address: str, host: str) -> None:
    assert host_of(address) == host


@settings(max_examples=examples(200))
@given(hostile_texts(surrogates=True))
def test_whatever_stands_behind_the_host_a_link_leads_to_that_host(text: str) -> None:
    link = web_address(f"https://a.example/{text}")

    assert link or CONTROL.search(text) or len(text) > 1000
    if link:
        assert link.isascii()
        assert not set(link) & set(' \t\n"<>\\^`{}|')
        parts = urlsplit(link)
        assert (parts.scheme, parts.netloc) == ("https", "a.example")


@settings(max_examples=examples(200))
@given(hostile_texts(surrogates=True))
def test_a_hostile_text_is_a_link_only_with_a_host_of_its_own(text: str) -> None:
    for address in (text, f"https://{text}", f"https:{text}"):
        link = web_address(address)
        assert link == "" or (urlsplit(link).hostname or "").rstrip(".").endswith(host_of(link))
        assert "@" not in urlsplit(link).netloc
