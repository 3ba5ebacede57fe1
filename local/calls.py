"""The calls of AWS that the functions make, watched from outside of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hotpapers import bootstrap
from hotpapers.adapters import aws


@contextmanager
def watching_calls(event: str, handler: Callable[..., Any]) -> Iterator[None]:
    """Hand every occurrence of one of botocore's events to a handler, of all functions.

    `before-call` and `after-call`, say, or `before-send`, whose handler may give an answer of its
    own. The functions make their clients anew for it.
    """
    session: Any = aws.session()
    session.register(event, handler)
    bootstrap.forget()
    try:
        yield
    finally:
        session.unregister(event, handler)
        bootstrap.forget()
