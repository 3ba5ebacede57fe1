"""Which address a path is: each its own, whatever is in its segments, and nothing else."""

import re
from string import ascii_letters

from hypothesis import given
from hypothesis import strategies as st

from hotpapers.web.operations import PLACEHOLDER
from hotpapers.web.routes import ROUTES, Route, find_route

SEGMENTS = st.text(alphabet=ascii_letters + "0123456789-_~%é ", min_size=1, max_size=8)


def found(path: str) -> tuple[str, dict[str, str]] | None:
    """The address that a path leads to, and its segments."""
    leading = find_route(path)
    return leading and (leading[0].address, dict(leading[1]))


@given(route=st.sampled_from(ROUTES), data=st.data())
def test_a_path_leads_to_its_address_with_its_segments(route: Route, data: st.DataObject) -> None:
    address = route.address
    segments = {name: data.draw(SEGMENTS) for name in PLACEHOLDER.findall(address)}
    path = PLACEHOLDER.sub(lambda match: segments[match[1]], address)

    assert found(path) == (address, segments)


def test_forms_are_in_the_address_or_in_its_last_segment() -> None:
    assert [found(path) for path in ("/feeds.json", "/search.html", "/papers/2009.08319.md")] == [
        ("/feeds.json", {}),
        ("/search.html", {}),
        ("/papers/{paper}", {"paper": "2009.08319.md"}),
    ]
    assert found("/papers/math/0309136") == (
        "/papers/{archive}/{number}",
        {"archive": "math", "number": "0309136"},
    )


def test_nothing_else_leads_anywhere() -> None:
    paths = (
        *("", "//", "/digest", "/digests/", "/digests//papers", "/digests/a/b", "/DIGESTS"),
        *(
            "/digests\n",
            "/digests/latest\n",
            "/feedsxjson",
            "/search.pdf",
            '/papers/"',
            "/papers/#",
        ),
        *("/papers/a\x00", "/papers/a\\b", "/papers/a?b"),
    )

    assert {path: found(path) for path in paths} == dict.fromkeys(paths)


def test_no_two_addresses_are_the_same_but_for_the_names_of_their_segments() -> None:
    plain = [re.sub(r"\{\w+\}", "{}", route.address) for route in ROUTES]

    assert len(set(plain)) == len(plain)
