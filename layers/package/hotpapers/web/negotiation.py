"""What readers tell of themselves in headers: which form they like, and which one they have.

All of it is as RFC 9110 has it (sections 8.8, 12.4, 12.5 and 13.1). What is malformed is left out,
part by part: nothing that a reader sends can fail.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
PARTS = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"?)++', re.DOTALL)
"""The parts of a list: a comma within quotation marks is none between two of them."""
PARAMETERS = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*+"?)++', re.DOTALL)
RANGE = re.compile(rf"({NAME})/({NAME})")
CODING = re.compile(NAME)
WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\U0010ffff]*")')
DATES = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y")
"""The three forms of a date in HTTP: the one that is sent, and two of earlier times."""
DATE = DATES[0]

WHOLE = 1000
"""The weight of what is fully acceptable, in thousandths, of which q has no fractions."""


class MediaRange(NamedTuple):
    """A part of Accept: `text/html`, `text/*` or `*/*`, and how much it is liked."""

    kind: str
    subtype: str
    weight: int

    def fits(self, media_type: str) -> bool:
        """Tell whether a media type is in this range."""
        kind, _, subtype = media_type.partition("/")
        return self.kind in ("*", kind) and self.subtype in ("*", subtype)

    @property
    def specificity(self) -> int:
        """How narrow the range is: the narrowest one that a media type is in decides."""
        return (self.kind != "*") + (self.subtype != "*")


def choose(accept: str | None, offered: Sequence[Sequence[str]]) -> int | None:
    """Which of several forms a reader likes best, each given by its media types; None: none.

    Where no form is liked better than another the first one is taken. A reader who does not say
    (None, or nothing that can be understood) likes them all.
    """
    ranges = list(_media_ranges(accept or ""))
    if not ranges:
        return 0
    weights = [max(_weight(each, ranges) for each in media_types) for media_types in offered]
    best = max(weights)
    return weights.index(best) if best > 0 else None


@dataclass(frozen=True)
class Codings:
    """Which content codings a reader takes: `gzip` as it is liked, and whether it is needed,
    since bytes as they are were ruled out."""

    takes_gzip: bool
    needs_gzip: bool


def read_codings(accept_encoding: str | None) -> Codings:
    """What Accept-Encoding says of gzip.

    It is taken where it is named, or all are, and bytes as they are (`identity`) are not liked
    better. Without the header it is not: whoever can unpack says so.
    """
    weights = dict(_codings(accept_encoding or ""))
    others = weights.get("*")
    gzip = weights.get("gzip", weights.get("x-gzip", others)) or 0
    identity = weights.get("identity", others)
    return Codings(
        takes_gzip=gzip > 0 and (identity is None or gzip >= identity),
        needs_gzip=gzip > 0 and identity == 0,
    )


def has_tag(if_none_match: str, tag: str) -> bool:
    """Tell whether If-None-Match names an entity tag, given with its quotation marks.

    Tags are compared weakly, as the header asks for: `W/` before one says nothing here.
    """
    if if_none_match.strip() == "*":
        return True
    parts = (part.strip(" \t") for part in PARTS.findall(if_none_match))
    return any(match[1] == tag for part in parts if (match := ENTITY_TAG.fullmatch(part)))


def has_since(if_modified_since: str, modified_at: datetime) -> bool:
    """Tell whether what was modified at a time (UTC) is known to a reader by If-Modified-Since.

    Dates in HTTP have no fractions of seconds. What is not such a date says nothing.
    """
    for form in DATES:
        try:
            known = datetime.strptime(if_modified_since.strip(" \t"), form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return modified_at.replace(microsecond=0) <= known
    return False


def write_date(moment: datetime) -> str:
    """A time as HTTP writes it: `Sun, 20 Sep 2020 13:13:43 GMT`."""
    return moment.astimezone(UTC).strftime(DATE)


def _weight(media_type: str, ranges: Sequence[MediaRange]) -> int:
    fitting = [each for each in ranges if each.fits(media_type)]
    narrowest = max((each.specificity for each in fitting), default=0)
    return max((each.weight for each in fitting if each.specificity == narrowest), default=0)


def _media_ranges(accept: str) -> Iterator[MediaRange]:
    """The ranges that are understood. Those with parameters of their own are of other things:
    all texts here are in UTF-8, and none has a version."""
    for name, parameters, weight in _weighted(accept):
        match = RANGE.fullmatch(name)
        if match is None or (match[1] == "*" and match[2] != "*"):
            continue
        if all(parameter.startswith("charset=") for parameter in parameters):
            yield MediaRange(match[1], match[2], weight)


def _codings(accept_encoding: str) -> Iterator[tuple[str, int]]:
    for name, _, weight in _weighted(accept_encoding):
        if CODING.fullmatch(name):
            yield name, weight


def _weighted(header: str) -> Iterator[tuple[str, Sequence[str], int]]:
    """The parts of a list with their parameters and weights, in lower case.

    None of those whose weight is malformed.
    """
    for part in PARTS.findall(header.lower()):
        name, *parameters = [each.strip(" \t") for each in PARAMETERS.findall(part)] or [""]
        weight, others = "1", []
        for parameter in parameters:
            if parameter.startswith("q="):
                weight = parameter[2:]
                break  # what comes after it were extensions, which no version of HTTP has had
            others.append(parameter)
        if WEIGHT.fullmatch(weight):
            yield name, others, round(float(weight) * WHOLE)
