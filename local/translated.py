"""The template as CloudFormation gets it: with SAM's short forms written out by SAM itself.

The roles, permissions and routes that the template never mentions are in it. Code and layers are
named as `sam deploy` names them, by their place in a bucket; nothing lies there. The definition of
the state machine is in it, as in AWS.
"""

import copy
import json
from functools import cache
from typing import Any, NoReturn

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local.account import REGION
from local.template import PROJECT, default_parameters, read_template

CODE_BUCKET = "code"
"""Where the code of functions and layers is said to be."""
PLACES = {"CodeUri", "ContentUri"}
"""The properties that name a folder of code."""


@cache
def translated_template() -> dict[str, Any]:
    """The template in CloudFormation's own terms; callers must not change it.

    Raises InvalidDocumentException of samtranslator where SAM refuses it.
    """
    template = copy.deepcopy(read_template())
    for name, resource in template["Resources"].items():
        resource["Properties"] = _as_deployed(name, resource["Properties"])
    parameters = {**default_parameters(), "AWS::Region": REGION, "AWS::Partition": "aws"}
    translator = Translator(None, Parser(), boto_session=_Session())
    translated: dict[str, Any] = translator.translate(
        template, parameters, get_managed_policy_map=_managed_policies
    )
    plain: dict[str, Any] = json.loads(json.dumps(translated))
    return plain


def _as_deployed(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    deployed = {
        key: f"s3://{CODE_BUCKET}/{name}" if key in PLACES else value
        for key, value in properties.items()
    }
    if "DefinitionUri" in deployed:
        deployed["Definition"] = json.loads((PROJECT / deployed.pop("DefinitionUri")).read_text())
    return deployed


class _Session:
    """All that SAM asks of a session of boto3: without one it looks at the machine's settings."""

    region_name = REGION


def _managed_policies() -> NoReturn:
    raise NotImplementedError("no role of the template names a managed policy")
