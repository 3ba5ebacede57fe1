"""What the local commands make of their variables: DATE, AT, SAMPLE, PORT, settings, secrets."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.calendar import announced_at, is_listing_date
from hotpapers.errors import InvalidInputError, UpstreamError
from hotpapers.events import read_collection_order
from hotpapers.roster import credential_names
from hotpapers.use_cases.collect import CollectionOrder
from local.digest import SETTINGS, check_settings, day_made, read_credentials, read_order
from local.samples import read_sample
from local.serve import read_port
from tests.properties import examples

NOW = datetime(2020, 9, 20, 13, 13, 43, 999999, tzinfo=UTC)
DAY = date(2020, 9, 18)


@pytest.mark.parametrize(
    ("environment", "event"),
    [
        ({}, {"time": "2020-09-20T13:13:43Z"}),
        ({"DATE": "", "AT": "  "}, {"time": "2020-09-20T13:13:43Z"}),
        ({"DATE": "2020-09-18"}, {"date": "2020-09-18", "time": "2020-09-20T13:13:43Z"}),
        ({"DATE": " 2020-09-18\n"}, {"date": "2020-09-18", "time": "2020-09-20T13:13:43Z"}),
        (
            {"DATE": "2020-09-18", "AT": "2020-09-19T00:00:00Z"},
            {"date": "2020-09-18", "time": "2020-09-19T00:00:00Z"},
        ),
        ({"AT": "2020-09-19T09:00:00+09:00"}, {"time": "2020-09-19T00:00:00Z"}),
        ({"AT": "2020-09-19T00:00:00.5Z"}, {"time": "2020-09-19T00:00:00Z"}),
        # A day long past is measured now as well
        ({"DATE": "2020-01-10"}, {"date": "2020-01-10", "time": "2020-09-20T13:13:43Z"}),
        (
            {"DATE": "2020-06-10", "AT": "2020-06-12T08:00:00Z"},
            {"date": "2020-06-10", "time": "2020-06-12T08:00:00Z"},
        ),
        # The moment of the announcement is early enough
        (
            {"DATE": "2020-09-18", "AT": "2020-09-18T00:00:00Z"},
            {"date": "2020-09-18", "time": "2020-09-18T00:00:00Z"},
        ),
        # The other variables are none of its business
        ({"OUT": "x", "HOT_SCORE": "y"}, {"time": "2020-09-20T13:13:43Z"}),
    ],
)
def test_the_event_for_date_and_at(environment: dict[str, str], event: dict[str, str]) -> None:
    assert read_order(environment, NOW) == event


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"DATE": "yesterday"}, "DATE: must be a date such as 2020-09-18, not 'yesterday'"),
        ({"DATE": "20200918"}, "DATE: must be a date such as 2020-09-18, not '20200918'"),
        (
            {"DATE": "2020-09-19"},
            "DATE: 2020-09-19 is a Saturday; arXiv lists papers on weekdays only",
        ),
        (
            {"DATE": "2020-09-20"},
            "DATE: 2020-09-20 is a Sunday; arXiv lists papers on weekdays only",
        ),
        ({"DATE": "0001-01-01"}, "DATE: must be in the years 1991 to 9998"),
        ({"DATE": "9999-12-31"}, "DATE: must be in the years 1991 to 9998"),
        (
            {"DATE": "2020-09-21"},
            "DATE: the papers of 2020-09-21 are announced at 2020-09-21T00:00:00Z, not before",
        ),
        (
            {"DATE": "2020-09-18", "AT": "2020-09-17T23:59:59Z"},
            "AT: the papers of 2020-09-18 are announced at 2020-09-18T00:00:00Z, not before",
        ),
        (
            {"AT": "2020-09-20"},
            "AT: must be a time with its offset, such as 2020-09-20T13:13:43Z, not '2020-09-20'",
        ),
        (
            {"DATE": "2020-09-18", "AT": "noon"},
            "AT: must be a time with its offset, such as 2020-09-20T13:13:43Z, not 'noon'",
        ),
        ({"AT": "1990-12-31T00:00:00Z"}, "AT: must be in the years 1991 to 9998"),
    ],
)
def test_variables_that_make_no_sense_are_refused_by_name(
    environment: dict[str, str], message: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_order(environment, NOW)

    assert str(refused.value) == message


LISTING_DATES = st.dates(date(1991, 1, 1), date(2020, 9, 18)).filter(is_listing_date)


@settings(max_examples=examples(100), deadline=None)
@given(LISTING_DATES)
def test_what_is_ordered_is_an_order_that_the_collector_takes(day: date) -> None:
    event = read_order({"DATE": day.isoformat()}, NOW)

    order = read_collection_order(event)
    assert order == CollectionOrder(NOW.replace(microsecond=0), day)
    assert announced_at(day) <= order.time


# What a run answers


def summary(*listings: dict[str, str], date: str | None = None) -> dict[str, object]:
    """A run's answer, with a digest of a date or with none."""
    return {"date": date, "listings": listings, "digests": [{"date": date}] if date else []}


def test_the_digest_that_was_made_is_the_newest() -> None:
    fresh = {"date": "2020-09-18", "state": "fresh"}
    assert day_made(summary(fresh, date="2020-09-18")) == "2020-09-18"


@pytest.mark.parametrize(
    ("listings", "reason"),
    [
        (
            [{"date": "2020-09-21", "state": "waiting", "why": "arXiv has not announced it"}],
            "the listing of 2020-09-21 is waiting: arXiv has not announced it",
        ),
        ([{"date": "2020-09-21", "state": "fresh"}], "has announced nothing that is due"),
        ([], "has announced nothing that is due"),
    ],
)
def test_why_no_digest_was_made_is_told(listings: list[dict[str, str]], reason: str) -> None:
    with pytest.raises(UpstreamError) as failed:
        day_made(summary(*listings))

    assert str(failed.value) == f"arXiv: {reason}"


