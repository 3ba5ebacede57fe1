"""Times and numbers as people read them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from hotpapers.documents.counts import UNKNOWN, decimal_text
from hotpapers.documents.digest_json import write_time
from hotpapers.documents.html_text import html_text
from hotpapers.documents.pages.html import Html


def number(value: Decimal | int | None) -> str:
    """The number with commas between thousands: 1,234.5. None is a number that is not known."""
    if value is None:
        return UNKNOWN
    whole, point, rest = decimal_text(Decimal(value)).partition(".")
    return f"{int(whole):,}{point}{rest}"


def plural(count: int, unit: str) -> str:
    """A number with its unit, which is given as a plural: `1 paper`, `1,234 papers`."""
    return f"{count:,} {unit if count != 1 else unit.removesuffix('s')}"


def enumeration(parts: Sequence[str], word: str = "and") -> str:
    """Parts as a sentence lists them: `a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def sentence(text: str) -> str:
    """A reason as a sentence of its own: `no run has looked for it` begins with a capital letter.

    What begins with a name that has none, arXiv's, stays as it is.
    """
    line = text.strip()
    if not line.startswith("arXiv"):
        line = line[:1].upper() + line[1:]
    return line if not line or line.endswith((".", "!", "?")) else f"{line}."


def day_text(day: date) -> str:
    """18 September 2020."""
    return f"{day.day} {day:%B} {day.year}"


def long_day_text(day: date) -> str:
    """Friday, 18 September 2020."""
    return f"{day:%A}, {day_text(day)}"


def short_day_text(day: date) -> str:
    """Fri 18 Sep: where the year is known."""
    return f"{day:%a} {day.day} {day:%b}"


def abbreviated_day_text(day: date) -> str:
    """18 Sep 2020."""
    return f"{day.day} {day:%b} {day.year}"


def moment_text(moment: datetime) -> str:
    """20 September 2020, 13:13 UTC."""
    utc = moment.astimezone(UTC)
    return f"{day_text(utc.date())}, {utc:%H:%M} UTC"


def short_moment_text(moment: datetime) -> str:
    """20 Sep 2020, 13:13."""
    utc = moment.astimezone(UTC)
    return f"{abbreviated_day_text(utc.date())}, {utc:%H:%M}"


def day_html(day: date, text: str = "") -> Html:
    """The day for people and machines; `text` is how it is written, if not in full."""
    return Html(f'<time datetime="{day}">{html_text(text or day_text(day))}</time>')


def moment_html(moment: datetime, text: str = "") -> Html:
    """The moment for people and machines; `text` is how it is written, if not in full."""
    shown = html_text(text or moment_text(moment))
    # HTML takes three digits of a fraction at most; nothing here is measured to less than a second.
    machine = write_time(moment.replace(microsecond=0))
    return Html(f'<time datetime="{machine}">{shown}</time>')
