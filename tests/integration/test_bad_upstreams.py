"""Every source of posts, and everything that can be wrong with what it answers.

A day is collected from all six sources, replayed, while one of them misbehaves in one way: from
its first answer on, or after the first good one. Whatever it does, the run comes to its end, the
other sources' numbers are those of a day on which nothing was wrong, and the digest says what
happened in words, without a secret in them.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain, repeat
from typing import Any

import pytest
from werkzeug.wrappers import Response

from hotpapers.adapters.arxiv import Arxiv, ArxivOrigins
from hotpapers.adapters.pace import Time
from hotpapers.domain.digest import Attention, Digest
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.sources import SOURCES, SourceReport, Status
from hotpapers.environment import Reader
from hotpapers.events import read_collection_order
from hotpapers.roster import Sources
from hotpapers.settings import CollectorSettings
from hotpapers.use_cases.collect import Collector, Terms
from local.samples import CREDENTIALS, SAMPLES, ParameterStore
from local.upstreams.dataset import Dataset
from local.upstreams.faults import (
    Fault,
    Faults,
    answers,
    breaks_off,
    cut_off,
    drips,
    edits_json,
    hangs_up,
    html_page,
    stalls,
)
from local.upstreams.server import UpstreamServer
from tests.collecting import Archive
from tests.fakes import Log
from tests.upstream import ScriptedServer

pytestmark = pytest.mark.usefixtures("no_collection")

SAMPLE = SAMPLES["sources"]
SECRETS = {
    "X_BEARER_TOKEN": "AAAA-secret-of-x",
    "BLUESKY_HANDLE": CREDENTIALS["BLUESKY_HANDLE"],
    "BLUESKY_APP_PASSWORD": "abcd-efgh-ijkl-mnop",
    "REDDIT_CLIENT_ID": "client-of-reddit",
    "REDDIT_CLIENT_SECRET": "secret-of-reddit",
}
UNTOLD = [secret for name, secret in SECRETS.items() if name != "BLUESKY_HANDLE"]
"""What must stand in no log and no document; a handle is public."""


def collect(settings: Mapping[str, str]) -> Digest:
    """A run with nothing kept before it."""
    variables = {"TABLE_NAME": "table", **SAMPLE.settings, **settings}
    chosen = CollectorSettings.from_environment(variables)
    # Pauses take no time; what an upstream takes is the real time.
    clock = Time(sleep=lambda _: None)
    parameters = ParameterStore(SECRETS)
    sources = Sources(chosen, Reader(variables), lambda: parameters, clock)  # type: ignore[arg-type, return-value]
    origins = ArxivOrigins(chosen.arxiv_url, chosen.arxiv_rss_url, chosen.arxiv_web_url)
    archive = Archive()
    collector = Collector(
        papers=Arxiv(origins, chosen.categories, "", 0.0, clock),
        roster=sources.roster(),
        stores=archive.stores,
        rules=chosen.rules,
        terms=Terms(chosen.categories),
    )
    collector.collect(read_collection_order(SAMPLE.event))
    return archive.digest(SAMPLE.day)


Known = Mapping[str, Mapping[PaperId, Attention]]


def attention(digest: Digest) -> Known:
    """What each source is known to say of each paper."""
    return {
        name: {
            entry.paper.id: entry.attention[name]
            for entry in digest.papers
            if name in entry.attention
        }
        for name in SOURCES
    }


LENIENT = {"HOT_SCORE": "0"}
"""So that every paper of the day is in the digest, whoever mentions it."""


@cache
def good_day() -> Digest:
    """The day when nothing is wrong."""
    with UpstreamServer(Dataset.load(SAMPLE.path)) as server:
        return collect(server.settings | LENIENT)


def test_on_a_good_day_every_source_tells_something() -> None:
    digest = good_day()
    assert {name: report.status for name, report in digest.sources.items()} == dict.fromkeys(
        SOURCES, Status.OK
    )
    assert all(
        any(each.voices for each in papers.values()) for papers in attention(digest).values()
    )


# What is wrong


def everything(change: Callable[[Any], Any]) -> Fault:
    """Every value of the answer changed that is neither an object nor a list."""

    def edit(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: edit(each) for name, each in value.items()}
        if isinstance(value, list):
            return [edit(each) for each in value]
        return change(value)

    return edits_json(edit)


def wrong_type(value: Any) -> Any:
    """Something of another type."""
    return ["a list"] if isinstance(value, str | int | float) else "text"


def large(_right: Response) -> Response:
    return Response(b"[" + b" " * 50_000_000 + b"]", content_type="application/json")


def says(secrets: list[str]) -> Fault:
    """A refusal that repeats what it was told in confidence."""
    said = " ".join(secrets)
    body = {"message": said, "detail": said, "title": said, "error": said}
    return answers(403, json.dumps(body), content_type="application/json")


@dataclass(frozen=True)
class Wrong:
    """A fault, and the words that an operator finds in the digest."""

    fault: Fault
    words: str


NO_ANSWER = "(answered no |answered a page|answered without a |cannot be read)"
FAULTS = {
    "hangs up": Wrong(hangs_up, "cannot be reached, or closed the connection"),
    **{
        str(status): Wrong(answers(status), f"answered {status}")
        for status in (401, 402, 403, 406, 418, 429, 500, 503, 529)
    },
    "429, soon": Wrong(answers(429, retry_after=2), "answered 429 .*again only after 2 s"),
    "429, late": Wrong(answers(429, retry_after=3600), "answered 429 .*after 3600 s"),
    "HTML": Wrong(html_page, NO_ANSWER),
    "empty": Wrong(answers(200), NO_ANSWER),
    "cut off": Wrong(cut_off, NO_ANSWER),
    "breaks off": Wrong(breaks_off, "(broke off|closed the connection)"),
    "another JSON": Wrong(answers(200, "17", content_type="application/json"), NO_ANSWER),
    "deep JSON": Wrong(answers(200, "[" * 200_000), NO_ANSWER),
    "50 MB": Wrong(large, "is longer than"),
}

EVERY_SOURCE = pytest.mark.parametrize("source", list(SOURCES))


@pytest.mark.thorough
@pytest.mark.parametrize("wrong", FAULTS.values(), ids=list(FAULTS))
@EVERY_SOURCE
def test_a_source_that_is_wrong_from_the_start(source: str, wrong: Wrong, log: Log) -> None:
    digest = a_day_with(source, repeat(wrong.fault))

    report = digest.sources[source]
    assert report.status is Status.FAILED
    assert_said(report, wrong.words)
    assert attention(digest)[source] == {}
    assert_nothing_else_is_touched(digest, source)
    assert_no_secret(digest, log)


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["429, late", "401", "503", "HTML", "cut off", "breaks off"])
@EVERY_SOURCE
def test_a_source_that_is_wrong_after_its_first_answer(source: str, name: str, log: Log) -> None:
    digest = a_day_with(source, chain([None], repeat(FAULTS[name].fault)))

    report = digest.sources[source]
    # The first answer of two of them is not a page of posts but a session or a token.
    keyed = source in ("bluesky", "reddit")
    assert report.status is (Status.FAILED if keyed else Status.PARTIAL)
    assert_said(report, FAULTS[name].words)
    found, good = attention(digest)[source], attention(good_day())[source]
    assert found.keys() < good.keys()
    assert bool(found) is not keyed
    assert_nothing_else_is_touched(digest, source)
    assert_no_secret(digest, log)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x", ["X_BEARER_TOKEN"]),
        ("bluesky", ["BLUESKY_APP_PASSWORD"]),
        ("reddit", ["REDDIT_CLIENT_SECRET"]),
    ],
)
def test_a_source_that_says_our_secrets_to_us(source: str, names: list[str], log: Log) -> None:
    digest = a_day_with(source, repeat(says([SECRETS[name] for name in names])))

    assert_said(digest.sources[source], r"answered 403 \(\*\*\*")
    assert_no_secret(digest, log)


@pytest.mark.thorough
@pytest.mark.parametrize("fault", [stalls(5), drips(0.2, 100)], ids=["time-out", "drips"])
def test_sources_that_take_too_long(fault: Fault, log: Log) -> None:
    """All of them at once: each of these takes all the time that a source has."""
    digest = a_day_of(Faults(**dict.fromkeys(SOURCES, repeat(fault))), SOURCE_SECONDS="1")

    assert {report.status for report in digest.sources.values()} == {Status.FAILED}
    for report in digest.sources.values():
        assert_said(report, "(does not answer in time|takes longer|is not done after)")
    assert_no_secret(digest, log)


@pytest.mark.thorough
def test_one_source_that_takes_too_long(log: Log) -> None:
    digest = a_day_of(Faults(reddit=repeat(stalls(5))), SOURCE_SECONDS="2")

    assert digest.sources["reddit"].status is Status.FAILED
    assert_nothing_else_is_touched(digest, "reddit")
    assert_no_secret(digest, log)


UNREADABLE = {
    "wrong types": everything(wrong_type),
    "nulls": everything(lambda _: None),
    "no keys": edits_json(lambda answer: [{}] if isinstance(answer, list) else {}),
}


@pytest.mark.thorough
@pytest.mark.parametrize("form", UNREADABLE)
@EVERY_SOURCE
def test_a_source_whose_answers_have_another_form(source: str, form: str, log: Log) -> None:
    digest = a_day_with(source, repeat(UNREADABLE[form]))

    # Entries that cannot be read are left out, and no number comes of them, zero least of all.
    assert digest.sources[source].status is Status.FAILED
    assert not any(each.voices for each in attention(digest)[source].values())
    assert_nothing_else_is_touched(digest, source)
    assert_no_secret(digest, log)


@EVERY_SOURCE
def test_a_source_that_cannot_be_reached(source: str, log: Log) -> None:
    with UpstreamServer(Dataset.load(SAMPLE.path)) as server:
        variable = f"{source.upper()}_URL"
        digest = collect(server.settings | LENIENT | {variable: "http://127.0.0.1:1"})

    report = digest.sources[source]
    assert report.status is Status.FAILED
    assert_said(report, "cannot be reached")
    assert_nothing_else_is_touched(digest, source)
    assert_no_secret(digest, log)


def names(address: str) -> Fault:
    """The right answer, with another host's address wherever an answer can name one."""
    more = {
        "next": address,
        "next_page": address,
        "serviceEndpoint": address,
        "didDoc": {"service": [{"id": "#atproto_pds", "serviceEndpoint": address}]},
        "links": {"next": address},
    }

    def change(value: Any) -> Any:
        return address if isinstance(value, str) and "://" in value else value

    edit = everything(change)

    def fault(right: Response) -> Response:
        right.headers["Link"] = f'<{address}/api/v1/timelines/tag/arxiv?max_id=1>; rel="next"'
        edited = edit(right)
        document = json.loads(edited.get_data())
        if isinstance(document, dict):
            edited.set_data(json.dumps({**more, **document}))
        return edited

    return fault


