"""How a function loads what it needs, when Lambda starts it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Import and make what stays for as long as the process does, without looking for garbage.

    Python looks through all objects each time that some thousands have been made. At a start these
    are modules and descriptions of AWS's services, which all stay: a seventh of its time went into
    searches that find nothing (docs/decisions/0023-cold-start.md). What there is at the end is left
    out of the searches that come later, during requests, too.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
