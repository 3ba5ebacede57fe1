"""`make backfill`: a range of dates with the real handlers, interrupted and resumed; and a stack's.

The upstreams are replayed; what a stack does is done by a client that pretends to be Step Functions
and walks the state machine.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError
from botocore.stub import Stubber

from hotpapers.environment import Reader
from hotpapers.errors import InvalidInputError, StoreError, UpstreamError
from hotpapers.use_cases.backfill import BackfillOrder
from local.backfill import DatesBar, read_orders, run_here, tell, tell_cost
from local.backfill_stack import StackBackfill
from local.cloud import SERVICE
from local.ledger import Ledger
from local.samples import SAMPLES
from local.upstreams.dataset import Dataset
from local.upstreams.faults import Faults, answers
from local.upstreams.server import UpstreamServer
from tests.commands import read_files, run

AT = datetime(2021, 5, 20, 10, tzinfo=UTC)
"""So late that the papers are those of the submission windows."""
DAYS = ("2020-09-16", "2020-09-17", "2020-09-18")
"""Listing dates, of which the first has no papers."""
ORDER = BackfillOrder(date(2020, 9, 16), date(2020, 9, 18), AT)
RANGE = {"from": "2020-09-16", "to": "2020-09-18"}

SAMPLE = Dataset.load(SAMPLES["seed"].path)


@pytest.fixture(autouse=True)
def functions_log() -> Iterator[None]:
    """The functions' logger, left as it was: a command sends it to its progress."""
    logger = logging.getLogger(SERVICE)
    Logger(service=SERVICE)  # which otherwise looks for its handler when there is none
    handlers, propagate = list(logger.handlers), logger.propagate
    yield
    logger.handlers[:], logger.propagate = handlers, propagate


class Bar(DatesBar):
    """Progress that ends the run after so many dates, as if somebody pressed Ctrl-C."""

    def __init__(self, after: int | None = None) -> None:
        super().__init__(len(DAYS))
        self.after = after
        self.told: list[str] = []

    def advance(self, done: int, what: str) -> None:  # noqa: ARG002
        self.told.append(what)
        if len(self.told) == self.after:
            raise KeyboardInterrupt


def backfill(
    server: UpstreamServer, folder: Path, at: datetime = AT, after: int | None = None
) -> Any:
    """Those days; the source that is on cannot look so far back, so nobody is waited for."""
    environment = {**server.settings, "SOURCES": "huggingface", "OUT": str(folder)}
    order = BackfillOrder(ORDER.first, ORDER.last, at)
    [summary] = run_here([order], environment, Bar(after), sleep=lambda _: None)
    return summary


def documents(folder: Path) -> dict[str, bytes]:
    return {name: content for name, content in read_files(folder).items() if "/" in name}


def windows(server: UpstreamServer) -> list[str]:
    """The submission windows that arXiv was asked for."""
    queries = [call.query.get("search_query", "") for call in server.calls]
    return [query for query in queries if "submittedDate" in query]


@pytest.mark.thorough
def test_a_backfill_that_is_interrupted_goes_on_where_it_was(tmp_path: Path) -> None:
    with UpstreamServer(SAMPLE) as server:
        whole = backfill(server, tmp_path / "whole")
        asked = windows(server)
        server.replay(SAMPLE)
        with pytest.raises(KeyboardInterrupt):
            backfill(server, tmp_path / "resumed", after=2)
        begun = documents(tmp_path / "resumed")
        # Later, so that what is made then has the time of what was made before.
        resumed = backfill(server, tmp_path / "resumed", AT.replace(hour=12))

        made = list(DAYS[1:])
        assert whole == {**RANGE, "made": made, "kept": [], "quiet": [DAYS[0]], "failed": []}
        kept = list(DAYS[:2])
        assert resumed == {**RANGE, "made": [DAYS[2]], "kept": kept, "quiet": [], "failed": []}
        assert {name for name in begun if name.startswith("digests/")} == {
            "digests/2020-09-16.json",
            "digests/2020-09-17.json",
        }
        assert documents(tmp_path / "resumed") == documents(tmp_path / "whole")
        assert windows(server) == asked
    digest = json.loads(documents(tmp_path / "whole")["digests/2020-09-18.json"])
    assert digest["sources"]["huggingface"] == {
        "status": "off",
        "reason": "cannot look back to 2020-09-18",
    }


