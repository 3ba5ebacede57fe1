"""A function of the template, invoked once in a process of its own, as Lambda does it.

    python -m local.bench.invocation FUNCTION EVENT CALLS

EVENT is a file with the event (JSON). The calls of AWS are written to the file CALLS.
"""

import importlib
import json
import pickle
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hotpapers.adapters import aws
from local.bench.measuring import tell

CONTEXT = SimpleNamespace(
    function_name="bench",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:bench",
    aws_request_id="00000000-0000-4000-8000-000000000000",
)


def main() -> None:
    """Invoke the function, and say what it answered and took."""
    function, event, calls_path = sys.argv[1:]
    calls: list[tuple[str, str, Any]] = []

    def note(params: Any, model: Any, **_: object) -> None:
        calls.append((model.service_model.service_name, model.name, dict(params)))

    session: Any = aws.session()
    session.register("provide-client-params", note)
    app = importlib.import_module(f"functions.{function}.app")
    given = json.loads(Path(event).read_bytes())
    processor, elapsed = time.process_time(), time.perf_counter()
    answer = app.lambda_handler(given, CONTEXT)
    found = {
        "answer": answer,
        "processor": time.process_time() - processor,
        "elapsed": time.perf_counter() - elapsed,
    }
    tell(found)
    Path(calls_path).write_bytes(pickle.dumps(calls))


if __name__ == "__main__":
    main()
