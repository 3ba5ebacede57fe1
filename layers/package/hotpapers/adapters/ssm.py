"""Secrets, from Systems Manager's Parameter Store."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from hotpapers.adapters.aws import error_code, failures_of
from hotpapers.errors import InvalidInputError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


@failures_of("Parameter Store")
def read_secret(client: "SSMClient", setting: str, parameter_name: str) -> str:
    """The value of a SecureString; `setting` is the setting that names the parameter.

    Raises InvalidInputError where there is no such parameter, or nothing usable in it, StoreError
    where it cannot be read.
    """
    try:
        answer = client.get_parameter(Name=parameter_name, WithDecryption=True)
    except ClientError as error:
        if error_code(error) != "ParameterNotFound":
            raise
        reason = f"there is no parameter {parameter_name!r}; put the credential there"
        raise InvalidInputError(setting, reason) from error
    secret = answer["Parameter"].get("Value", "").strip()
    if not secret or not secret.isascii() or not secret.isprintable():
        raise InvalidInputError(setting, f"the parameter {parameter_name!r} holds no credential")
    return secret
