"""Everything that this system itself reports as wrong.

    HotPapersError
    ├── InvalidInputError       an event, a setting or a parameter is refused; names the field
    ├── UpstreamError           a service that we ask cannot be asked, or answers nonsense
    │   ├── UnsettledError      … for the moment: the same question may be answered later
    │   └── EnoughError         … has told what it will, up to a limit of ours, say
    ├── StoreError              the table, the bucket or the credentials' store cannot be used
    │   └── ReplacedError       … has something newer than what was to be read
    └── OutdatedError           a reader wants to go on in what has been measured again since

Whoever catches one of these can tell the reader in one line what failed: that is its text.
"""


class HotPapersError(Exception):
    """The root of this system's own errors."""


class InvalidInputError(HotPapersError):
    """An event, a setting or a parameter is not what it has to be."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class UpstreamError(HotPapersError):
    """An upstream service failed for good, as far as this run is concerned."""

    def __init__(self, upstream: str, reason: str) -> None:
        super().__init__(f"{upstream}: {reason}")
        self.upstream = upstream
        self.reason = reason


class UnsettledError(UpstreamError):
    """An upstream service failed in a way that may pass.

    `retry_after` is the number of seconds that the service asked to be left alone, if it did.
    """

    def __init__(self, upstream: str, reason: str, retry_after: float | None = None) -> None:
        super().__init__(upstream, reason)
        self.retry_after = retry_after


class EnoughError(UpstreamError):
    """An upstream service has told what it will: asking again would not tell more."""


class StoreError(HotPapersError):
    """A store of ours cannot be reached, or cannot take, or does not hold, what it should."""


class ReplacedError(StoreError):
    """What was to be read has been replaced by something newer in the meantime."""


class OutdatedError(HotPapersError):
    """Where to go on reading was told for numbers that have been measured again since."""
