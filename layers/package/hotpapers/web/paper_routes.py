"""What the addresses of papers answer with."""

from hotpapers.bootstrap import archive
from hotpapers.domain.identifiers import parse_paper_id
from hotpapers.domain.paper_view import PaperView
from hotpapers.errors import InvalidInputError
from hotpapers.use_cases.browse_papers import paper_view_document, read_paper
from hotpapers.web.answers import Answer
from hotpapers.web.offered import answer_json
from hotpapers.web.problems import NotFoundError
from hotpapers.web.requests import Request


def answer_paper(request: Request) -> Answer:
    """A paper by its id, with or without a version."""
    return _answer(request, request.arguments["paper"])


def answer_old_style_paper(request: Request) -> Answer:
    """A paper by its old-style id, which has a slash in it."""
    return _answer(request, f"{request.arguments['archive']}/{request.arguments['number']}")


def _answer(request: Request, text: str) -> Answer:
    del request
    view = _find(text)
    return answer_json(paper_view_document(view), modified_at=view.measured_at)


def _find(text: str) -> PaperView:
    paper_id = parse_paper_id(text)
    if paper_id is None:
        raise InvalidInputError("id", f"{text[:100]!r} is not an arXiv id such as 2009.08319")
    stores, _ = archive()
    view = read_paper(paper_id, stores)
    if view is None:
        raise NotFoundError(f"{paper_id} is in no digest, and in no listing that is kept")
    return view