@pytest.mark.thorough
def test_files_that_are_missing_are_written_from_what_is_kept(tmp_path: Path) -> None:
    with UpstreamServer(SAMPLE) as server:
        backfill(server, tmp_path)
        made = documents(tmp_path)
        (tmp_path / "digests" / "2020-09-18.json").unlink()
        (tmp_path / "posts" / "2020-09-18---Hot-Papers.md").unlink()
        asked = len(server.calls)

        backfill(server, tmp_path)

        assert (documents(tmp_path), len(server.calls)) == (made, asked)


@pytest.mark.thorough
def test_a_date_that_failed_is_listed_and_made_the_next_time(tmp_path: Path) -> None:
    refusals = [answers(403), answers(403), answers(403), None, None]
    with UpstreamServer(SAMPLE, faults=Faults(arxiv=refusals)) as server:
        first = backfill(server, tmp_path)
        second = backfill(server, tmp_path)

    [failed] = first["failed"]
    assert failed["date"] == DAYS[0]
    assert failed["reason"].startswith("UpstreamError: arXiv: ")
    assert (first["made"], first["quiet"]) == (list(DAYS[1:]), [])
    assert (second["kept"], second["quiet"], second["failed"]) == (list(DAYS[1:]), [DAYS[0]], [])


@pytest.mark.thorough
def test_the_command_tells_what_it_did_and_skipped(tmp_path: Path) -> None:
    with UpstreamServer(SAMPLE) as server:
        environment = {
            **server.settings,
            "SOURCES": "huggingface",
            "FROM": "2020-09-16",
            "TO": "2020-09-18",
            "AT": "2021-05-20T10:00:00Z",
        }
        first, second = (run("backfill", tmp_path, environment) for _ in range(2))

    assert (first.status, second.status) == (0, 0)
    assert first.output == (
        "  made    2: 2020-09-17, 2020-09-18\n"
        "  kept    0\n"
        "  quiet   1: 2020-09-16\n"
        "  failed  0\n"
        f"The posts and digests are in {tmp_path}.\n"
    )
    assert "3 of 3 listing dates; 2020-09-18: saved\n" in first.errors
    assert second.output.startswith("  made    0\n  kept    3: 2020-09-16, 2020-09-17, ")
    assert documents(tmp_path).keys() == {
        name for name in first.files if name != "backfill.sqlite3"
    }


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "FROM: is not set; it must be a date such as 2020-09-18"),
        ({"FROM": "2020-09-16"}, "TO: is not set; it must be a date such as 2020-09-18"),
        ({"FROM": "soon"}, "FROM: must be a date such as 2020-09-18, not 'soon'"),
        ({"FROM": "2020-09-16", "TO": "2020-09-14"}, "TO: 2020-09-14 is before 2020-09-16"),
        (
            {"FROM": "2021-05-19", "TO": "2021-05-24"},
            "TO: the papers of 2021-05-24 are announced at 2021-05-24T00:00:00Z, not before",
        ),
        (
            {"FROM": "2020-09-16", "TO": "2020-09-16", "AT": "now"},
            "AT: must be a time with its offset, such as 2020-09-20T13:13:43Z, not 'now'",
        ),
        (
            {
                "FROM": "2020-09-16",
                "TO": "2020-09-16",
                "AT": "2020-09-20T13:13:43Z",
                "STACK": "hot-papers",
            },
            "AT: is for this machine; in a stack the time is when it starts",
        ),
    ],
)
def test_what_cannot_be_ordered_is_refused(environment: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        read_orders(environment, AT)
    assert str(error.value) == message


def test_a_longer_range_is_an_order_for_each_year_that_has_dates() -> None:
    # 2017 ends, and 2023 begins, on a Sunday.
    orders = read_orders({"FROM": "2017-12-31", "TO": "2020-01-02"}, AT)

    assert [(order.first, order.last) for order in orders] == [
        (date(2018, 1, 1), date(2018, 12, 31)),
        (date(2019, 1, 1), date(2019, 12, 31)),
        (date(2020, 1, 1), date(2020, 1, 2)),
    ]


def test_what_became_of_the_dates_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    days = [f"2020-10-{number:02}" for number in range(1, 32)]
    failed = [{"date": "2020-11-02", "reason": "UpstreamError: arXiv: answered 503"}]

    assert tell([{"made": days[:1], "kept": days, "quiet": [], "failed": failed}] * 2) == 2
    assert capsys.readouterr().out == (
        "  made    2: 2020-10-01, 2020-10-01\n"
        "  kept    62: 2020-10-01 to 2020-10-31\n"
        "  quiet   0\n"
        "  failed  2\n"
        "    2020-11-02  UpstreamError: arXiv: answered 503\n"
        "    2020-11-02  UpstreamError: arXiv: answered 503\n"
    )


@pytest.mark.parametrize(
    ("settings", "cost"),
    [
        ({}, "$55.00: $2.50 for each of 22 listing dates"),
        ({"X_MAX_POSTS": "10"}, "$1.10: $0.05 for each of 22 listing dates"),
    ],
)
def test_what_x_may_charge_is_told_beforehand(
    settings: dict[str, str], cost: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_cost(Reader(settings), 22)
    assert capsys.readouterr().err == f"X may charge up to {cost}\n"


# What is written down


def change(key: str, image: dict[str, Any] | None) -> dict[str, Any]:
    keys: dict[str, Any] = {"pk": {"S": key}, "sk": {"S": "x"}}
    return {"dynamodb": {"Keys": keys} | ({} if image is None else {"NewImage": keys | image})}


def test_what_is_written_down_is_read_as_it_was(tmp_path: Path) -> None:
    values = {"n": {"N": "5"}, "t": {"BOOL": True}, "names": {"SS": ["a", "b"]}}
    nested = {"L": [{"B": "aGk="}, {"M": {"deep": {"B": "aGk="}}}]}
    with Ledger(tmp_path / "new") as ledger:
        ledger.take([change("a", {"old": {"S": "x"}}), change("gone", {}), change("c", {})])
        ledger.take([change("a", {**values, "l": nested}), change("gone", None)])
    with Ledger(tmp_path / "new") as ledger:
        items = list(ledger.items())

    assert items == [
        {
            "pk": {"S": "a"},
            "sk": {"S": "x"},
            **values,
            "l": {"L": [{"B": b"hi"}, {"M": {"deep": {"B": b"hi"}}}]},
        },
        {"pk": {"S": "c"}, "sk": {"S": "x"}},
    ]


def test_an_order_that_is_not_done_keeps_its_time(tmp_path: Path) -> None:
    later = AT.replace(hour=12)
    with Ledger(tmp_path) as ledger:
        assert ledger.begin("week", AT) == AT
    with Ledger(tmp_path) as ledger:
        assert (ledger.begin("week", later), ledger.begin("other", later)) == (AT, later)
        ledger.finish("week")
        assert ledger.begin("week", later) == later


def test_two_backfills_cannot_write_to_one_folder(tmp_path: Path) -> None:
    with Ledger(tmp_path), pytest.raises(InvalidInputError) as error, Ledger(tmp_path):
        pass
    assert str(error.value) == (
        f"OUT: '{tmp_path}/backfill.sqlite3' cannot be used: another backfill is at work there"
    )


def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "backfill.sqlite3").write_text("something else, and long enough to be looked at")
    with pytest.raises(InvalidInputError, match="file is not a database"), Ledger(tmp_path):
        pass


# In a stack

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:hot-papers-backfill"
DONE = {"status": "SUCCEEDED", "output": json.dumps({**RANGE, "made": [*DAYS]})}


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "AnyOperation")


