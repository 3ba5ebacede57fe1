"""What the addresses of feeds answer with."""

from hotpapers.bootstrap import archive
from hotpapers.domain.cursor import Cursors
from hotpapers.use_cases.browse_feeds import FeedKind, FeedQuestion, offer_feed
from hotpapers.use_cases.digest_lists import read_place
from hotpapers.web.answers import Answer
from hotpapers.web.offered import answer_offer
from hotpapers.web.parameters import SHORTENED, read_cursor, read_selection
from hotpapers.web.problems import NotFoundError
from hotpapers.web.requests import Request


def answer_feed(request: Request) -> Answer:
    """A feed of days or of papers, of everything or of what a filter lets through."""
    stores, presentation = archive()
    question = _read_question(request)
    return answer_offer(request, offer_feed(question, stores, presentation.site))


def _read_question(request: Request) -> FeedQuestion:
    name = request.arguments["feed"]
    if name not in list(FeedKind):
        kinds = " and ".join(FeedKind)
        raise NotFoundError(f"there is no feed of {name[:100]!r}: there are those of {kinds}")
    kind = FeedKind(name)
    selection = read_selection(request.query)
    cursors = Cursors(FeedQuestion(kind, "").name, selection)
    return FeedQuestion(
        kind=kind,
        suffix=request.representation.suffix,
        selection=selection,
        limit=SHORTENED.value(request.query),
        after=read_place(read_cursor(request.query, cursors)),
    )
