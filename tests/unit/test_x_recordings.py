"""Answers as X gives them: recorded ones, where they are beside the project, and our own."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from hotpapers.domain.calendar import Window
from hotpapers.domain.post import Account, Post
from local.upstreams.faults import (
    answers,
)
from tests.fakes import Clock, Log
from tests.records import Json
from tests.upstream import recording
from tests.x import (
    IDS,
    QUERIES,
    failure,
    queries,
    read,
    read_ids,
    serving,
    serving_only,
    told,
)

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings" / "x_v2"
WHOLE_TIME = Window(datetime(2006, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def recorded_pages() -> list[tuple[str, Json]]:
    """Recorded pages of posts that tell of their authors and counts."""
    lines = [
        (path.name, line)
        for path in sorted(RECORDINGS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    pages = [(name, json.loads(line)) for name, line in lines]
    return [(name, each) for name, each in pages if "public_metrics" in each["data"][0]]


def leads_to_papers(document: Json) -> Json:
    """The page with a link to a paper in every post, in the place of what each is about."""
    for number, entry in enumerate(document["data"]):
        link = {"expanded_url": f"https://arxiv.org/abs/2009.{number:05}"}
        entry.setdefault("entities", {}).setdefault("urls", []).append(link)
    document["meta"] = {"result_count": len(document["data"])}
    return document


@pytest.mark.skipif(not recorded_pages(), reason="no recordings beside the project")
def test_recorded_pages_are_read_completely(clock: Clock, log: Log) -> None:
    numbers: dict[str, int] = {}
    for name, document in recorded_pages():
        page_text = json.dumps(leads_to_papers(document))
        with serving(answers(200, page_text)) as server:
            found = read(server, clock, WHOLE_TIME)
        expected = [
            (
                entry["id"],
                entry["author_id"],
                entry["lang"],
                entry["public_metrics"]["retweet_count"],
                entry["public_metrics"]["like_count"],
                len(re.sub("&(amp|lt|gt);", "&", entry["text"])),
                entry["created_at"],
            )
            for entry in document["data"]
            if "retweeted" not in [other["type"] for other in entry.get("referenced_tweets", [])]
        ]
        assert [
            (
                each.id,
                each.account.id,
                each.language,
                each.counts["reposts"],
                each.counts["likes"],
                len(each.text),
                f"{each.created_at:%Y-%m-%dT%H:%M:%S.000Z}",
            )
            for each in found
        ] == expected
        numbers[name] = numbers.get(name, 0) + len(found)
    assert log.of("post left out") == []
    assert sum(numbers.values()) > 50


def recorded_places(entry: Json) -> list[tuple[int, str]]:
    """The places that X states, with the text that X has there.

    Several pictures share one place; our own link has none.
    """
    entities = entry["entities"]
    stated = [
        *(each for each in entities.get("urls", []) if "start" in each),
        *entities.get("mentions", []),
        *entities.get("hashtags", []),
        *entities.get("cashtags", []),
    ]
    return sorted({(each["start"], entry["text"][each["start"] : each["end"]]) for each in stated})


@pytest.mark.skipif(not recorded_pages(), reason="no recordings beside the project")
def test_recorded_places_are_found(clock: Clock) -> None:
    compared = 0
    for _, document in recorded_pages():
        with serving(answers(200, json.dumps(leads_to_papers(document)))) as server:
            found = {each.id: each for each in read(server, clock, WHOLE_TIME)}
        for entry in document["data"]:
            each = found.get(entry["id"])
            if each is None or "&" in entry["text"]:
                continue
            assert [
                (span.start, each.text[span.start : span.end]) for span in each.spans
            ] == recorded_places(entry)
            compared += len(each.spans)
    assert compared > 50


def recorded_failures() -> list[tuple[str, int, str, str]]:
    """Recorded failures: their name, status and body, and what we say of them."""
    if not RECORDINGS.exists():
        return []
    bad_start = json.loads((RECORDINGS / "error_400_invalid_start_time.json").read_text())
    unauthorized = json.loads((RECORDINGS / "error_401_unauthorized.json").read_text())
    found = [
        ("start", 400, json.dumps(bad_start["body"]), bad_start["body"]["errors"][0]["message"]),
        ("token", 401, json.dumps(unauthorized["body"]), unauthorized["body"]["detail"]),
    ]
    for path in sorted((RECORDINGS / "transcribed").glob("error_*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        messages = [each["message"] for each in body.get("errors", [])] + [body["detail"]]
        found.append((path.stem, int(path.stem.split("_")[1]), json.dumps(body), messages[0]))
    return found


@pytest.mark.skipif(not recorded_failures(), reason="no recordings beside the project")
def test_recorded_failures_are_told_in_xs_words(clock: Clock) -> None:
    asked_again = {
        "error_429_too_many_requests": 4,  # it may pass
        "start": 2,  # in the archive
        "error_400_bad_query": 2,  # without what may be new in it
    }
    names = []
    for name, status, body, message in recorded_failures():
        with serving_only(answers(status, body)) as server:
            said = failure(server, clock)
        assert said.startswith(f"X: answered {status} ({message[:200]})")
        assert len(server.calls) == asked_again.get(name, 1)
        names.append(name)
    assert {"error_402_credits_depleted", "error_429_usage_capped", *asked_again} <= set(names)


@pytest.mark.skipif(not RECORDINGS.exists(), reason="no recordings beside the project")
def test_the_recorded_answer_without_a_match_is_empty(clock: Clock) -> None:
    body = (RECORDINGS / "transcribed" / "search_recent_zero_results.json").read_text()
    with serving_only(answers(200, body)) as server:
        assert read(server, clock) == []
    assert queries(server) == QUERIES


# Our own, in the same shape


TIDEPOOL = Account("901700000000000001", "tidepool_ai", "Tidepool & Co")
MIRA = Account("901700000000000002", "Mira_Quell", "Mira Quell")
HAMABE = Account("901700000000000003", "hamabe_jp", "浜辺")


def summary(found: Post) -> tuple[object, ...]:
    return (
        found.id,
        found.account,
        found.created_at.isoformat(),
        found.language,
        found.counts,
        found.papers,
        [found.text[span.start : span.end] for span in found.spans],
        [span.target for span in found.spans],
    )


@pytest.mark.parametrize("name", ["search_recent_tweets", "search_recent_posts"])
def test_our_pages_are_read_completely(clock: Clock, log: Log, name: str) -> None:
    document = recording(f"x/{name}.json")
    with serving(answers(200, json.dumps(document)), posts=()) as server:
        found = told(server, clock)
    assert found.reason == ""
    assert (found.pages[0].entries, found.pages[0].cost) == (5, Decimal("0.025"))
    assert log.of("post left out") == []
    assert [summary(each) for each in found.posts] == [
        (
            "1306904427159552001",
            TIDEPOOL,
            "2020-09-18T10:46:05+00:00",
            "en",
            {"reposts": 61, "likes": 402},
            ("2009.08319",),
            ["@mira_quell", "#vision", "https://t.co/Lw1aTide7p", "https://t.co/Qp7MovingX"],
            ["Mira_Quell", "vision", "https://t.co/Lw1aTide7p", "pic.twitter.com/Qp7MovingX"],
        ),
        (
            "1306901002003004002",
            MIRA,
            "2020-09-18T10:32:28+00:00",
            "en",
            {"reposts": 14, "likes": 118},
            ("2009.08320", "math/0309136"),
            ["https://t.co/Long1Note2"],
            ["https://t.co/Long1Note2"],
        ),
        (
            "1306890000000000003",
            HAMABE,
            "2020-09-18T09:48:45+00:00",
            "ja",
            {"reposts": 33, "likes": 151},
            ("2009.08319",),
            ["https://t.co/Quote5Jp6x", "https://t.co/Ar7Jp8x9yz"],
            ["https://t.co/Quote5Jp6x", "https://t.co/Ar7Jp8x9yz"],
        ),
    ]


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        (
            "credits_depleted",
            402,
            "X: answered 402 (Your enrolled account [1000000000000000001] does not have any credits"
            " to fulfill this request.); buy credits, or take x out of SOURCES",
        ),
        (
            "usage_capped",
            429,
            "X: answered 429 (Usage cap exceeded: Monthly product cap); wait for the cap's next"
            " period, raise it, or take x out of SOURCES",
        ),
    ],
)
def test_our_failures_are_told_with_what_can_be_done(
    clock: Clock, name: str, status: int, said: str
) -> None:
    with serving_only(answers(status, json.dumps(recording(f"x/{name}.json")))) as server:
        assert failure(server, clock) == said
    assert len(server.calls) == 1


def test_our_older_contract_is_asked_without_likes(clock: Clock) -> None:
    refused = answers(400, json.dumps(recording("x/invalid_query.json")))
    with serving(refused) as server:
        assert read_ids(server, clock) == IDS
    assert queries(server) == [QUERIES[0], 'url:"arxiv.org" -is:retweet']


def test_our_answer_without_a_match_is_empty(clock: Clock) -> None:
    body = json.dumps(recording("x/nothing_found.json"))
    with serving_only(answers(200, body)) as server:
        assert read(server, clock) == []
