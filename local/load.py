"""What upstreams tell of a day of 1,500 papers and 5,000 posts: made up, always the same."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from hotpapers.domain.calendar import submission_window
from local.busy_days import text
from local.upstreams.dataset import Dataset

DAY = date(2020, 9, 18)
TIME = datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC)
PAPERS = 1_500
POSTS = 5_000

CONCENTRATION = 8
"""How much the posts are about few of the papers: a hundredth of these get half of those."""
POSTED = timedelta(hours=40)
"""During what time the posts appear."""


def busy_day(papers: int = PAPERS, posts: int = POSTS) -> Dataset:
    """A data set of this size, always the same. A few papers get most of the posts."""
    random = Random(2020)  # noqa: S311
    listed = [_paper(random, number, papers) for number in range(papers)]
    found = [_post(random, number, posts, listed) for number in range(posts)]
    users = {post["author_id"]: _user(post["author_id"]) for post in found}
    return Dataset(tuple(listed), tuple(found), tuple(users.values()))


def _paper(random: Random, number: int, papers: int) -> dict[str, Any]:
    window = submission_window(DAY)
    submitted = window.start + (window.end - window.start) * number / papers
    return {
        "id": f"2009.{number + 1:05}",
        "version": 1,
        "title": text(random, 9).capitalize(),
        "authors": [text(random, 2).title() for _ in range((5 * number + 5) % 12 + 1)],
        "categories": random.sample(["cs.LG", "cs.AI", "cs.CL", "cs.CV", "stat.ML"], k=2),
        "abstract": text(random, 180).capitalize() + ".",
        "published": f"{submitted:%Y-%m-%dT%H:%M:%SZ}",
        "updated": f"{submitted:%Y-%m-%dT%H:%M:%SZ}",
    }


def _post(random: Random, number: int, posts: int, papers: list[dict[str, Any]]) -> dict[str, Any]:
    paper = papers[int(len(papers) * random.random() ** CONCENTRATION)]
    said = text(random, 25)
    link = f"https://t.co/load{number:06}"
    created = submission_window(DAY).end + timedelta(hours=8) + POSTED * number / posts
    return {
        "id": str(1306000000000000000 + number),
        "author_id": str(random.randrange(posts * 2 // 5)),
        "text": f"{said} {link}",
        "created_at": f"{created:%Y-%m-%dT%H:%M:%S.000Z}",
        "lang": "en",
        "public_metrics": {
            "retweet_count": int(random.paretovariate(1.4)),
            "reply_count": 0,
            "like_count": int(random.paretovariate(1.2)),
            "quote_count": 0,
        },
        "entities": {
            "urls": [
                {
                    "start": len(said) + 1,
                    "end": len(said) + 1 + len(link),
                    "url": link,
                    "expanded_url": f"https://arxiv.org/abs/{paper['id']}",
                    "display_url": f"arxiv.org/abs/{paper['id']}",
                }
            ]
        },
    }


def _user(user_id: str) -> dict[str, Any]:
    name = text(Random(f"user {user_id}"), 2).title()  # noqa: S311
    return {"id": user_id, "username": f"reader_{user_id}", "name": name}
