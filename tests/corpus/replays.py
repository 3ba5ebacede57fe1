"""Published posts of the predecessor, turned back into what the upstreams must have said.

The corpus is not part of the project: it is looked for beside it, and what needs it is skipped
where it is absent. `published_days` lists the days of the corpus, `read_replay` gives one day as
a data set for the replayed upstreams and the post that has to come out of it.

What the data set adds to the published facts, so that the rules of a digest have something to
decide: retweets with the original's counts, second posts of an account, voices too quiet to be
shown, and papers that do not belong (below the threshold, of another archive, submitted when the
window had closed).
"""

from dataclasses import dataclass
from datetime import date, datetime

from local.upstreams.dataset import Dataset
from tests.corpus.mended import mended, within_reach
from tests.corpus.published import CORPUS, parse
from tests.corpus.rebuilt import DatasetBuilder


@dataclass(frozen=True)
class Replay:
    """A day of the corpus: what the upstreams said, when it was collected, what came of it."""

    day: date
    collected_at: datetime
    dataset: Dataset
    post: str


def published_days() -> tuple[date, ...]:
    """The listing dates of the corpus, in order; none where there is no corpus."""
    return tuple(sorted(date.fromisoformat(path.name[:10]) for path in CORPUS.glob("2*.md")))


def read_replay(day: date) -> Replay:
    """A day of the corpus, with the known faults of its post mended."""
    text = (CORPUS / f"{day}---Hot-Papers.md").read_text(encoding="utf-8")
    published = parse(day, text)
    sections = [within_reach(section, published.window) for section in published.sections]
    return Replay(
        day=day,
        collected_at=published.collected_at,
        dataset=DatasetBuilder(published, sections).build(),
        post=mended(published, sections),
    )
