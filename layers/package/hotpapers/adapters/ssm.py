"""Secrets, from Systems Manager's Parameter Store."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from hotpapers.adapters.aws import failures_of

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

MOST_NAMES = 10
"""How many parameters can be asked for at once."""


@failures_of("Parameter Store")
def read_secrets(client: "SSMClient", parameters: Collection[str]) -> Mapping[str, str]:
    """The values of those SecureStrings that there are, by their full names.

    One that holds what no credential can be made of is empty. Raises StoreError where they cannot
    be read.
    """
    names, secrets = sorted(parameters), dict[str, str]()
    for start in range(0, len(names), MOST_NAMES):
        answer = client.get_parameters(Names=names[start : start + MOST_NAMES], WithDecryption=True)
        for parameter in answer["Parameters"]:
            secret = parameter.get("Value", "").strip()
            is_usable = secret.isascii() and secret.isprintable()
            secrets[parameter.get("Name", "")] = secret if is_usable else ""
    return secrets


def parameter_name(path: str, credential: str) -> str:
    """Where a credential lies: `X_BEARER_TOKEN` is `/hot-papers/x-bearer-token`."""
    return f"{path}/{credential.lower().replace('_', '-')}"
