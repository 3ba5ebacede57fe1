"""A read with the API's function, as Lambda starts it: its folder is the first argument."""

import importlib
import json
import sys
from types import SimpleNamespace

from local.cold_reads.moments import content_of, moment, tell

CONTEXT = SimpleNamespace(
    function_name="hot-papers-Api",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:hot-papers-Api",
    aws_request_id="00000000-0000-4000-8000-000000000000",
)


def main() -> None:
    """Import the function, then let it answer."""
    sys.path.insert(0, sys.argv[1])
    handle = importlib.import_module("app").lambda_handler
    ready = moment()
    answer = handle(json.load(sys.stdin)["event"], CONTEXT)
    answered = moment()
    tell((ready, answered), content_of(answer))


if __name__ == "__main__":
    main()
