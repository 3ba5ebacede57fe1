"""Answers that were recorded from X, where they are beside the project."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotpapers.domain.calendar import Window
from local.upstreams.faults import (
    answers,
)
from tests.fakes import Clock, Log
from tests.records import Json
from tests.x import (
    failure,
    read,
    serving,
    serving_only,
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
                each.retweets,
                each.favorites,
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
    asked_again = {"error_429_too_many_requests": 5, "start": 2}
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
    assert len(server.calls) == 1
