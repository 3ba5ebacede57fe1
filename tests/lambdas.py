"""Lambda, as far as it takes events that nobody waits for: the functions run in this process.

An event is tried three times, as the template says. What fails for good is reported to the queue
in the form that AWS's documentation shows.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3

from hotpapers.errors import HotPapersError
from local.cloud import Cloud
from local.stack import STACK, data_template

ATTEMPTS = 3
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
Answer = tuple[SimpleNamespace, dict[str, Any]]
"""An answer of AWS as botocore has it: its status, and what is in it."""
ACTIONS = {"Invoke": {"InvokeFunction"}, "HeadObject": {"GetObject", "ListBucket"}}
"""The rights that calls take, where these have other names. That an object is missing is told to
those alone who may list the bucket."""
INVOKED = re.compile(r"/functions/([^/]+)/invocations$")


@dataclass
class Lambda:
    """The collector and the renderer of a stack, to be invoked.

    `invoked` are the events that were taken; `refuses` are the names of functions that take none.
    """

    cloud: Cloud
    names: Mapping[str, str]
    invoked: list[tuple[str, Any]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, cloud: Cloud) -> "Lambda":
        """Lambda of a cloud, whose stack has the functions in it from now on."""
        code = {"ZipFile": "the functions run elsewhere"}
        shared = {"Code": code, "Handler": "app.lambda_handler", "Runtime": "python3.13"}
        template = data_template()
        template["Resources"] |= {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": TRUST},
            },
            **{
                name: {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {**shared, "Role": {"Fn::GetAtt": ["Role", "Arn"]}},
                }
                for name in ("Collector", "Renderer")
            },
        }
        cloudformation = boto3.client("cloudformation")
        cloudformation.update_stack(StackName=STACK, TemplateBody=json.dumps(template))
        listed = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
        names = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in listed}
        return cls(cloud, names)

    def client(self, service: str) -> Any:
        """A client of a service; that of Lambda reaches the functions here, others moto's AWS."""
        make: Callable[..., Any] = boto3.client
        client = make(service)
        events = client.meta.events
        events.register("provide-client-params", self._note)
        if service == "lambda":
            events.register("before-call.lambda.Invoke", self._answer)
        return client

    def start(self, function: str, event: object) -> None:
        """Run a function as for an event that nobody waits for."""
        runs: dict[str, Callable[[object], Any]] = {
            "Collector": self.cloud.collect,
            "Renderer": self.cloud.publish,
        }
        for _ in range(ATTEMPTS):
            try:
                runs[function](event)
            except HotPapersError as error:
                failure = error
            else:
                return
        self._report(function, event, failure)

    def send(self, body: object, attributes: Mapping[str, str] | None = None) -> None:
        """Put a message into the queue of failures."""
        boto3.client("sqs").send_message(
            QueueUrl=self.cloud.stack.queue_url,
            MessageBody=body if isinstance(body, str) else json.dumps(body),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in (attributes or {}).items()
            },
        )

    def waiting(self) -> tuple[int, int]:
        """How many messages are in the queue: that anybody can have, and that are worked on."""
        names: Any = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        told = boto3.client("sqs").get_queue_attributes(
            QueueUrl=self.cloud.stack.queue_url, AttributeNames=names
        )["Attributes"]
        return int(told[names[0]]), int(told[names[1]])

    def record(self, function: str, event: object, error: str = "no", kind: str = "E") -> Any:
        """What Lambda writes of an event that a function failed on for good."""
        return failed(self.names[function], event, error, kind)

    def _report(self, function: str, event: object, error: HotPapersError) -> None:
        self.send(self.record(function, event, str(error), type(error).__name__))

    def _answer(self, params: Mapping[str, Any], **_: object) -> Answer:
        assert params["headers"]["X-Amz-Invocation-Type"] == "Event"
        found = INVOKED.search(params["url_path"])
        assert found is not None
        functions = {name: function for function, name in self.names.items()}
        function, event = functions[found[1]], json.loads(params["body"])
        if function in self.refuses:
            return refusal(429, "TooManyRequestsException")
        self.invoked.append((function, event))
        self.start(function, event)
        return SimpleNamespace(status_code=202), {"StatusCode": 202}

    def _note(self, model: Any, **_: object) -> None:
        service = model.service_model.service_name.removesuffix("streams")
        self.actions |= {f"{service}:{action}" for action in ACTIONS.get(model.name, {model.name})}


def failed(name: str, event: object, error: str = "no", kind: str = "E") -> dict[str, Any]:
    """The record of an event that a function, by its name in AWS, failed on for good."""
    return {
        "version": "1.0",
        "timestamp": "2020-09-21T06:03:10.000Z",
        "requestContext": {
            "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
            "functionArn": f"arn:aws:lambda:us-east-1:123456789012:function:{name}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": ATTEMPTS,
        },
        "requestPayload": event,
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "responsePayload": {
            "errorMessage": error,
            "errorType": kind,
            "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
            "stackTrace": ['  File "/var/task/app.py", line 1, in lambda_handler\n'],
        },
    }


def given_up(
    stream: str, shard: str, numbers: tuple[str, str], size: int, arrived: str
) -> dict[str, Any]:
    """The record of a batch of a stream's records, from a first to a last sequence number."""
    first, last = numbers
    return {
        "requestContext": {
            "requestId": "316aa6d0-8154-xmpl-9af7-85d5f4a6bc81",
            "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:hot-papers-Renderer",
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 6,
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "version": "1.0",
        "timestamp": "2020-09-20T13:20:49.717Z",
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": first,
            "endSequenceNumber": last,
            "approximateArrivalOfFirstRecord": arrived,
            "approximateArrivalOfLastRecord": arrived,
            "batchSize": size,
            "streamArn": stream,
        },
    }


def undelivered(**more: str) -> dict[str, str]:
    """The attributes of what the scheduler could not deliver."""
    account = "us-east-1:123456789012"
    return {
        "ERROR_CODE": "AWS.Scheduler.InternalServerError",
        "ERROR_MESSAGE": "We encountered an internal error. Please try again.",
        "EXECUTION_ID": "ad06616e51cdf74a",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": "10",
        "SCHEDULED_TIME": "2020-09-20T10:00:00Z",
        "SCHEDULE_ARN": f"arn:aws:scheduler:{account}:schedule/default/hot-papers-CollectorDaily",
        "TARGET_ARN": f"arn:aws:lambda:{account}:function:hot-papers-Collector-1A2B",
        **more,
    }


def refusal(status: int, code: str) -> Answer:
    """What a handler of botocore's `before-call` gives for a call that AWS refuses."""
    return SimpleNamespace(status_code=status), {"Error": {"Code": code, "Message": "no"}}
