"""Reading environment variables, one at a time. What is wrong is refused at once, by name."""

import re
from collections.abc import Callable, Mapping
from math import isfinite

from hotpapers.errors import InvalidInputError

ORIGIN = re.compile(
    r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?/*",
    re.ASCII | re.IGNORECASE,
)


class Reader:
    """Reads one variable at a time; an empty one counts as not set.

    Every method raises InvalidInputError, naming the variable.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, default: str | None = None) -> str:
        value = self._environment.get(name, "").strip() or default
        if value is None:
            raise InvalidInputError(name, "is not set")
        return value

    def header(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not (value.isascii() and value.isprintable()) and value:
            raise InvalidInputError(name, "must be printable ASCII, it goes into an HTTP header")
        return value

    def truth(self, name: str, default: str) -> bool:
        value = self.text(name, default).lower()
        if value not in ("true", "false"):
            raise InvalidInputError(name, f"must be true or false, not {value!r}")
        return value == "true"

    def count(self, name: str, default: int, least: int = 0, most: int | None = None) -> int:
        value = self.text(name, str(default))
        is_number = re.fullmatch(r"\d{1,9}", value, re.ASCII) is not None
        if not is_number or int(value) < least or (most is not None and int(value) > most):
            end = "up" if most is None else f"to {most}"
            reason = f"must be a whole number from {least} {end}, not {value!r}"
            raise InvalidInputError(name, reason)
        return int(value)

    def seconds(self, name: str, default: float, most: int = 60) -> float:
        value = self.text(name, str(default))
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1.0
        if not (isfinite(seconds) and 0 <= seconds <= most):
            reason = f"must be a number of seconds, 0 to {most}, not {value!r}"
            raise InvalidInputError(name, reason)
        return seconds

    def origin(self, name: str, default: str | None = None) -> str:
        return _origin(name, self.text(name, default), default or "https://hot.example.org")

    def origins(self, name: str, default: str) -> tuple[str, ...]:
        """Several origins, with commas between them, each once."""
        example = default.partition(",")[0]
        entries = self.text(name, default).split(",")
        return tuple(dict.fromkeys(_origin(name, entry.strip(), example) for entry in entries))

    def names(
        self, name: str, default: str, is_valid: Callable[[str], object], expected: str
    ) -> tuple[str, ...]:
        text = self.text(name, default)
        entries = [entry.strip() for entry in text.split(",")] if text else []
        for entry in entries:
            if not is_valid(entry):
                raise InvalidInputError(name, f"{entry!r} is not {expected}")
        return tuple(dict.fromkeys(entries))


def _origin(name: str, value: str, example: str) -> str:
    match = ORIGIN.fullmatch(value)
    if not match or not 1 <= int(match["port"] or 1) <= 65535:
        reason = f"must be an origin such as {example}, without a path, not {value!r}"
        raise InvalidInputError(name, reason)
    return value.rstrip("/")
