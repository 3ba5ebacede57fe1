"""What goes wrong at the upstreams: each fault turns the right answer into what the client gets."""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response

from local.upstreams.replies import json_response

Fault = Callable[[Response], Response]


@dataclass(frozen=True)
class Faults:
    """What goes wrong: the n-th call of an upstream meets the n-th fault of its list.

    `None`, and every call after the end of the list, is answered rightly. For a fault that never
    ends give `itertools.repeat(fault)`. Calls for a session or a token count as well, and so do
    those of all instances of Mastodon.

    `arxiv` is the query API, `arxiv_rss` the feed of announcements, `arxiv_web` their pages.
    """

    arxiv: Iterable[Fault | None] = ()
    arxiv_rss: Iterable[Fault | None] = ()
    arxiv_web: Iterable[Fault | None] = ()
    x: Iterable[Fault | None] = ()
    bluesky: Iterable[Fault | None] = ()
    mastodon: Iterable[Fault | None] = ()
    hackernews: Iterable[Fault | None] = ()
    reddit: Iterable[Fault | None] = ()
    huggingface: Iterable[Fault | None] = ()


def answers(
    status: int,
    body: str = "",
    *,
    content_type: str = "text/plain",
    retry_after: int | str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Fault:
    """This answer, whatever was asked."""

    def fault(_right: Response) -> Response:
        response = Response(body, status=status, content_type=content_type, headers=headers)
        if retry_after is not None:
            response.headers["Retry-After"] = str(retry_after)
        return response

    return fault


def rate_exceeded(_right: Response) -> Response:
    """A success by its status, a refusal by its text: arXiv does this under load."""
    return Response("Rate exceeded.", status=200, content_type="text/plain")


def html_page(_right: Response) -> Response:
    """The page of some proxy on the way."""
    page = "<!DOCTYPE html><html><head><title>Please wait</title></head><body></body></html>"
    return Response(page, status=200, content_type="text/html")


def empty_page(right: Response) -> Response:
    """No entries, although the totals (arXiv) or the next token (X) promise some."""
    if "json" not in right.content_type:
        return edits(lambda text: re.sub(r"\s*<entry>.*</entry>", "", text, flags=re.DOTALL))(right)
    meta = json.loads(right.get_data())["meta"] | {"result_count": 0}
    return json_response({"meta": meta})


def cut_off(right: Response) -> Response:
    """The first half of the body, sent as if it were all."""
    body = right.get_data()
    right.set_data(body[: len(body) // 2])
    return right


def breaks_off(right: Response) -> Response:
    """The connection is closed in the middle of the body."""
    body = right.get_data()

    def half() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        raise ConnectionAbortedError("a fault that a test asked for")

    response = Response(half(), status=right.status, content_type=right.content_type)
    response.headers["Content-Length"] = str(len(body))
    return response


def hangs_up(_right: Response) -> Response:
    """The connection is closed without an answer."""
    raise ConnectionAbortedError("a fault that a test asked for")


def stalls(seconds: float) -> Fault:
    """Nothing for so many seconds, then the right answer."""

    def fault(right: Response) -> Response:
        time.sleep(seconds)
        return right

    return fault


def drips(pause: float, pieces: int = 20) -> Fault:
    """The right answer in so many pieces, with a pause (in seconds) before each."""

    def fault(right: Response) -> Response:
        body = right.get_data()
        size = max(1, -(-len(body) // pieces))

        def slowly() -> Iterator[bytes]:
            for start in range(0, len(body), size):
                time.sleep(pause)
                yield body[start : start + size]

        response = Response(slowly(), status=right.status, content_type=right.content_type)
        response.headers["Content-Length"] = str(len(body))
        return response

    return fault


def edits(edit: Callable[[str], str]) -> Fault:
    """The right answer with its text changed."""

    def fault(right: Response) -> Response:
        right.set_data(edit(right.get_data(as_text=True)))
        return right

    return fault


def edits_json(edit: Callable[[Any], Any]) -> Fault:
    """The right answer with its JSON document changed."""
    return edits(lambda text: json.dumps(edit(json.loads(text))))


def swollen_title(size: int) -> Fault:
    """The title of arXiv's first entry with so many letters more."""
    return edits(
        lambda text: re.sub(
            r"(<entry>.*?<title>)",
            lambda match: match[1] + "A" * size,
            text,
            count=1,
            flags=re.DOTALL,
        )
    )
