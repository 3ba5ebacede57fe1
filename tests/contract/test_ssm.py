"""The credential in Parameter Store."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from hotpapers.adapters.ssm import read_secret
from hotpapers.errors import InvalidInputError, StoreError
from tests.aws import Meddler

NAME = "/hot-papers/x-bearer-token"


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("ssm")


def keep(client: Any, value: str) -> None:
    client.put_parameter(Name=NAME, Value=value, Type="SecureString")


@pytest.mark.parametrize("stored", ["AAAA%3Dsecret", "  AAAA%3Dsecret\n"])
def test_the_credential_is_read_in_the_clear(client: Any, stored: str) -> None:
    keep(client, stored)
    assert read_secret(client, "X_TOKEN_PARAMETER", NAME) == "AAAA%3Dsecret"


def test_a_parameter_that_is_not_there_is_refused_by_the_settings_name(client: Any) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_secret(client, "X_TOKEN_PARAMETER", NAME)
    assert str(caught.value) == (
        f"X_TOKEN_PARAMETER: there is no parameter {NAME!r}; put the credential there"
    )


@pytest.mark.parametrize("stored", [" ", "\n", "two\nlines", "tab\there", "schön", "nul\0"])
def test_what_is_no_credential_is_refused_without_being_told(client: Any, stored: str) -> None:
    keep(client, stored)
    with pytest.raises(InvalidInputError) as caught:
        read_secret(client, "X_TOKEN_PARAMETER", NAME)
    assert str(caught.value) == (f"X_TOKEN_PARAMETER: the parameter {NAME!r} holds no credential")


def test_another_failure_is_told(client: Any) -> None:
    error = ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetParameter")

    def fail(**_: Any) -> None:
        raise error

    said = "Parameter Store answered GetParameter with AccessDeniedException"
    with pytest.raises(StoreError, match=said) as caught:
        read_secret(Meddler(client, get_parameter=[fail]), "X_TOKEN_PARAMETER", NAME)  # type: ignore[arg-type]
    assert caught.value.__cause__ is error
