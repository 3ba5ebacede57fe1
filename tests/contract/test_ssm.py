"""The credentials in Parameter Store."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from hotpapers.adapters.ssm import parameter_name, read_secrets
from hotpapers.errors import StoreError
from tests.aws import Meddler

TOKEN = "/hot-papers/x-bearer-token"
HANDLE = "/hot-papers/bluesky-handle"


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("ssm")


def keep(client: Any, name: str, value: str) -> None:
    client.put_parameter(Name=name, Value=value, Type="SecureString")


def test_where_a_credential_lies() -> None:
    assert parameter_name("/hot-papers", "BLUESKY_APP_PASSWORD") == (
        "/hot-papers/bluesky-app-password"
    )


def test_the_credentials_that_there_are_come_in_the_clear(client: Any) -> None:
    keep(client, TOKEN, "  AAAA%3Dsecret\n")
    keep(client, HANDLE, "me.example.org")
    keep(client, "/hot-papers/other", "not asked for")

    found = read_secrets(client, [HANDLE, TOKEN, "/hot-papers/none"])

    assert found == {TOKEN: "AAAA%3Dsecret", HANDLE: "me.example.org"}


def test_more_than_can_be_asked_for_at_once(client: Any) -> None:
    names = [f"/hot-papers/{number:02}" for number in range(21)]
    for name in names:
        keep(client, name, name[-2:])
    meddler = Meddler(client)

    assert read_secrets(meddler, names) == {name: name[-2:] for name in names}  # type: ignore[arg-type]
    assert meddler.calls == ["get_parameters"] * 3


@pytest.mark.parametrize("stored", [" ", "\n", "two\nlines", "tab\there", "schön", "nul\0"])
def test_what_is_no_credential_is_empty(client: Any, stored: str) -> None:
    keep(client, TOKEN, stored)
    keep(client, HANDLE, "me.example.org")

    assert read_secrets(client, [TOKEN, HANDLE]) == {TOKEN: "", HANDLE: "me.example.org"}


def test_a_failure_is_told(client: Any) -> None:
    error = ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetParameters")

    def fail(**_: Any) -> None:
        raise error

    said = "Parameter Store answered GetParameters with AccessDeniedException"
    with pytest.raises(StoreError, match=said) as caught:
        read_secrets(Meddler(client, get_parameters=[fail]), [TOKEN])  # type: ignore[arg-type]
    assert caught.value.__cause__ is error