@dataclass
class PretendedAws:
    """CloudFormation and Step Functions, as far as a backfill asks them.

    `closed` are the names of executions that are over; `progress` is how many dates an execution
    is done with, and how it stands, question by question.
    """

    outputs: Mapping[str, str] = field(default_factory=lambda: {"BackfillMachineArn": MACHINE})
    error: Exception | None = None
    closed: tuple[str, ...] = ()
    progress: list[tuple[int, Mapping[str, Any]]] = field(default_factory=lambda: [(5, DONE)])
    started: list[dict[str, Any]] = field(default_factory=list)
    counted: int = 0

    @property
    def meta(self) -> "PretendedAws":
        return self

    region_name = "us-east-1"

    def client(self, _service: str) -> "PretendedAws":
        return self

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803
        if self.error:
            raise self.error
        listed = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]
        return {"Stacks": [{"StackName": StackName, "Outputs": listed}]}

    def start_execution(self, **order: Any) -> Any:
        if order["name"] in self.closed:
            raise refusal("ExecutionAlreadyExists")
        self.started.append(order)
        return {"executionArn": f"{MACHINE.replace('stateMachine', 'execution')}:{order['name']}"}

    def describe_execution(self, executionArn: str) -> Any:  # noqa: ARG002, N803
        self.counted, described = self.progress.pop(0)
        return described

    def list_map_runs(self, executionArn: str) -> Any:  # noqa: N803
        return {"mapRuns": [{"mapRunArn": f"{executionArn}/run"}] if self.counted else []}

    def describe_map_run(self, mapRunArn: str) -> Any:  # noqa: ARG002, N803
        counts = {"pending": 1, "running": 2, "succeeded": self.counted - 1, "failed": 1}
        return {"itemCounts": counts | {"timedOut": 0, "aborted": 0, "total": 9}}


