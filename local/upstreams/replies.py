"""What the replayed upstreams have in common in the way that they answer."""

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response


class RefusedError(Exception):
    """A request that the upstream answers with an error; the message is the upstream's.

    `parameters` are the names of the parameters that it is about, where X names them.
    """

    def __init__(self, message: str, *parameters: str) -> None:
        super().__init__(message)
        self.parameters = parameters


def json_response(document: Mapping[str, Any], status: int = 200) -> Response:
    """A JSON answer as an upstream sends it."""
    return Response(
        json.dumps(document, ensure_ascii=False),
        status=status,
        content_type="application/json; charset=utf-8",
    )
