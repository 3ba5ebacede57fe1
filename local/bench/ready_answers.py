"""A server that has all its answers ready: those in the file ANSWERS, by their addresses.

ANSWERS=path python -m local.bench.ready_answers
"""

import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from local.serve import HOST, listen, stop_by_signal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from wsgiref.types import WSGIApplication

    from local.bench.serving import Answer


def make_application(answers: "Mapping[str, Answer]") -> "WSGIApplication":
    """An application that gives these answers."""

    @Request.application
    def application(request: Request) -> Response:
        target = request.full_path.removesuffix("?")
        answer = answers[target]
        return Response(answer.body, answer.status, dict(answer.headers))

    return application


def main() -> None:
    """Serve until stopped."""
    # Written by this bench a moment ago.
    answers = pickle.loads(Path(os.environ["ANSWERS"]).read_bytes())  # noqa: S301
    with listen(0) as listener:
        port = listener.getsockname()[1]
        application = make_application(answers)
        server = make_server(HOST, port, application, threaded=True, fd=listener.fileno())
        print(f"http://{HOST}:{port}")  # noqa: T201 - to the bench
        stop_by_signal(server)
        server.serve_forever()


if __name__ == "__main__":
    main()