def in_stack(aws: PretendedAws, bar: Bar, pauses: list[float] | None = None) -> Any:
    slept: list[float] = [] if pauses is None else pauses
    return StackBackfill("hot-papers", bar, aws.client, slept.append).run([ORDER])


def test_a_stack_is_started_and_followed_to_its_end() -> None:
    running = {"status": "RUNNING"}
    aws, bar, pauses = PretendedAws(), Bar(), list[float]()
    aws.progress = [(0, running), (2, running), (2, running), (5, DONE)]

    assert in_stack(aws, bar, pauses) == [{**RANGE, "made": [*DAYS]}]

    name = "2020-09-16--2020-09-18--1"
    assert aws.started == [{"stateMachineArn": MACHINE, "name": name, "input": json.dumps(RANGE)}]
    assert bar.told == [f"in {name}", f"in {name}"]
    assert pauses == [5, 5, 5]


def test_the_questions_and_answers_are_those_of_aws() -> None:
    """As above; botocore looks at each of them."""
    name = "2020-09-16--2020-09-18--1"
    execution = f"{MACHINE.replace('stateMachine', 'execution')}:{name}"
    run_arn = f"{MACHINE.replace('stateMachine', 'mapRun')}/Dates:1"
    cloudformation, states = boto3.client("cloudformation"), boto3.client("stepfunctions")
    listed = {"executionArn": execution, "stateMachineArn": MACHINE, "mapRunArn": run_arn}
    dated = dict.fromkeys(("startDate", "stopDate"), AT)
    counts = dict.fromkeys(("pending", "running", "timedOut", "aborted", "resultsWritten"), 0)
    described = {**listed, **dated, "name": name, **DONE}
    with Stubber(cloudformation) as stacks, Stubber(states) as runs:
        output = {"OutputKey": "BackfillMachineArn", "OutputValue": MACHINE}
        stack = {"StackName": "hot-papers", "CreationTime": AT, "StackStatus": "CREATE_COMPLETE"}
        stacks.add_response(
            "describe_stacks",
            {"Stacks": [{**stack, "Outputs": [output]}]},
            {"StackName": "hot-papers"},
        )
        runs.add_response(
            "start_execution",
            {"executionArn": execution, "startDate": AT},
            {"stateMachineArn": MACHINE, "name": name, "input": json.dumps(RANGE)},
        )
        runs.add_response("describe_execution", described, {"executionArn": execution})
        runs.add_response(
            "list_map_runs", {"mapRuns": [{**listed, **dated}]}, {"executionArn": execution}
        )
        runs.add_response(
            "describe_map_run",
            {
                "mapRunArn": run_arn,
                "executionArn": execution,
                "status": "SUCCEEDED",
                **dated,
                "maxConcurrency": 2,
                "toleratedFailurePercentage": 100.0,
                "toleratedFailureCount": 0,
                "itemCounts": {**counts, "succeeded": 3, "failed": 0, "total": 3},
                "executionCounts": {**counts, "succeeded": 3, "failed": 0, "total": 3},
            },
            {"mapRunArn": run_arn},
        )
        clients = {"cloudformation": cloudformation, "stepfunctions": states}
        bar = Bar()

        [summary] = StackBackfill("hot-papers", bar, clients.__getitem__).run([ORDER])

    assert summary == {**RANGE, "made": [*DAYS]}
    assert bar.told == [f"in {name}"]


