"""What a program says of its start: when it was ready, when it had answered, and with what."""

import json
import sys
import time
from base64 import b64decode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

Moment = tuple[float, float]


def moment() -> Moment:
    """Seconds of the processor since the process began, and of the clock that all processes
    share."""
    return time.process_time(), time.monotonic()


def tell(moments: Sequence[Moment], content: bytes) -> None:
    """Write the moments down, and which content was read."""
    sys.stdout.write(json.dumps({"moments": moments, "content": sha256(content).hexdigest()}))


def content_of(answer: Mapping[str, Any]) -> bytes:
    """The bytes of a function's answer to API Gateway."""
    body = answer["body"]
    return b64decode(body) if answer["isBase64Encoded"] else body.encode()
