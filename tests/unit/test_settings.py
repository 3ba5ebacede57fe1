"""The settings of the functions: what they default to, and what is refused by name."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

import pytest

from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.presentation import Presentation
from hotpapers.documents.site import Site
from hotpapers.domain.ranking import WEIGHTS, Rules
from hotpapers.errors import InvalidInputError
from hotpapers.settings import CollectorSettings, PublicationSettings

FROM_ENVIRONMENT: dict[str, Callable[[Mapping[str, str]], object]] = {
    "collector": CollectorSettings.from_environment,
    "publication": PublicationSettings.from_environment,
}
NEEDED = {
    "collector": {"TABLE_NAME": "digests"},
    "publication": {
        "TABLE_NAME": "digests",
        "BUCKET_NAME": "documents",
        "SITE_URL": "https://hot.example",
    },
}


def collector(**environment: str) -> CollectorSettings:
    return CollectorSettings.from_environment({**NEEDED["collector"], **environment})


def front_matter(**environment: str) -> FrontMatter:
    return publication(**environment).presentation.front_matter


def publication(**environment: str) -> PublicationSettings:
    return PublicationSettings.from_environment({**NEEDED["publication"], **environment})


def test_the_collector_needs_only_its_table() -> None:
    assert collector() == CollectorSettings(
        table_name="digests",
        sources=None,
        categories=("cs.*", "stat.ML"),
        rules=Rules(),
        contact="",
        source_seconds=120.0,
        arxiv_url="https://export.arxiv.org",
        arxiv_rss_url="https://rss.arxiv.org",
        arxiv_web_url="https://arxiv.org",
        arxiv_delay_seconds=3.0,
        settling=timedelta(days=1),
        measured=timedelta(days=7),
        credentials_path="/hot-papers",
    )


def test_every_setting_of_the_collector() -> None:
    settings = collector(
        SOURCES="x, hackernews,x",
        CATEGORIES="hep-th, math.NA,cond-mat.*",
        HOT_SCORE="100",
        POST_SCORE="0",
        POSTS_SHOWN="3",
        WEIGHTS="huggingface=7, reddit=0.25,x=0",
        AUTOMATED_ACCOUNTS="bluesky:Bot.example.org,x:12345",
        MOST_PAPERS="20",
        SOURCE_SECONDS="30",
        CONTACT="https://example.org/hot-papers",
        ARXIV_URL="http://127.0.0.1:8080",
        ARXIV_RSS_URL="http://127.0.0.1:8081",
        ARXIV_WEB_URL="http://127.0.0.1:8082",
        ARXIV_DELAY_SECONDS="0.5",
        SETTLING_DAYS="0",
        MEASURED_DAYS="30",
        CREDENTIALS_PATH="/elsewhere/hot",
    )

    assert settings == CollectorSettings(
        table_name="digests",
        sources=("x", "hackernews"),
        categories=("hep-th", "math.NA", "cond-mat.*"),
        rules=Rules(
            hot_score=100,
            post_score=0,
            posts_shown=3,
            weights={
                **WEIGHTS,
                "huggingface": Decimal(7),
                "reddit": Decimal("0.25"),
                "x": Decimal(0),
            },
            automated=frozenset({"bluesky:bot.example.org", "x:12345"}),
            most_papers=20,
        ),
        contact="https://example.org/hot-papers",
        source_seconds=30.0,
        arxiv_url="http://127.0.0.1:8080",
        arxiv_rss_url="http://127.0.0.1:8081",
        arxiv_web_url="http://127.0.0.1:8082",
        arxiv_delay_seconds=0.5,
        settling=timedelta(0),
        measured=timedelta(days=30),
        credentials_path="/elsewhere/hot",
    )


def test_the_renderer_and_the_api_need_table_bucket_and_address() -> None:
    presentation = Presentation(Site("https://hot.example"), FrontMatter())
    assert publication() == PublicationSettings("digests", "documents", presentation)


def test_the_site_s_address_has_no_slash_at_its_end() -> None:
    settings = publication(SITE_URL="https://hot.example/")
    assert settings.presentation.site == Site("https://hot.example")


def test_every_setting_of_the_front_matter() -> None:
    stated = front_matter(
        FRONT_MATTER_TEMPLATE="page",
        FRONT_MATTER_DRAFT="true",
        FRONT_MATTER_CATEGORY="Papers: daily",
        FRONT_MATTER_TAGS="Physics, High Energy ,日本語",
        FRONT_MATTER_SOCIAL_IMAGE="/media/other.png",
    )

    assert stated == FrontMatter(
        template="page",
        draft=True,
        category="Papers: daily",
        tags=("Physics", "High Energy", "日本語"),
        social_image="/media/other.png",
    )


def test_the_settings_and_the_template_have_the_same_defaults() -> None:
    assert front_matter() == FrontMatter()
    assert collector().rules == Rules()


def test_a_setting_that_is_empty_or_blank_counts_as_not_set() -> None:
    names = [
        *("SOURCES", "CATEGORIES", "HOT_SCORE", "POST_SCORE", "POSTS_SHOWN", "CONTACT"),
        *("ARXIV_URL", "ARXIV_DELAY_SECONDS", "CREDENTIALS_PATH", "WEIGHTS"),
    ]

    assert collector(**dict.fromkeys(names, "")) == collector()
    assert collector(**dict.fromkeys(names, " \t\n")) == collector()


def test_white_space_around_a_value_does_not_count() -> None:
    assert collector(HOT_SCORE=" 7\n", ARXIV_URL=" http://a ", SOURCES=" x , x ") == collector(
        HOT_SCORE="7", ARXIV_URL="http://a", SOURCES="x"
    )


def test_what_is_named_twice_counts_once() -> None:
    assert collector(CATEGORIES="cs.*,stat.ML,cs.*").categories == ("cs.*", "stat.ML")
    assert front_matter(FRONT_MATTER_TAGS="a,b,a").tags == ("a", "b")


def test_settings_of_others_do_not_matter() -> None:
    assert collector(BUCKET_NAME="any", PATH="/bin", FRONT_MATTER_DRAFT="maybe") == collector()


@pytest.mark.parametrize(
    ("function", "missing"),
    [(function, name) for function, needed in NEEDED.items() for name in needed],
)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_what_is_needed_is_asked_for_by_name(
    function: str, missing: str, value: str | None
) -> None:
    environment = {name: text for name, text in NEEDED[function].items() if name != missing}
    if value is not None:
        environment[missing] = value

    with pytest.raises(InvalidInputError) as refused:
        FROM_ENVIRONMENT[function](environment)

    assert str(refused.value) == f"{missing}: is not set"


KNOWN = "x, bluesky, mastodon, hackernews, reddit, huggingface"
NO_COUNTS = ["-1", "+1", "1.0", "1e3", "ten", "0x10", "1_000", "1 0", "٣", "1234567890"]
NO_SECONDS = ["-1", "-0.001", "60.1", "3s", "three", "nan", "inf", "-inf", "1e9", "1,5", "0x1"]
NO_ORIGINS = [
    *("export.arxiv.org", "//export.arxiv.org", "ftp://a.example", "file:///etc/passwd", "https:"),
    *(
        "https://",
        "https://:80",
        "https://a.example/path",
        "https://a.example?q",
        "https://a.example#f",
    ),
    *(
        "https://me@a.example",
        "https://me:secret@a.example",
        "https://a.example:0",
        "https://a.example:x",
    ),
    *("https://a.example:65536", "https://a.example:-1", "https://a.example:80:80", "https://[::1"),
    *(
        "https://a b.example",
        "https://a.example\\b",
        "https://a.example\n.example",
        "https://ä.example",
    ),
    *("https://a.example:", "https://a.example, https://b.example", "javascript:alert(1)"),
]
NO_CATEGORIES = [
    *("*", "cs.*,", ",", "cs.LG;stat.ML", "cs.LG stat.ML", "cs.* OR all:x", "68T05", "cs.[A-Z]"),
    *("cs", "stat.ML,everything"),
]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        *(
            (name, value, f"must be a whole number from 0 up, not {value!r}")
            for name in ("HOT_SCORE", "POST_SCORE", "POSTS_SHOWN")
            for value in NO_COUNTS
        ),
        ("MOST_PAPERS", "0", "must be a whole number from 1 up, not '0'"),
        ("WEIGHTS", "x=1,x=2", "a source has two weights"),
        *(
            ("ARXIV_DELAY_SECONDS", value, f"must be a number of seconds, 0 to 60, not {value!r}")
            for value in NO_SECONDS
        ),
        ("SETTLING_DAYS", "8", "must be a whole number from 0 to 7, not '8'"),
        ("SETTLING_DAYS", "-1", "must be a whole number from 0 to 7, not '-1'"),
        ("MEASURED_DAYS", "0", "must be a whole number from 1 to 30, not '0'"),
        ("MEASURED_DAYS", "31", "must be a whole number from 1 to 30, not '31'"),
        ("SOURCE_SECONDS", "601", "must be a number of seconds, 0 to 600, not '601'"),
        *(
            (
                "ARXIV_URL",
                value,
                "must be an origin such as https://export.arxiv.org, without a path, "
                f"not {value!r}",
            )
            for value in NO_ORIGINS
        ),
        ("SOURCES", "lobsters", f"'lobsters' is not one of {KNOWN}"),
        ("SOURCES", "x,", f"'' is not one of {KNOWN}"),
        ("SOURCES", "X", f"'X' is not one of {KNOWN}"),
        *(
            ("WEIGHTS", value, f"{value!r} is not a weight such as huggingface=5 or reddit=0.5")
            for value in ("5", "x", "x=", "x=-1", "x=1e3", "x=0.001", "x=10000", "lobsters=1")
        ),
        *(
            (
                "AUTOMATED_ACCOUNTS",
                value,
                f"{value!r} is not an account such as bluesky:bot.example.org",
            )
            for value in ("bot", "x:", "x: bot", "lobsters:bot", ":bot")
        ),
        *(
            ("CREDENTIALS_PATH", value, f"must be a path such as /hot-papers, not {value!r}")
            for value in ("hot-papers", "/", "/hot-papers/", "/hot papers", "/a//b", "/{x}")
        ),
        ("CONTACT", "a\nX-Evil: b", "must be printable ASCII, it goes into an HTTP header"),
        ("CONTACT", "Gödel", "must be printable ASCII, it goes into an HTTP header"),
        ("CONTACT", "a\x7fb", "must be printable ASCII, it goes into an HTTP header"),
    ],
)
def test_what_the_collector_refuses(name: str, value: str, reason: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        collector(**{name: value})

    assert (refused.value.field, refused.value.reason) == (name, reason)
    assert str(refused.value) == f"{name}: {reason}"


@pytest.mark.parametrize("value", NO_CATEGORIES)
def test_what_is_no_category_is_refused(value: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        collector(CATEGORIES=value)

    assert refused.value.field == "CATEGORIES"
    assert refused.value.reason.endswith(
        "is not a category such as stat.ML, or an archive's categories such as cs.*"
    )


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        (
            "SITE_URL",
            "https://hot.example/path",
            "must be an origin such as https://hot.example.org, without a path, "
            "not 'https://hot.example/path'",
        ),
        ("FRONT_MATTER_DRAFT", "yes", "must be true or false, not 'yes'"),
        ("FRONT_MATTER_DRAFT", "0", "must be true or false, not '0'"),
        ("FRONT_MATTER_TAGS", "a,,b", "'' is not a tag"),
        ("FRONT_MATTER_TAGS", "a,", "'' is not a tag"),
    ],
)
def test_what_the_presentation_refuses(name: str, value: str, reason: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        publication(**{name: value})

    assert (refused.value.field, refused.value.reason) == (name, reason)


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        ("https://export.arxiv.org", "https://export.arxiv.org"),
        ("https://export.arxiv.org/", "https://export.arxiv.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:65535", "http://[::1]:65535"),
        ("https://upstream_1.example", "https://upstream_1.example"),
    ],
)
def test_where_an_upstream_may_live(value: str, origin: str) -> None:
    assert collector(ARXIV_URL=value).arxiv_url == origin


@pytest.mark.parametrize(
    ("value", "seconds"), [("0", 0.0), ("3", 3.0), ("0.25", 0.25), ("60", 60.0)]
)
def test_how_long_arxiv_is_left_alone(value: str, seconds: float) -> None:
    assert collector(ARXIV_DELAY_SECONDS=value).arxiv_delay_seconds == seconds


@pytest.mark.parametrize(
    ("value", "draft"), [("true", True), ("True", True), ("false", False), ("FALSE", False)]
)
def test_whether_a_post_is_a_draft(value: str, draft: bool) -> None:
    assert front_matter(FRONT_MATTER_DRAFT=value).draft is draft