def test_an_order_that_was_carried_out_is_started_under_the_next_name() -> None:
    names = [f"2020-09-16--2020-09-18--{number}" for number in (1, 2, 3)]
    aws = PretendedAws(closed=tuple(names[:2]))

    in_stack(aws, Bar())

    assert [order["name"] for order in aws.started] == [names[2]]


def test_ctrl_c_leaves_the_stack_at_work(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        in_stack(PretendedAws(), Bar(after=1))
    assert capsys.readouterr().out == "It goes on in AWS; the same command follows it again.\n"


@pytest.mark.parametrize(
    ("described", "reason"),
    [
        (
            {
                "status": "FAILED",
                "error": "InvalidInputError",
                "cause": '{"errorMessage": "to: no date", "stackTrace": []}',
            },
            "FAILED: InvalidInputError: to: no date",
        ),
        ({"status": "TIMED_OUT"}, "TIMED_OUT"),
        ({"status": "ABORTED", "cause": "by hand"}, "ABORTED: by hand"),
    ],
)
def test_an_execution_without_a_result_is_told_of(
    described: Mapping[str, Any], reason: str
) -> None:
    with pytest.raises(UpstreamError) as error:
        in_stack(PretendedAws(progress=[(0, described)]), Bar())
    assert str(error.value) == (
        f"Step Functions: the execution 2020-09-16--2020-09-18--1 is {reason}"
    )


@pytest.mark.parametrize(
    ("aws", "kind", "message"),
    [
        (
            PretendedAws(error=refusal("ValidationError")),
            InvalidInputError,
            "STACK: there is no stack 'hot-papers' in us-east-1; is the region right?",
        ),
        (
            PretendedAws(outputs={"ApiUrl": "https://api.example"}),
            InvalidInputError,
            "STACK: 'hot-papers' has no output BackfillMachineArn; deploy this version of it first",
        ),
        (
            PretendedAws(error=refusal("AccessDenied")),
            StoreError,
            "CloudFormation answered AnyOperation with AccessDenied",
        ),
        (
            PretendedAws(error=NoRegionError()),
            InvalidInputError,
            "AWS_DEFAULT_REGION: is not set; where is the stack?",
        ),
        (
            PretendedAws(error=NoCredentialsError()),
            InvalidInputError,
            "STACK: 'hot-papers' takes AWS credentials, and there are none",
        ),
    ],
)
def test_a_stack_that_cannot_be_used_is_told_of(
    aws: PretendedAws, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as error:
        in_stack(aws, Bar())
    assert str(error.value) == message
