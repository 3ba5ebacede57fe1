"""Offers of the use cases as answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import quote, urlencode

from hotpapers.documents.digest_json import Document, write_json
from hotpapers.domain.selection import Selection
from hotpapers.use_cases.offers import Missing, Offer
from hotpapers.web.answers import Answer, Freshness, Link
from hotpapers.web.parameters import CURSOR, LIMIT
from hotpapers.web.problems import NotFoundError
from hotpapers.web.representations import JSON, Representation
from hotpapers.web.requests import Request

FINAL = {JSON: Freshness.FINAL}
"""How long what is final may be kept: what is not data may look otherwise after a deployment."""


SETTLING = timedelta(hours=13)
"""How long after a time of a run nothing changes any more that has this time. The schedule delivers
an event for six hours, Lambda tries it for six more, and a run takes a quarter of an hour (all in
template.yaml). A backfill of a year, whose runs have the time of its beginning, takes nine hours.
What comes later still, by hand or out of the queue `Failures`, is told by tags alone."""


def settled(modified_at: datetime | None, request: Request) -> datetime | None:
    """The time of a change, once nothing more can change at it; None before.

    All that a run changes has the time of the run. Whoever asked while it was at work, and then
    asked for what changed since, would be told that nothing did.
    """
    is_settled = modified_at is not None and modified_at + SETTLING <= request.time
    return modified_at if is_settled else None


def answer_offer(request: Request, offer: Offer | Missing, *, moves: bool = False) -> Answer:
    """The answer that is offered, in the form that is wanted. Raises NotFoundError.

    An address `moves` where what it leads to will be something else, final or not: the newest.
    """
    if isinstance(offer, Missing):
        raise NotFoundError(offer.reason)
    form = request.representation
    return Answer(
        representation=form,
        content=offer.content,
        freshness=freshness(form, final=offer.final and not moves),
        # Forms of one thing may be made of the same; their bytes differ all the same.
        tag=None if offer.tag is None else f"{offer.tag}.{form.suffix}",
        modified_at=settled(offer.modified_at, request),
    )


def answer_json(
    document: Document,
    holds: Freshness = Freshness.CURRENT,
    modified_at: datetime | None = None,
    links: tuple[Link, ...] = (),
) -> Answer:
    """The answer that is a JSON document, and for how long it holds."""
    content = partial(write_json, document)
    return Answer(JSON, content, holds, modified_at=modified_at, links=links)


def freshness(form: Representation, *, final: bool) -> Freshness:
    """How long a thing may be kept in a form."""
    return FINAL.get(form, Freshness.SETTLED) if final else Freshness.CURRENT


def next_links(request: Request, selection: Selection, cursor: str | None) -> tuple[Link, ...]:
    """Where the list goes on that a request is answered with, if it does."""
    if cursor is None:
        return ()
    parameters = [*selection.parameters, *going_on(asked_limit(request), cursor)]
    path = quote(request.path, safe="/%:@!$&'()*+,;=~", errors="replace")
    return (Link("next", f"{path}?{urlencode(parameters, errors='replace')}"),)


def asked_limit(request: Request) -> int | None:
    """How many entries a reader asks for; None where the reader does not say."""
    return LIMIT.value(request.query) if LIMIT.name in request.query else None


def going_on(limit: int | None, cursor: str | None) -> Sequence[tuple[str, str]]:
    """What leads on in a list beside its selection, as parameters; nothing at its end."""
    if cursor is None:
        return ()
    stated = [] if limit is None else [(LIMIT.name, str(limit))]
    return (*stated, (CURSOR.name, cursor))
