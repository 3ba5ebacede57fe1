"""The sources of posts that a run can ask, each made by the adapter module of its name."""

import logging
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from hotpapers.adapters.http import Terms
from hotpapers.adapters.pace import Time
from hotpapers.adapters.ssm import parameter_name, read_secrets
from hotpapers.domain.sources import SOURCES, SourceReport, Status
from hotpapers.environment import Reader
from hotpapers.errors import StoreError
from hotpapers.ports import PostSource
from hotpapers.settings import CollectorSettings
from hotpapers.use_cases.measure import Roster

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

logger = logging.getLogger(__name__)

Credentials = Mapping[str, str]


def credential_names() -> Mapping[str, tuple[str, ...]]:
    """The names of the credentials that each source needs, by the source's name."""
    return {name: _adapter(name).CREDENTIALS for name in SOURCES}


class Sources:
    """The sources that the settings choose.

    A source is kept for as long as its credentials stay the same, with the session that it may
    have opened; credentials are read anew for each run, since they get replaced.
    """

    def __init__(
        self,
        settings: CollectorSettings,
        read: Reader,
        secrets: "Callable[[], SSMClient]",
        clock: Time | None = None,
    ) -> None:
        """Read the sources' own settings; raises InvalidInputError, naming the variable."""
        self._settings = settings
        self._secrets = secrets
        self._terms = Terms(settings.contact, settings.source_seconds, clock or Time())
        chosen = settings.sources or tuple(SOURCES)
        self._adapters = {name: _adapter(name) for name in SOURCES if name in chosen}
        self._makers = {name: each.prepare(read) for name, each in self._adapters.items()}
        self._made: dict[str, tuple[Credentials, PostSource]] = {}

    def roster(self) -> Roster:
        """The sources of a run, with their credentials as they are now.

        Where these cannot be read, the sources that need one have failed, and the others can be
        asked.
        """
        held, failure = self._held()
        asked, lacking = [], {}
        for name, adapter in self._adapters.items():
            if all(held.get(credential) for credential in adapter.CREDENTIALS):
                asked.append(self._source(name, {each: held[each] for each in adapter.CREDENTIALS}))
            else:
                lacking[name] = self._lack(adapter.CREDENTIALS, held, failure)
        return Roster(asked, lacking, self._settings.source_seconds)

    def _lack(self, needed: Sequence[str], held: Credentials, failure: str) -> SourceReport:
        """What is said of a source whose credentials are not all there."""
        if failure:
            return SourceReport(Status.FAILED, failure)
        unusable = [name for name in needed if held.get(name) == ""]
        if unusable:
            return SourceReport(Status.FAILED, f"no usable credential: {', '.join(unusable)}")
        missing = ", ".join(name for name in needed if name not in held)
        status = Status.OFF if self._settings.sources is None else Status.FAILED
        return SourceReport(status, f"no credential: {missing}")

    def _source(self, name: str, credentials: Credentials) -> PostSource:
        made = self._made.get(name)
        if made is None or made[0] != credentials:
            made = (credentials, self._makers[name](credentials, self._terms))
            self._made[name] = made
        return made[1]

    def _held(self) -> tuple[Credentials, str]:
        """The credentials that there are, by their names, and why there may be more."""
        places = {
            parameter_name(self._settings.credentials_path, credential): credential
            for adapter in self._adapters.values()
            for credential in adapter.CREDENTIALS
        }
        try:
            found = read_secrets(self._secrets(), places.keys()) if places else {}
        except StoreError as error:
            logger.warning("credentials cannot be read", extra={"reason": str(error)})
            return {}, str(error)
        return {places[name]: secret for name, secret in found.items()}, ""


def _adapter(name: str) -> Any:
    """A source's module: `CREDENTIALS`, and `prepare`, which reads its settings."""
    return import_module(f"hotpapers.adapters.{name}")
