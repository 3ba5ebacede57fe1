"""`make e2e`: all functions in containers, from collecting a day to serving it over HTTP.

The same events go through the handlers in this process and through the functions that SAM built,
which run in containers; upstreams and AWS are servers on this machine. Both ways must ask the
upstreams for the same, leave the same files in the bucket and answer every request alike, to
the byte.
"""

import json
import logging
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import IO, Any

import requests

from hotpapers.adapters.s3_pages import FOLDER as PAGES
from hotpapers.domain.calendar import new_york_date
from hotpapers.domain.packing import Packed
from hotpapers.events import read_time
from local import console, end_to_end_sam
from local.account import Account
from local.cloud import Cloud, quiet_handlers
from local.end_to_end_sam import FailedError, Sam, SkippedError
from local.samples import every_sample
from local.stack import FUNCTIONS, Stack
from local.template import PROJECT
from local.upstreams.server import Call, UpstreamServer

FOLDER = PROJECT / ".aws-sam" / "end-to-end"
EVENTS = PROJECT / "events"
CREDENTIALS = {
    "X_BEARER_TOKEN": "the-token-of-the-end-to-end-run",
    "BLUESKY_HANDLE": "end-to-end.bsky.example",
    "BLUESKY_APP_PASSWORD": "ends-toen-dapp-pass",
    "REDDIT_CLIENT_ID": "the-client-of-the-end-to-end-run",
    "REDDIT_CLIENT_SECRET": "the-secret-of-the-end-to-end-run",
}
SECRETS = ("X_BEARER_TOKEN", "BLUESKY_APP_PASSWORD", "REDDIT_CLIENT_SECRET")
HTTP_SECONDS = 60

COLLECTIONS = ("collector-schedule", "collector-date", "collector-date", "collector-sources")
"""The first makes a digest, the second replaces it, the third is a repeated delivery; the fourth
is of a day that all sources have something to say about."""
BACKFILL = "backfill-order"
STATUS = "api-status"
"""It tells of now, and SAM's gateway has the time of the clock on the wall."""
REQUESTS = tuple(sorted(path.stem for path in EVENTS.glob("api-*.json")))


@dataclass
class Run:
    """What came of the events, one way or the other."""

    collections: list[Any] = field(default_factory=list)
    records: list[int] = field(default_factory=list)
    calls: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)
    responses: dict[str, Any] = field(default_factory=dict)
    backfill: Any = None


