"""What arXiv and X know, record by record, in the form that the replayed upstreams take.

The papers are of the listing date 2020-09-18, whose submission window is WINDOW.
"""

from datetime import UTC, date, datetime
from typing import Any

from hotpapers.domain.calendar import Window, submission_window
from local.upstreams.dataset import Dataset

Json = dict[str, Any]

DAY = date(2020, 9, 18)
WINDOW = submission_window(DAY)
SPAN = Window(WINDOW.start, datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC))
"""The posts that a run of 2020-09-20T13:13:43Z asks for."""


def paper(paper_id: str = "2009.00001", **changes: object) -> Json:
    """A paper of arXiv's."""
    return {
        "id": paper_id,
        "version": 1,
        "title": f"About {paper_id}",
        "authors": ["Ada Lovelace", "Kurt Gödel"],
        "categories": ["cs.LG", "stat.ML"],
        "abstract": "It says that a < b.",
        "published": "2020-09-16T18:00:00Z",
        "updated": "2020-09-16T18:00:00Z",
    } | changes


def user(user_id: str = "7", username: str = "ada", name: str = "Ada") -> Json:
    """An account of X's."""
    return {"id": user_id, "name": name, "username": username, "verified": False}


def post(post_id: str = "100", paper_id: str = "2009.00001", **changes: object) -> Json:
    """A post of X's about a paper, by the account 7."""
    link = {
        "start": 4,
        "end": 20,
        "url": "https://t.co/ab",
        "expanded_url": f"https://arxiv.org/abs/{paper_id}",
        "display_url": f"arxiv.org/abs/{paper_id}",
    }
    return {
        "id": post_id,
        "edit_history_tweet_ids": [post_id],
        "author_id": "7",
        "created_at": "2020-09-18T10:00:00.000Z",
        "lang": "en",
        "text": "See https://t.co/ab",
        "entities": {"urls": [link]},
        "public_metrics": {"retweet_count": 20, "reply_count": 1, "like_count": 40},
    } | changes


def dataset(
    papers: tuple[Json, ...] = (), posts: tuple[Json, ...] = (), users: tuple[Json, ...] = ()
) -> Dataset:
    """A data set for the replayed upstreams; without users, with the account 7."""
    return Dataset(papers, posts, users or (user(),))
