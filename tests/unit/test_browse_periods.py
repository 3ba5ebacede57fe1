"""Reading roundups: as data, pages and posts, and why there is none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.pages.roundup_page import write_roundup_page
from hotpapers.documents.presentation import Presentation
from hotpapers.documents.roundup_json import write_roundup
from hotpapers.documents.roundup_post import write_roundup_post
from hotpapers.documents.site import Site
from hotpapers.domain.digest import Digest
from hotpapers.domain.packing import Packed, pack
from hotpapers.domain.page import Page
from hotpapers.domain.roundup import Period, Roundup, make_roundup
from hotpapers.use_cases.browse import Archive
from hotpapers.use_cases.browse_periods import (
    find_roundup,
    offer_roundup,
    offer_roundup_page,
    offer_roundup_post,
    why_no_roundup,
)
from hotpapers.use_cases.offers import Missing, Offer
from tests.fakes import MemoryPages
from tests.periods import (
    FRIDAY,
    MONDAY,
    MONTH,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    day_of,
    final,
    measured_again,
    quiet,
)
from tests.reading import (
    content,
    file_digests,
    make_archive,
    offered,
    rendered_archive,
    renderer_of,
    without_pages,
)
from tests.rendering import SITE

WHOLE_WEEK = [
    final(MONDAY, day_of(MONDAY, a=60, b=50)),
    *map(final, WEEK.listing_dates[1:4]),
    quiet(FRIDAY),
]
PRESENTATION = Presentation(SITE, FrontMatter())


def test_a_roundup_is_found_by_its_period() -> None:
    archive = make_archive()
    archive.roundups.save(WEEK.name, "05/a", b"{}")
    assert find_roundup(WEEK, archive) == ("05/a", pack(b"{}"))
    missing = Missing("there is no roundup of 2020-09: there is no digest yet")
    assert find_roundup(MONTH, archive) == missing
    assert offer_roundup(MONTH, archive) == missing
    assert offer_roundup_page(MONTH, archive, SITE) == missing
    assert offer_roundup_post(MONTH, archive, PRESENTATION) == missing


@pytest.mark.parametrize(
    ("digests", "period", "why"),
    [
        ([], WEEK, "there is no digest yet"),
        ([final(date(2020, 9, 21))], WEEK, "the archive begins on 2020-09-21"),
        (
            [*WHOLE_WEEK[:3], replace(final(THURSDAY), final=False), WHOLE_WEEK[4]],
            WEEK,
            "it is not complete yet, for the digest of 2020-09-17 is not final",
        ),
        (
            [final(WEDNESDAY)],
            WEEK,
            "it is not complete yet, for the digest of 2020-09-17 is not final, and 1 more is not",
        ),
        (
            [final(MONDAY)],
            MONTH,
            "it is not complete yet, for the digest of 2020-09-15 is not final, "
            "and 11 more are not",
        ),
        (WHOLE_WEEK, WEEK, "it is complete, and being made"),
        (WHOLE_WEEK[2:], WEEK, "it is complete, and being made"),
    ],
)
def test_it_is_said_why_there_is_no_roundup(
    digests: list[Digest], period: Period, why: str
) -> None:
    assert why_no_roundup(period, make_archive(*digests)) == Missing(
        f"there is no roundup of {period.name}: {why}"
    )


# Offers

Form = Callable[[Archive], Offer | Missing]
FORMS: dict[str, Form] = {
    "JSON": lambda archive: offer_roundup(WEEK, archive),
    "page": lambda archive: offer_roundup_page(WEEK, archive, SITE),
    "post": lambda archive: offer_roundup_post(WEEK, archive, PRESENTATION),
}
WRITERS: dict[str, Callable[[Roundup], bytes]] = {
    "JSON": write_roundup,
    "page": lambda roundup: write_roundup_page(roundup, SITE),
    "post": lambda roundup: write_roundup_post(roundup, FrontMatter()),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_roundup_is_offered_in_each_form(form: str) -> None:
    offer = offered(FORMS[form](rendered_archive(*WHOLE_WEEK)))
    assert content(offer) == WRITERS[form](make_roundup(WEEK, WHOLE_WEEK))
    # The quiet Friday was found last.
    assert (offer.modified_at, offer.final) == (WHOLE_WEEK[4].collected_at, False)


@pytest.mark.parametrize("form", FORMS)
def test_a_roundup_has_another_name_once_a_day_is_measured_again(form: str) -> None:
    archive = rendered_archive(*WHOLE_WEEK)
    before = offered(FORMS[form](archive))
    again = measured_again(WHOLE_WEEK[0], day_of(MONDAY, a=70))
    file_digests(archive, again)
    assert offered(FORMS[form](archive)).tag == before.tag  # nothing was rendered yet
    renderer_of(archive).render(MONDAY)
    after = offered(FORMS[form](archive))
    assert after.tag != before.tag
    assert content(after) == WRITERS[form](make_roundup(WEEK, [again, *WHOLE_WEEK[1:]]))


def test_the_page_of_a_roundup_is_the_same_made_ahead_or_on_the_spot() -> None:
    archive = rendered_archive(*WHOLE_WEEK)
    ahead = offered(offer_roundup_page(WEEK, archive, SITE))
    on_the_spot = offered(offer_roundup_page(WEEK, without_pages(archive), SITE))
    assert isinstance(ahead.content(), Packed)
    assert isinstance(on_the_spot.content(), bytes)
    assert content(ahead) == content(on_the_spot)
    assert replace(ahead, content=on_the_spot.content) == on_the_spot


def test_a_page_of_other_digests_is_not_served() -> None:
    archive = rendered_archive(*WHOLE_WEEK)
    assert isinstance(archive.pages, MemoryPages)
    page = archive.pages.kept["digests/2020-W38.html"]
    archive.pages.kept["digests/2020-W38.html"] = Page("other", page.modified_at, pack(b"old"))
    offer = offered(offer_roundup_page(WEEK, archive, SITE))
    assert (offer.tag, content(offer)) == (page.made_of, page.content.unpack())


def test_pages_and_posts_have_names_of_their_own_where_they_look_otherwise() -> None:
    archive = rendered_archive(*WHOLE_WEEK)
    elsewhere = offered(offer_roundup_page(WEEK, archive, Site("https://other.example")))
    draft = Presentation(SITE, FrontMatter(draft=True))
    offers = [
        *(offered(form(archive)) for form in FORMS.values()),
        elsewhere,
        offered(offer_roundup_post(WEEK, archive, draft)),
    ]
    assert len({offer.tag for offer in offers}) == len({content(offer) for offer in offers}) == 5


def test_a_week_without_any_announcement_has_a_roundup_too_but_no_post() -> None:
    days = [quiet(day) for day in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)]
    archive = rendered_archive(*days)
    for form in ("JSON", "page"):
        assert content(FORMS[form](archive)) == WRITERS[form](make_roundup(WEEK, days))
    assert FORMS["post"](archive) == Missing(
        "there is no post of 2020-W38: arXiv announced nothing"
    )