class Story:
    """Tells what is being done and how long it took."""

    def __init__(self) -> None:
        self._started = self._last = time.monotonic()

    def tell(self, what: str) -> None:
        """Say that something is done; it took the time since the last thing."""
        now = time.monotonic()
        say(f"{now - self._last:6.1f} s  {what}")
        self._last = now

    @property
    def total(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._started


def main() -> None:
    """Run all of it; the exit status is 0 where it went well or cannot be done here."""
    # Whoever ends this program also ends what it started.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    story = Story()
    FOLDER.mkdir(parents=True, exist_ok=True)
    log_path = FOLDER / "log.txt"
    try:
        story.tell(f"base image {end_to_end_sam.IMAGE}: {end_to_end_sam.prepare_docker()}")
        with log_path.open("w+") as log:
            prove(story, log)
    except SkippedError as reason:
        say(f"skipped: {reason}")
    except FailedError as error:
        say(f"failed: {error}\nThe log is {log_path.relative_to(PROJECT)}; it ends:")
        say("".join(log_path.read_text().splitlines(keepends=True)[-40:]))
        sys.exit(1)
    else:
        say(f"{story.total:6.1f} s  in all; containers and handlers agree on everything")


def prove(story: Story, log: IO[str]) -> None:
    """Go both ways and compare. Raises FailedError where they differ."""
    sam = Sam(FOLDER, log)
    sam.forget()
    sam.build()
    story.tell("sam build")
    address = end_to_end_sam.host_address()
    with UpstreamServer(every_sample(), host=address) as upstreams:
        expected = run_in_process(upstreams, log)
        story.tell(f"in this process: {expected.collections[-2]}")
        with end_to_end_sam.moto_server(address, log) as aws:
            endpoint = f"http://{end_to_end_sam.HOST}:{aws.rpartition(':')[2]}"
            with end_to_end_sam.cleared_up(endpoint):
                account = Account.create(CREDENTIALS, aws)
                settings = {
                    name: value.replace(address, end_to_end_sam.HOST)
                    for name, value in settings_for(upstreams).items()
                }
                sam.set_environments(environments(account.stack, endpoint, settings))
                story.tell(f"AWS and upstreams on {address}")
                run_in_containers(sam, account, upstreams, expected, story)
                request_over_http(sam, expected, story)
    log.seek(0)
    text = log.read()
    told = [name for name in SECRETS if CREDENTIALS[name] in text]
    expect("secrets in the log", told, [])


# In this process


def run_in_process(upstreams: UpstreamServer, log: IO[str]) -> Run:
    """The handlers, called from here on AWS in memory."""
    run = Run()
    quiet_handlers(logging.StreamHandler(log))
    with Cloud(settings_for(upstreams), CREDENTIALS) as cloud:
        for name in COLLECTIONS:
            turn_to_day_of(name, upstreams)
            run.collections.append(cloud.collect(read_event(name)))
            run.records.append(cloud.render_new())
        run.documents = dict(cloud.account.documents())
        run.responses = {name: cloud.request(read_event(name)) for name in REQUESTS}
        run.backfill = cloud.backfill(read_event(BACKFILL))
    run.calls = _questions(upstreams.calls)
    return run


def turn_to_day_of(event: str, upstreams: UpstreamServer) -> None:
    """Let arXiv show what it showed at the time of a collection."""
    upstreams.turn_to(new_york_date(read_time("time", read_event(event)["time"])))


def settings_for(upstreams: UpstreamServer) -> dict[str, str]:
    """The settings of all functions, but for where AWS is."""
    return {**upstreams.settings, "MASTODON_TAGS": "arxiv,machinelearning"}


# In containers


def environments(
    stack: Stack, endpoint: str, settings: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """The environment of each function in a container, which sees this machine otherwise."""
    return {
        function: {
            name: settings.get(name, value) for name, value in stack.environment(function).items()
        }
        | {"AWS_ENDPOINT_URL": endpoint}
        for function in FUNCTIONS
    }


def run_in_containers(
    sam: Sam, account: Account, upstreams: UpstreamServer, expected: Run, story: Story
) -> None:
    """Every event through the built functions. Raises FailedError where they answer otherwise."""
    before = len(upstreams.calls)
    for name, collection, records in zip(
        COLLECTIONS, expected.collections, expected.records, strict=True
    ):
        turn_to_day_of(name, upstreams)
        answer = sam.invoke("Collector", EVENTS / f"{name}.json")
        expect(f"the answer to {name}", answer, collection)
        story.tell(f"Collector on {name}: {answer['outcome']}")
        new = account.records_to_render()
        expect(f"the number of records after {name}", len(new), records)
        if new:
            render(sam, _write_batch(new))
            story.tell(f"Renderer on the table's stream: {len(new)} record(s)")
    calls = _questions(upstreams.calls[before:])
    expect("what the upstreams were asked", calls, expected.calls)
    expect_documents(dict(account.documents()), expected.documents)
    story.tell(f"bucket: {', '.join(sorted(expected.documents))}")
    versions = account.versions()
    render(sam, EVENTS / "renderer-stream.json")
    expect("the number of versions after a repeated batch", account.versions(), versions)
    expect_documents(dict(account.documents()), expected.documents)
    story.tell("Renderer on renderer-stream, late and twice: nothing changes")
    for name, response in expected.responses.items():
        expect(f"the answer to {name}", sam.invoke("Api", EVENTS / f"{name}.json"), response)
        story.tell(f"Api on {name}: {response['statusCode']}")
    answer = sam.invoke("Backfill", EVENTS / f"{BACKFILL}.json")
    expect(f"the answer to {BACKFILL}", answer, expected.backfill)
    story.tell(f"Backfill on {BACKFILL}: {len(answer['dates'])} dates")


def render(sam: Sam, event: Path) -> None:
    """The renderer on a batch that it must not fail on."""
    answer = sam.invoke("Renderer", event)
    expect(f"the answer to {event.name}", answer, {"batchItemFailures": []})


def request_over_http(sam: Sam, expected: Run, story: Story) -> None:
    """Real requests through SAM's gateway. Raises FailedError where one is answered otherwise."""
    with sam.api() as url:
        story.tell(f"sam local start-api at {url}")
        for name, wanted in expected.responses.items():
            event = read_event(name)
            http = event["requestContext"]["http"]
            response = _request(f"{url}{http['path']}", event)
            expect(f"the status of {name}", response.status_code, wanted["statusCode"])
            if name != STATUS:
                expect(f"the body of {name}", response.content.decode(), wanted["body"])
            for header, value in wanted["headers"].items():
                if (name, header) != (STATUS, "ETag"):
                    expect(f"{header} of {name}", response.headers.get(header), value)
            story.tell(f"{http['method']} {http['path']}: {response.status_code}")


def _request(url: str, event: Any) -> requests.Response:
    """The answer to the request of an event, which takes plain bytes alone."""
    method, query = event["requestContext"]["http"]["method"], event["rawQueryString"]
    headers = {"Accept": event["headers"]["accept"], "Accept-Encoding": "identity"}
    try:
        return requests.request(
            method, url, params=query, headers=headers, timeout=HTTP_SECONDS, allow_redirects=False
        )
    except requests.RequestException as error:
        raise FailedError(f"{method} {url}: {error}") from error


# Comparing and telling


def expect(what: str, actual: Any, wanted: Any) -> None:
    """Raises FailedError where two values differ, and shows how."""
    if actual != wanted:
        difference = "\n".join(unified_diff(_lines(wanted), _lines(actual), "wanted", "got", n=1))
        raise FailedError(f"{what} is not as wanted:\n{difference[:4000]}")


def expect_documents(actual: Mapping[str, bytes], wanted: Mapping[str, bytes]) -> None:
    """Raises FailedError where the files of two buckets differ in a name or a byte."""
    expect("the list of files", sorted(actual), sorted(wanted))
    for name, content in wanted.items():
        expect(name, _text(name, actual[name]), _text(name, content))


def _text(name: str, content: bytes) -> str:
    """What a file says; pages are packed, and not by the same version of zlib everywhere."""
    return (Packed(content).unpack() if name.startswith(PAGES) else content).decode()


def read_event(name: str) -> Any:
    """One of the project's example events."""
    return json.loads((EVENTS / f"{name}.json").read_text())


def say(text: str) -> None:
    """Print a text as it is."""
    console.output.print(text, markup=False, soft_wrap=True)


def _lines(value: Any) -> list[str]:
    text = value if isinstance(value, str) else json.dumps(value, indent=1, default=str)
    return text.splitlines()


def _questions(calls: Sequence[Call]) -> list[tuple[str, str, Mapping[str, str]]]:
    """What was asked, in an order of its own: the sources are asked side by side.

    Without the logins: a session is kept for as long as a process lives.
    """
    questions = [(call.method, call.path, call.query) for call in calls if call.method == "GET"]
    return sorted(questions, key=repr)


def _write_batch(records: list[dict[str, Any]]) -> Path:
    path = FOLDER / "stream.json"
    path.write_text(json.dumps({"Records": records}))
    return path


if __name__ == "__main__":
    main()
