"""Three readers of a page of arXiv's query API: this project's, feedparser, and `arxiv`.

    python -m local.bench.arxiv_readers NAME PAGE

reads a page with one of them and says what memory that took.
"""

import sys
from calendar import timegm
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.bench.measuring import memory, tell

Described = tuple[str, str, tuple[str, ...], tuple[str, ...], str, datetime]
"""A paper's id, title, authors, categories, abstract and time of submission."""
Reader = Callable[[bytes], Sequence[Any]]
"""Makes papers of a page's bytes; each reader makes its own kind."""


def hotpapers_reader() -> tuple[Reader, Callable[[Any], Described]]:
    """This project's reader, as a run uses it."""
    from hotpapers.adapters.arxiv_api import ArxivApi
    from hotpapers.adapters.http import Answer, Upstream
    from hotpapers.domain.calendar import Window

    class Canned(Upstream):
        """arXiv, which always answers the same."""

        def __init__(self, body: bytes) -> None:
            super().__init__("arXiv", "http://localhost", {})
            self._always = Answer(200, {}, body)

        def get(self, path: str, parameters: object, read: Callable[[Answer], Any]) -> Any:  # noqa: ARG002
            return read(self._always)

    ever = Window(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))

    def read(body: bytes) -> Sequence[Any]:
        return ArxivApi(Canned(body), ("cs.*", "stat.ML")).papers_submitted(ever)

    def describe(paper: Any) -> Described:
        names = (paper.authors, paper.categories)
        return (paper.id, paper.title, *names, paper.abstract, paper.submitted_at)

    return read, describe


def feedparser_reader() -> tuple[Reader, Callable[[Any], Described]]:
    """feedparser, and of each of its entries what makes a paper."""
    import feedparser

    def read(body: bytes) -> Sequence[Any]:
        return list(map(describe, feedparser.parse(body).entries))

    def describe(entry: Any) -> Described:
        name, version = _parted(entry.id)
        del version  # feedparser has it, and this project has no use for it
        authors = tuple(_line(author.name) for author in entry.authors)
        categories = tuple(tag.term for tag in entry.tags)
        published = datetime.fromtimestamp(timegm(entry.published_parsed), UTC)
        return name, _line(entry.title), authors, categories, _line(entry.summary), published

    return read, lambda described: described


def arxiv_reader() -> tuple[Reader, Callable[[Any], Described]]:
    """The `arxiv` package: what its client does with the bytes that it was answered."""
    from arxiv import _feed

    def read(body: bytes) -> Sequence[Any]:
        results: Sequence[Any] = _feed.parse(body).results
        return results

    def describe(result: Any) -> Described:
        authors = tuple(_line(author.name) for author in result.authors)
        name, _ = _parted(result.entry_id)
        texts = (_line(result.title), authors, tuple(result.categories), _line(result.summary))
        return (name, *texts, result.published)

    return read, describe


READERS: Mapping[str, Callable[[], tuple[Reader, Callable[[Any], Described]]]] = {
    "this system": hotpapers_reader,
    "feedparser": feedparser_reader,
    "arxiv": arxiv_reader,
}


def _parted(address: str) -> tuple[str, str]:
    """The id and the version of a paper, of its address."""
    name, _, version = address.rpartition("/abs/")[2].rpartition("v")
    return name, version


def _line(text: str) -> str:
    return " ".join(text.split())


def main() -> None:
    """Read a page, and say how much more memory that took at most than there was before."""
    name, page = sys.argv[1:]
    read, _ = READERS[name]()
    body = Path(page).read_bytes()
    before = memory("VmRSS")
    papers = read(body)
    tell({"papers": len(papers), "megabytes": memory("VmHWM") - before})


if __name__ == "__main__":
    main()
