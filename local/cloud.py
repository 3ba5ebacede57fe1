"""The whole system in this process: the real handlers on moto's AWS.

The renderer is fed with the table's real stream, through the filter of the template.
"""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from aws_lambda_powertools import Logger
from moto import mock_aws

from hotpapers import bootstrap
from hotpapers.adapters import aws
from hotpapers.adapters.s3_pages import FOLDER as PAGES
from local.account import REGION, Account
from local.stack import FUNCTIONS, Stack
from local.template import stream_source

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SERVICE = "hotpapers"
"""What the template calls the service; the functions' logger has the same name."""
PRETENCE = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    # botocore would put the account into the host name of DynamoDB Streams, which moto does not
    # know.
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "AWS_LAMBDA_FUNCTION_NAME": "local",
    "POWERTOOLS_METRICS_DISABLED": "true",
}
"""An environment in which nothing can reach a real account."""
DROPPED = ("AWS_PROFILE", "AWS_ENDPOINT_URL")


@dataclass(frozen=True)
class Context:
    """What the handlers are told about their invocation."""

    function_name: str = "local"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:123456789012:function:local"
    aws_request_id: str = "00000000-0000-4000-8000-000000000000"


class Cloud:
    """AWS in memory with the system in it, from `__enter__` to `__exit__`.

    `settings` are environment variables that replace the template's; `credentials` are those of
    the sources, by their names.
    """

    account: Account

    def __init__(
        self,
        settings: Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
    ) -> None:
        self._settings = dict(settings or {})
        self._credentials = dict(credentials or {})
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as guard:
            guard.enter_context(_environment({**PRETENCE, **self._settings}))
            guard.enter_context(mock_aws())
            self.account = Account.create(self._credentials)
            variables: dict[str, str] = {}
            for function in FUNCTIONS:
                variables |= self.stack.environment(function)
            guard.enter_context(_environment({**variables, **self._settings}))
            for forget in (bootstrap.forget, aws.session.cache_clear):
                forget()
                guard.callback(forget)
            self._exit = guard.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._exit.__exit__(kind, error, trace)

    @property
    def stack(self) -> Stack:
        """The names of the resources."""
        return self.account.stack

    @contextmanager
    def set(self, settings: Mapping[str, str]) -> Iterator[None]:
        """Let the functions have other settings for a while, as if deployed with them."""
        with _environment(settings):
            bootstrap.forget()
            try:
                yield
            finally:
                bootstrap.forget()

    def collect(self, event: object) -> dict[str, Any]:
        """Run the collector."""
        from functions.collector.app import lambda_handler, metrics

        # It was read when the module was imported, perhaps by a stack of another name.
        metrics.namespace = os.environ["POWERTOOLS_METRICS_NAMESPACE"]
        try:
            answer: dict[str, Any] = lambda_handler(event, _context())
        finally:
            metrics.clear_metrics()  # Powertools keeps those that it was told not to write
        return answer

    def backfill(self, event: object) -> dict[str, Any]:
        """Run the function that begins and ends a backfill."""
        from functions.backfill.app import lambda_handler

        answer: dict[str, Any] = lambda_handler(event, _context())
        return answer

    def render_new(self) -> int:
        """Run the renderer on what came into the table's stream; how many records it was given."""
        records = self.account.records_to_render()
        self.render(records)
        return len(records)

    def render(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Run the renderer on records, batch by batch; raises RuntimeError where it fails."""
        from functions.renderer.app import lambda_handler

        size = stream_source("Renderer")["BatchSize"]
        for start in range(0, len(records), size):
            event = {"Records": list(records[start : start + size])}
            answer = lambda_handler(event, _context())
            if answer["batchItemFailures"]:
                raise RuntimeError(f"the renderer failed: {answer}")

    def publish(self, event: object) -> dict[str, Any]:
        """Run the renderer on an order to publish digests again."""
        from functions.renderer.app import lambda_handler

        order: Any = event
        answer: dict[str, Any] = lambda_handler(order, _context())
        return answer

    def request(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Run the API on an event of API Gateway."""
        return answer_request(event)

    def copy_documents(self, folder: Path) -> list[Path]:
        """Write the bucket's objects below a folder, each under another name until all are.

        But for the pages, which are packed, and need the site around them.
        """
        unfinished: dict[Path, Path] = {}
        try:
            for key, content in self.account.documents():
                if key.startswith(PAGES):
                    continue
                path = folder / key
                path.parent.mkdir(parents=True, exist_ok=True)
                unfinished[path] = path.with_name(path.name + ".unfinished")
                unfinished[path].write_bytes(content)
            for path, written in unfinished.items():
                written.replace(path)
        finally:
            for written in unfinished.values():
                written.unlink(missing_ok=True)
        return list(unfinished)


def answer_request(event: Mapping[str, Any]) -> dict[str, Any]:
    """Run the API on an event of API Gateway, in the environment as it is."""
    from functions.api.app import lambda_handler

    answer: dict[str, Any] = lambda_handler(dict(event), _context())
    return answer


def quiet_handlers(handler: logging.Handler) -> None:
    """Let the functions' log go to one handler instead of, as JSON, to standard output."""
    # The functions' logger is set up once, by whoever comes first; they also need its formatter.
    handler.setFormatter(Logger(service=SERVICE).registered_formatter)
    logger = logging.getLogger(SERVICE)
    logger.handlers[:] = [handler]
    logger.propagate = False


def _context() -> "LambdaContext":
    context: Any = Context()
    return context  # type: ignore[no-any-return]


class _environment:  # noqa: N801
    """Environment variables for a while."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._before: dict[str, str] = {}

    def __enter__(self) -> None:
        self._before = dict(os.environ)
        for name in DROPPED:
            os.environ.pop(name, None)
        os.environ.update(self._variables)

    def __exit__(self, *_: object) -> None:
        os.environ.clear()
        os.environ.update(self._before)
