"""Reddit's tokens: who wants to ask Reddit anything gets one first.

https://github.com/reddit-archive/reddit/wiki/OAuth2#application-only-oauth.
"""

import re
from base64 import b64encode
from datetime import timedelta
from http import HTTPStatus

from hotpapers.adapters.entries import matches, optional_count_in, problem_of, read_object
from hotpapers.adapters.http import (
    Allowance,
    Answer,
    Question,
    Terms,
    Upstream,
    answered,
    source_upstream,
    user_agent,
)
from hotpapers.domain.sources import SOURCES
from hotpapers.errors import UpstreamError

SOURCE = SOURCES["reddit"]
CLIENT_ID, CLIENT_SECRET = "REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET"

TOKEN_PATH = "/api/v1/access_token"  # noqa: S105 - an address
TOKEN_LIFE = timedelta(hours=1)
"""How long a token holds where Reddit does not say so: what it always says."""
LONGEST_LIFE = timedelta(days=1)
"""How long a token is used at most, whatever Reddit says."""
TOKEN_MARGIN = timedelta(minutes=1)
"""How long before its end a token is not used any more."""

DISTANCE = 1.0
"""Seconds between two requests: 60 in a minute, of 100."""
TOKEN = re.compile(r"[\x21-\x7e]{1,8000}", re.ASCII)


class NoEntryError(UpstreamError):
    """Reddit does not let us in."""


def reddit_upstream(origin: str, terms: Terms, allowance: Allowance) -> Upstream:
    """Reddit, or where its tokens are given, as it wants to be asked."""
    # Reddit wants `platform:app-id:version (contact)`, and turns away what begins as a library.
    agent = "linux:" + user_agent(terms.contact).replace("/", ":", 1)
    return source_upstream(
        SOURCE.title, origin, allowance, distance=DISTANCE, headers={"User-Agent": agent}
    )


def require_entry(answer: Answer, upstream: Upstream) -> None:
    """Raise NoEntryError where Reddit answers that it does not let us in."""
    if answer.status == HTTPStatus.FORBIDDEN:
        said = answered(answer, problem_of(answer))
        reason = f"does not let us in ({said}); it takes approved apps only, not from every network"
        raise NoEntryError(upstream.name, upstream.concealed(reason))


class Login:
    """Where an app gets the token to ask with. The token is kept for as long as it holds."""

    def __init__(self, origin: str, client_id: str, client_secret: str, terms: Terms) -> None:
        self.allowance = Allowance(terms)
        self._now = terms.clock.now
        self._upstream = reddit_upstream(origin, terms, self.allowance)
        self._basic = b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._secrets = [client_secret, self._basic]
        self._token: str | None = None
        self._token_end = self._now()

    def token(self) -> str:
        """A token. Raises UpstreamError where Reddit gives none."""
        if self._token is None or self._now() >= self._token_end:
            self._token = self._new_token()
        return self._token

    def forget(self) -> None:
        """Ask for a new token the next time."""
        self._token = None

    def conceal_from(self, upstream: Upstream) -> None:
        """Keep the secrets out of what is said of an upstream."""
        for secret in self._secrets:
            upstream.conceal(secret)

    def _new_token(self) -> str:
        self.conceal_from(self._upstream)
        question = Question(
            TOKEN_PATH,
            headers={"Authorization": f"Basic {self._basic}"},
            form={"grant_type": "client_credentials"},
        )
        return self._upstream.ask(question, self._read)

    def _read(self, answer: Answer) -> str:
        if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
            raise self._refused(answered(answer, problem_of(answer)))
        require_entry(answer, self._upstream)
        self._upstream.require_success(answer, problem_of(answer))
        fields = read_object(answer)
        if isinstance(fields.get("error"), str | int):
            # It says so with a status of 200: OAuth's errors are in the answer's text.
            raise self._refused(f"answered {str(fields['error'])[:80]!r}")
        token = fields.get("access_token")
        if not matches(TOKEN, token):
            # What it answered instead is not told: half an answer may hold a token.
            raise self._upstream.unsettled("answered without a token")
        seconds = optional_count_in(fields, "expires_in")
        life = min(timedelta(seconds=seconds), LONGEST_LIFE) if seconds else TOKEN_LIFE
        self._token_end = self._now() + life - TOKEN_MARGIN
        self._secrets.append(str(token))
        return str(token)

    def _refused(self, reason: str) -> UpstreamError:
        return self._upstream.refused(f"does not know {CLIENT_ID} and {CLIENT_SECRET} ({reason})")
