"""X's search API, replayed: as strict as the real one where that catches a mistake of ours."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from local.upstreams.dataset import Dataset, Record, moment
from local.upstreams.replies import RefusedError, json_response

Vocabulary = Literal["tweet", "post"]

_NEWER_NAMES = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
}
_LINKS = 'url:"arxiv.org"'
_MIN_LIKES = re.compile(r"(?P<negated>-?)min_likes:(?P<number>\d{1,9})", re.ASCII)

_OLDER_NAMES = {newer: older for older, newer in _NEWER_NAMES.items()}


class XReplay:
    """X's two searches over the posts of a data set; the options are those of `UpstreamServer`."""

    LARGEST_PAGE: Mapping[str, int] = {
        "/2/tweets/search/recent": 100,
        "/2/tweets/search/all": 500,
    }
    LONGEST_QUERY: Mapping[str, int] = {
        "/2/tweets/search/recent": 512,
        "/2/tweets/search/all": 1024,
    }

    def __init__(
        self,
        dataset: Dataset,
        page_size: int | None,
        vocabulary: Vocabulary,
        now: datetime | None,
    ) -> None:
        newest_first = sorted(dataset.posts, key=lambda post: int(post["id"]), reverse=True)
        self._posts = [post for post in newest_first if _links_to_arxiv(post)]
        self._users = {user["id"]: user for user in dataset.users}
        self._users_by_name = {user["username"].lower(): user for user in dataset.users}
        self._page_size = page_size
        self._vocabulary = vocabulary
        self._now = now

    def answer(self, request: Request) -> Response:
        """What X would answer."""
        if not re.fullmatch(r"Bearer \S+", request.headers.get("Authorization", "")):
            problem = {"title": "Unauthorized", "type": "about:blank", "status": 401}
            return json_response(problem | {"detail": "Unauthorized"}, status=401)
        try:
            document = self._page(request.path, request.args)
        except RefusedError as error:
            return json_response(_invalid_request(error, request.args), status=400)
        if self._vocabulary == "post":
            document = _renamed(document)
        response = json_response(document)
        response.headers["x-rate-limit-limit"] = "450"
        response.headers["x-rate-limit-remaining"] = "449"
        return response

    def _page(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        posts = self._found(path, query)
        largest = self.LARGEST_PAGE[path]
        size = _page_size(query, largest)
        first = _first_of_page(query)
        last = first + min(size, self._page_size or size)
        page = posts[first:last]
        meta: dict[str, Any] = {"result_count": len(page)}
        if not page:
            # X leaves `data` out instead of sending an empty list.
            return {"meta": meta}
        meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if last < len(posts):
            meta["next_token"] = _next_token(query, last)
        fields = {"id", "text", "edit_history_tweet_ids"} | _wanted_fields(query)
        shown = [{name: post[name] for name in post if name in fields} for post in page]
        return {"data": shown} | self._expansions(page, query) | {"meta": meta}

    def _found(self, path: str, query: Mapping[str, str]) -> list[Record]:
        search = query.get("query", "")
        if not search or len(search) > self.LONGEST_QUERY[path]:
            longest = self.LONGEST_QUERY[path]
            raise RefusedError(f"The `query` must have 1 to {longest} characters", "query")
        matches = _matcher(search)
        start, end = _x_time(query, "start_time"), _x_time(query, "end_time")
        self._check_times(path, start, end)
        return [
            post
            for post in self._posts
            if (start is None or moment(post["created_at"]) >= start)
            and (end is None or moment(post["created_at"]) < end)
            and matches(post)
        ]

    def _check_times(self, path: str, start: datetime | None, end: datetime | None) -> None:
        if start and end and start >= end:
            raise RefusedError("'start_time' must be before 'end_time'", "start_time", "end_time")
        if self._now is None:
            return
        if end and end > self._now - timedelta(seconds=10):
            message = "'end_time' must be a minimum of 10 seconds prior to the request time."
            raise RefusedError(message, "end_time")
        oldest = self._now - timedelta(days=7)
        if path.endswith("/recent") and start and start < oldest:
            message = f"'start_time' must be on or after {oldest:%Y-%m-%dT%H:%MZ}"
            raise RefusedError(message, "start_time")

    def _expansions(self, page: Sequence[Record], query: Mapping[str, str]) -> dict[str, Any]:
        wanted = query.get("expansions", "").split(",")
        found: dict[str, dict[str, Any] | None] = {}
        if "author_id" in wanted:
            found |= {post["author_id"]: self._users.get(post["author_id"]) for post in page}
        if "entities.mentions.username" in wanted:
            found |= {
                name: self._users_by_name.get(name.lower())
                for post in page
                for name in _mentioned(post)
            }
        if not found:
            return {}
        fields = {"id", "name", "username"} | set(query.get("user.fields", "").split(","))
        users = {
            user["id"]: {name: user[name] for name in user if name in fields}
            for user in found.values()
            if user
        }
        expansions: dict[str, Any] = {"includes": {"users": list(users.values())}}
        unknown = [name for name, user in found.items() if user is None]
        if unknown:
            expansions["errors"] = [_unknown_user(name) for name in unknown]
        return expansions


def _links_to_arxiv(post: Record) -> bool:
    return any(
        host == "arxiv.org" or host.endswith(".arxiv.org")
        for link in (post.get("entities") or {}).get("urls") or ()
        for name in ("expanded_url", "unwound_url")
        if (host := urlsplit(link.get(name) or "").hostname or "")
    )


def _matcher(search: str) -> Callable[[Record], bool]:
    """Tells whether a post is what a query asks for. Refuses operators that are not known here."""
    conditions: list[Callable[[Record], bool]] = []
    words = search.split()
    for word in words:
        likes = _MIN_LIKES.fullmatch(word)
        if likes and likes["negated"]:
            conditions.append(partial(_is_liked_less, int(likes["number"])))
        elif likes:
            conditions.append(partial(_is_liked, int(likes["number"])))
        elif word == "-is:retweet":
            conditions.append(_is_no_retweet)
        elif word != _LINKS:
            raise RefusedError(f"This replay does not know the query: {search}", "query")
    if _LINKS not in words:
        raise RefusedError("Rules must contain at least one positive clause", "query")
    return lambda post: all(holds(post) for holds in conditions)


def _mentioned(post: Record) -> list[str]:
    return [mention["username"] for mention in (post.get("entities") or {}).get("mentions", ())]


def _is_no_retweet(post: Record) -> bool:
    return all(other["type"] != "retweeted" for other in post.get("referenced_tweets", ()))


def _is_liked(least: int, post: Record) -> bool:
    return int(post["public_metrics"]["like_count"]) >= least


def _is_liked_less(least: int, post: Record) -> bool:
    return not _is_liked(least, post)


def _page_size(query: Mapping[str, str], largest: int) -> int:
    text = query.get("max_results", "10")
    if not text.isdecimal() or not 10 <= int(text) <= largest:
        message = f"The `max_results` value [{text}] is not between 10 and {largest}"
        raise RefusedError(message, "max_results")
    return int(text)


def _wanted_fields(query: Mapping[str, str]) -> set[str]:
    names = f"{query.get('tweet.fields', '')},{query.get('post.fields', '')}".split(",")
    return {_OLDER_NAMES.get(name, name) for name in names}


def _x_time(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", text):
        message = f"The `{name}` query parameter value [{text}] is not an RFC 3339 time"
        raise RefusedError(message, name)
    return moment(text)


def _fingerprint(query: Mapping[str, str]) -> str:
    """Stays the same from page to page: a token is good for the search that it came from."""
    search = [query.get(name, "") for name in ("query", "start_time", "end_time")]
    return hashlib.sha256(json.dumps(search).encode()).hexdigest()[:12]


def _next_token(query: Mapping[str, str], first: int) -> str:
    return f"b26v89c19{_fingerprint(query)}{first}"


def _first_of_page(query: Mapping[str, str]) -> int:
    token = query.get("next_token") or query.get("pagination_token")
    if token is None:
        return 0
    head = f"b26v89c19{_fingerprint(query)}"
    if not re.fullmatch(head + r"\d+", token):
        message = f"The `next_token` query parameter value [{token}] is not valid"
        raise RefusedError(message, "next_token")
    return int(token.removeprefix(head))


def _unknown_user(name: str) -> dict[str, str]:
    parameter = "author_id" if name.isdecimal() else "entities.mentions.username"
    return {
        "value": name,
        "detail": f"Could not find user with {parameter}: [{name}].",
        "title": "Not Found Error",
        "resource_type": "user",
        "parameter": parameter,
        "resource_id": name,
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }


def _invalid_request(error: RefusedError, query: Mapping[str, str]) -> dict[str, Any]:
    parameters = {name: [query.get(name, "")] for name in error.parameters}
    return {
        "errors": [{"parameters": parameters, "message": str(error)}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": "https://api.twitter.com/2/problems/invalid-request",
    }


def _renamed(document: Any) -> Any:
    if isinstance(document, dict):
        return {_NEWER_NAMES.get(name, name): _renamed(document[name]) for name in document}
    if isinstance(document, list):
        return [_renamed(item) for item in document]
    return document