# The settings


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        ({}, ()),
        ({"HOT_SCORE": "10", "ARXIV_URL": "http://127.0.0.1:9", "FRONT_MATTER_TAGS": "a"}, ()),
        ({"SOURCES": "x"}, ("x",)),
        ({"SOURCES": "x,mastodon", "MASTODON_URL": "https://a.example"}, ("x", "mastodon")),
    ],
)
def test_good_settings_pass(environment: dict[str, str], chosen: tuple[str, ...]) -> None:
    assert check_settings(environment) == chosen


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ARXIV_DELAY_SECONDS", "soon"),
        ("ARXIV_RSS_URL", "rss.arxiv.org"),
        ("ARXIV_URL", "export.arxiv.org"),
        ("ARXIV_WEB_URL", "https://arxiv.org/list"),
        ("AUTOMATED_ACCOUNTS", "somebody"),
        ("BLUESKY_URL", "bsky.social"),
        ("CATEGORIES", "everything"),
        ("CONTACT", "\n\x00"),
        ("FRONT_MATTER_DRAFT", "maybe"),
        ("FRONT_MATTER_TAGS", ","),
        ("HACKERNEWS_URL", "https://hn.algolia.com/api"),
        ("HOT_SCORE", "many"),
        ("HUGGINGFACE_URL", "huggingface"),
        ("MASTODON_TAGS", "#arxiv"),
        ("MASTODON_URL", "https://mastodon.social, mastodon"),
        ("MEASURED_DAYS", "0"),
        ("MOST_PAPERS", "few"),
        ("POSTS_SHOWN", "all"),
        ("POST_SCORE", "-1"),
        ("REDDIT_AUTH_URL", "https://"),
        ("REDDIT_URL", "reddit"),
        ("SETTLING_DAYS", "8"),
        ("SOURCES", "y"),
        ("SOURCE_SECONDS", "-1"),
        ("WEIGHTS", "x"),
        ("X_MAX_POSTS", "9"),
        ("X_URL", "https://api.x.com/2"),
    ],
)
def test_a_bad_setting_is_refused_before_anything_is_asked(name: str, value: str) -> None:
    assert name in SETTINGS
    with pytest.raises(InvalidInputError) as refused:
        check_settings({name: value})

    assert refused.value.field == name


# The credentials

EVERYTHING = {
    "X_BEARER_TOKEN": "AAAA%2Fb-c_d.e~f+g=",
    "BLUESKY_HANDLE": "somebody.bsky.social",
    "BLUESKY_APP_PASSWORD": "abcd-efgh-ijkl-mnop",
    "REDDIT_CLIENT_ID": "id",
    "REDDIT_CLIENT_SECRET": "x" * 4096,
}


def test_the_credentials_are_taken_by_their_names() -> None:
    environment = {name: f" {secret}\n" for name, secret in EVERYTHING.items()}

    assert read_credentials(environment | {"OUT": "out"}, ["x", "reddit"]) == EVERYTHING
    assert {name for names in credential_names().values() for name in names} == set(EVERYTHING)


def test_a_source_that_nobody_names_needs_no_credentials() -> None:
    assert read_credentials({}, ()) == dict.fromkeys(EVERYTHING, "")
    assert read_credentials({"BLUESKY_HANDLE": "a.b", "REDDIT_CLIENT_ID": " "}, ["mastodon"]) == {
        **dict.fromkeys(EVERYTHING, ""),
        "BLUESKY_HANDLE": "a.b",
    }


@pytest.mark.parametrize("missing", EVERYTHING)
@pytest.mark.parametrize("nothing", ["", " \n"])
def test_a_source_that_is_named_needs_its_credentials(missing: str, nothing: str) -> None:
    environment = EVERYTHING | {missing: nothing}

    with pytest.raises(InvalidInputError) as refused:
        read_credentials(environment, ["x", "bluesky", "reddit"])

    source = missing.partition("_")[0].lower()
    assert str(refused.value) == f"{missing}: is not set; SOURCES names {source}"


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize("secret", ["secret token", "secret\r\nX-Evil: y", "sécret", "x" * 4097])
def test_a_credential_is_refused_without_being_told(name: str, secret: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_credentials({name: secret}, ())

    reason = "must be printable ASCII without spaces, at most 4,096 characters"
    assert str(refused.value) == f"{name}: {reason}"


# The sample


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "seed"),
        ({"SAMPLE": " "}, "seed"),
        ({"SAMPLE": "seed"}, "seed"),
        ({"SAMPLE": " sources\n"}, "sources"),
    ],
)
def test_the_sample_to_show(environment: dict[str, str], name: str) -> None:
    assert read_sample(environment) == name


@pytest.mark.parametrize("text", ["other", "Sources", "seed,sources", "x" * 1000])
def test_an_unknown_sample_is_refused_and_the_choices_are_told(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_sample({"SAMPLE": text})

    assert str(refused.value) == f"SAMPLE: must be seed or sources, not {text[:80]!r}"


# The port


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("", 8000),
        ("  ", 8000),
        ("8000", 8000),
        (" 80\n", 80),
        ("0", 0),
        ("65535", 65535),
        ("08080", 8080),
    ],
)
def test_the_port_to_listen_on(text: str, port: int) -> None:
    assert read_port(text) == port


@pytest.mark.parametrize(
    "text", ["65536", "99999", "100000", "-1", "+1", "80.0", "0x50", "http", "80 81", "٨٠", "8_0"]
)
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_port(text)

    assert str(refused.value) == f"PORT: must be a number from 0 to 65535, not {text!r}"
