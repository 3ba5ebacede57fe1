"""Which sources a run asks: by their settings, and by the credentials that there are."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from hotpapers.domain.sources import SOURCES, SourceReport, Status
from hotpapers.environment import Reader
from hotpapers.errors import InvalidInputError
from hotpapers.roster import Sources, credential_names
from hotpapers.settings import CollectorSettings

CREDENTIALS = {
    "/hot-papers/x-bearer-token": "token",
    "/hot-papers/bluesky-handle": "me.example.org",
    "/hot-papers/bluesky-app-password": "password",
    "/hot-papers/reddit-client-id": "id",
    "/hot-papers/reddit-client-secret": "secret",
}


class ParameterStore:
    """Parameter Store with these parameters; `asked` are the names that were asked for."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self.parameters = dict(parameters)
        self.asked: list[list[str]] = []

    def get_parameters(self, Names: list[str], WithDecryption: bool) -> Any:  # noqa: N803
        assert WithDecryption
        self.asked.append(Names)
        found = [name for name in Names if name in self.parameters]
        return {"Parameters": [{"Name": name, "Value": self.parameters[name]} for name in found]}


def sources(store: ParameterStore, **environment: str) -> Sources:
    variables = {"TABLE_NAME": "table", **environment}
    settings = CollectorSettings.from_environment(variables)
    return Sources(settings, Reader(variables), lambda: store)  # type: ignore[arg-type, return-value]


def test_every_source_has_an_adapter() -> None:
    assert credential_names() == {
        "x": ("X_BEARER_TOKEN",),
        "bluesky": ("BLUESKY_HANDLE", "BLUESKY_APP_PASSWORD"),
        "mastodon": (),
        "hackernews": (),
        "reddit": ("REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET"),
        "huggingface": (),
    }


def test_with_every_credential_every_source_is_asked() -> None:
    store = ParameterStore(CREDENTIALS)
    roster = sources(store, SOURCE_SECONDS="30").roster()

    assert [source.name for source in roster.asked] == list(SOURCES)
    assert (roster.lacking, roster.seconds) == ({}, 30.0)
    assert store.asked == [sorted(CREDENTIALS)]


def test_without_credentials_those_that_need_one_are_off() -> None:
    half = {"/hot-papers/reddit-client-id": "id", "/elsewhere/x-bearer-token": "token"}
    roster = sources(ParameterStore(half)).roster()

    assert [source.name for source in roster.asked] == ["mastodon", "hackernews", "huggingface"]
    assert roster.lacking == {
        "x": SourceReport(Status.OFF, "no credential: X_BEARER_TOKEN"),
        "bluesky": SourceReport(Status.OFF, "no credential: BLUESKY_HANDLE, BLUESKY_APP_PASSWORD"),
        "reddit": SourceReport(Status.OFF, "no credential: REDDIT_CLIENT_SECRET"),
    }


def test_a_source_that_is_named_and_lacks_its_credential_has_failed() -> None:
    roster = sources(ParameterStore({}), SOURCES="x,mastodon").roster()

    assert [source.name for source in roster.asked] == ["mastodon"]
    assert roster.lacking == {"x": SourceReport(Status.FAILED, "no credential: X_BEARER_TOKEN")}


def test_a_credential_that_cannot_be_used_is_told_of() -> None:
    roster = sources(
        ParameterStore({**CREDENTIALS, "/hot-papers/x-bearer-token": "schön"})
    ).roster()

    assert roster.lacking == {
        "x": SourceReport(Status.FAILED, "no usable credential: X_BEARER_TOKEN")
    }


class Throttled(ParameterStore):
    """Parameter Store that refuses."""

    def get_parameters(self, Names: list[str], WithDecryption: bool) -> Any:  # noqa: N803, ARG002
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameters")


def test_without_parameter_store_the_sources_that_need_no_credential_are_asked() -> None:
    roster = sources(Throttled(CREDENTIALS)).roster()

    reason = "Parameter Store answered GetParameters with ThrottlingException"
    assert [source.name for source in roster.asked] == ["mastodon", "hackernews", "huggingface"]
    assert roster.lacking == dict.fromkeys(
        ("x", "bluesky", "reddit"), SourceReport(Status.FAILED, reason)
    )


def test_nothing_is_read_where_nothing_is_needed() -> None:
    store = ParameterStore(CREDENTIALS)
    roster = sources(store, SOURCES="huggingface,hackernews").roster()

    # In their own order, not in that of the setting.
    assert [source.name for source in roster.asked] == ["hackernews", "huggingface"]
    assert store.asked == []


def test_the_credentials_lie_where_the_settings_say() -> None:
    store = ParameterStore({"/a/b/x-bearer-token": "token"})
    roster = sources(store, SOURCES="x", CREDENTIALS_PATH="/a/b").roster()

    assert [source.name for source in roster.asked] == ["x"]


def test_a_source_is_kept_until_its_credential_changes() -> None:
    store = ParameterStore(CREDENTIALS)
    made = sources(store)
    first, second = made.roster().asked, made.roster().asked
    assert [a is b for a, b in zip(first, second, strict=True)] == [True] * 6

    store.parameters["/hot-papers/x-bearer-token"] = "another"
    third = made.roster().asked
    assert [a is b for a, b in zip(first, third, strict=True)] == [False, *[True] * 5]


ORIGIN = "must be an origin such as {}, without a path, not 'nowhere'"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("X_URL", "nowhere", ORIGIN.format("https://api.x.com")),
        ("BLUESKY_URL", "nowhere", ORIGIN.format("https://bsky.social")),
        ("HACKERNEWS_URL", "nowhere", ORIGIN.format("https://hn.algolia.com")),
        ("HUGGINGFACE_URL", "nowhere", ORIGIN.format("https://huggingface.co")),
        ("REDDIT_URL", "nowhere", ORIGIN.format("https://oauth.reddit.com")),
        ("REDDIT_AUTH_URL", "nowhere", ORIGIN.format("https://www.reddit.com")),
        ("MASTODON_URL", "https://a.example,nowhere", ORIGIN.format("https://mastodon.social")),
        (
            "X_MAX_POSTS",
            "9",
            "must be a whole number from 10 up, not '9' (10 posts are X's smallest page)",
        ),
    ],
)
def test_a_wrong_setting_of_a_source_is_refused_before_any_event(
    name: str, value: str, reason: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        sources(ParameterStore({}), **{name: value})

    assert (refused.value.field, refused.value.reason) == (name, reason)


def test_settings_of_a_source_that_is_not_chosen_do_not_matter() -> None:
    assert sources(ParameterStore({}), SOURCES="mastodon", X_URL="nowhere").roster().asked