def test_no_host_that_an_answer_names_is_asked() -> None:
    with ScriptedServer({}) as named:
        digest = a_day_of(Faults(**dict.fromkeys(SOURCES, repeat(names(f"{named.url}/x")))))

    assert named.calls == []
    # The answers were read: it is not that nothing came of them.
    assert Status.OK in {report.status for report in digest.sources.values()}


def test_all_sources_at_once() -> None:
    digest = a_day_of(Faults(**dict.fromkeys(SOURCES, repeat(answers(503)))), HOT_SCORE="50")

    assert {report.status for report in digest.sources.values()} == {Status.FAILED}
    assert digest.papers == ()


def a_day_with(source: str, faults: Iterator[Fault | None]) -> Digest:
    """The digest of a day on which one source is wrong."""
    return a_day_of(Faults(**{source: faults}))


def a_day_of(faults: Faults, **settings: str) -> Digest:
    """The digest of a day with these faults."""
    with UpstreamServer(Dataset.load(SAMPLE.path), faults=faults) as server:
        return collect(server.settings | LENIENT | settings)


def assert_said(report: SourceReport, words: str) -> None:
    """The reason is one line, of a length that people read, with these words."""

    assert re.search(words, report.reason), report.reason
    assert "\n" not in report.reason
    assert len(report.reason) < 400


def assert_nothing_else_is_touched(digest: Digest, source: str) -> None:
    """The other sources are ok, and their numbers are those of a good day."""
    others = [name for name in SOURCES if name != source]
    good = good_day()
    assert {name: digest.sources[name].status for name in others} == dict.fromkeys(
        others, Status.OK
    )
    found, expected = attention(digest), attention(good)
    assert {name: found[name] for name in others} == {name: expected[name] for name in others}


def assert_no_secret(digest: Digest, log: Log) -> None:
    """Neither the log nor the digest holds a credential, or a token made from one."""
    said = log.text() + repr(digest)
    assert [secret for secret in UNTOLD if secret in said] == []
    assert "Bearer" not in said
