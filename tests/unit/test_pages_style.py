"""The stylesheet: what is to be read can be, in light and in dark, and nothing is loaded."""

import re

import pytest

from hotpapers.documents.pages.design import stylesheet
from hotpapers.domain.sources import SOURCES

STYLE = stylesheet()[1].decode()
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]
)
TEXT, GRAPHICS = 4.5, 3.0
"""The least contrasts of WCAG 2.2 at level AA (1.4.3 and 1.4.11)."""
READ = ("ink", "soft", "heat")
SHADES = {1: "ink", 2: "on-heat-2", 3: "on-heat-3", 4: "on-heat", 5: "on-heat"}
"""What a day's number is written in, by its shade in the calendar."""


def luminance(colour: str) -> float:
    """How bright a colour is (WCAG 2.2, relative luminance)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(colours: dict[str, str]) -> None:
    weak = [name for name in READ if contrast(colours[name], colours["paper"]) < TEXT]
    weak += [
        f"shade {shade}"
        for shade, ink in SHADES.items()
        if contrast(colours[ink], colours[f"heat-{shade}"]) < TEXT
    ]

    assert weak == []


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_source_can_be_seen(colours: dict[str, str]) -> None:
    weak = [name for name in SOURCES if contrast(colours[name], colours["paper"]) < GRAPHICS]

    assert weak == []


def test_every_source_has_a_colour_of_its_own() -> None:
    for colours in (LIGHT, DARK):
        assert len({colours[name] for name in SOURCES}) == len(SOURCES)
    assert [name for name in SOURCES if f".source-{name} {{" not in STYLE] == []


def test_every_colour_that_is_used_is_there() -> None:
    used = set(re.findall(r"var\(--([\w-]+)\)", STYLE))
    there = set(re.findall(r"--([\w-]+):", STYLE))

    assert used - there == set()


def test_motion_light_and_print_are_what_readers_want() -> None:
    asked = re.findall(r"@media ([^{]+) \{", STYLE)

    assert {
        "(prefers-color-scheme: dark)",
        "(prefers-reduced-motion: no-preference)",
        "print",
        "(forced-colors: active)",
    } <= set(asked)
    assert "animation" not in STYLE


def test_nothing_is_loaded() -> None:
    assert re.findall(r"url\(|@import|@font-face", STYLE) == []
