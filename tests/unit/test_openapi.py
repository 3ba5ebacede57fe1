"""The API's description: that it is OpenAPI, says of every address enough, and tells the truth."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from hotpapers.web.addresses import OPERATIONS
from hotpapers.web.operations import Operation
from hotpapers.web.schemas import SCHEMAS
from hotpapers.web.site_routes import write_description

DOCUMENT: dict[str, Any] = json.loads(write_description())


def test_it_is_openapi_3_1() -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_each_schema_is_one_of_2020_12() -> None:
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(dict(schema))


def test_each_schema_is_used() -> None:
    text = json.dumps(DOCUMENT)

    assert [name for name in SCHEMAS if f'"#/components/schemas/{name}"' not in text] == []


def test_no_name_is_given_twice() -> None:
    names = [operation.name for operation in OPERATIONS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.path)
def test_an_address_is_described_whole(operation: Operation) -> None:
    names = re.findall(r"\{(\w+)\}", operation.path)

    assert names == [segment.name for segment in operation.segments]
    assert operation.summary
    assert operation.description.endswith(".")
    assert operation.forms


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.path)
def test_an_example_of_an_address_is_one(operation: Operation) -> None:
    path = operation.path
    for segment in operation.segments:
        assert re.search(segment.schema["pattern"], segment.example)
        path = path.replace(f"{{{segment.name}}}", segment.example)

    assert [each for each in OPERATIONS if each.pattern.fullmatch(path)] == [operation]
