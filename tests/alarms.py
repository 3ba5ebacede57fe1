"""CloudWatch as far as its alarms go: what is watched, by the template, and when it is an alarm.

The rules are those of the CloudWatch User Guide: "Alarm evaluation", "Configuring how CloudWatch
alarms treat missing data" and "Alarm evaluation window"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html,
alarms-and-missing-data.html, alarm-evaluation-window.html).
"""

import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil
from operator import ge, gt, lt
from typing import Any, Self

from local.template import STACK, default_parameters, read_template

RESOURCES: Mapping[str, Any] = read_template()["Resources"]


class State(StrEnum):
    """How an alarm stands."""

    OK = "OK"
    ALARM = "ALARM"


@dataclass(frozen=True, order=True)
class Metric:
    """A metric is all of these: of another dimension it is another one, and is empty."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


LOOK = timedelta(minutes=20)
Datum = tuple[datetime, float]
"""A value of a metric, and when it was given."""


def _time(datum: Datum) -> datetime:
    return datum[0]


def percentile_95(values: Sequence[float]) -> float:
    """The smallest value that 95 % of the values do not exceed."""
    return sorted(values)[ceil(len(values) * 0.95) - 1]


STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "Sum": sum,
    "Maximum": max,
    "SampleCount": len,
    "p95": percentile_95,
}
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": gt,
    "GreaterThanOrEqualToThreshold": ge,
    "LessThanThreshold": lt,
}


@dataclass(frozen=True)
class Alarm:
    """An alarm of `required` breaching periods out of `periods`. `missing` says what a period is
    taken for that has no data: "breaching", "notBreaching", or, with "ignore", nothing."""

    metric: Metric
    statistic: str
    period: timedelta
    periods: int
    required: int
    comparison: str
    threshold: float
    missing: str

    @classmethod
    def from_template(cls, name: str) -> Self:
        """The alarm of a resource, where no parameter was changed."""
        properties = RESOURCES[name]["Properties"]
        return cls(
            metric=metric_of(properties),
            statistic=properties.get("Statistic") or properties["ExtendedStatistic"],
            period=timedelta(seconds=properties["Period"]),
            periods=properties["EvaluationPeriods"],
            required=properties.get("DatapointsToAlarm", properties["EvaluationPeriods"]),
            comparison=properties["ComparisonOperator"],
            threshold=float(resolved(properties["Threshold"])),
            missing=properties["TreatMissingData"],
        )

    def state(self, data: Sequence[Datum], now: datetime, before: State, further: int) -> State:
        """How the alarm stands at a time. Windows slide: the newest period ends just now.

        `data` are in the order of their times.
        CloudWatch looks at some `further` periods too, and does not say how many.
        """
        values: dict[int, list[float]] = defaultdict(list)
        begin = now - (self.periods + further) * self.period
        for time, value in data[bisect_right(data, begin, key=_time) :]:
            if time > now:
                break
            values[(now - time) // self.period].append(value)
        points = [STATISTICS[self.statistic](values[number]) for number in sorted(values)]
        return self.judge(points, before)

    def judge(self, points: Sequence[float], before: State) -> State:
        """How the alarm stands by the points that there are in its range, the newest first.

        As few periods without data are taken into account as possible.
        """
        breaching = [COMPARISONS[self.comparison](point, self.threshold) for point in points]
        counted = breaching[: self.periods]
        lacking = self.periods - len(counted)
        if lacking and self.missing == "ignore":
            assert self.periods == 1, "for more periods the rule is not written down here"
            return before
        number = sum(counted) + (lacking if self.missing == "breaching" else 0)
        return State.ALARM if number >= self.required else State.OK

    def changes(
        self, data: Sequence[Datum], first: datetime, last: datetime, further: int = 0
    ) -> Iterator[tuple[datetime, State]]:
        """When the alarm changes its state from one time to another.

        It is looked at when there are new data, and every 20 minutes; by CloudWatch every minute.
        """
        regular = (first + number * LOOK for number in range((last - first) // LOOK + 1))
        moments = {*regular, *(time for time, _ in data if first <= time <= last)}
        state = State.OK
        for now in sorted(moments):
            new = self.state(data, now, state, further)
            if new is not state:
                yield now, new
            state = new


def names(kind: str) -> list[str]:
    """The resources of a type, in the template's order."""
    return [name for name, each in RESOURCES.items() if each["Type"] == f"AWS::{kind}"]


ALARMS = names("CloudWatch::Alarm")


def metric_of(properties: Mapping[str, Any]) -> Metric:
    """The metric that an alarm watches."""
    dimensions = tuple((each["Name"], resolved(each["Value"])) for each in properties["Dimensions"])
    return Metric(resolved(properties["Namespace"]), properties["MetricName"], dimensions)


def resolved(value: object) -> str:
    """A text of the template: a parameter is its default, a resource its own name."""
    if not isinstance(value, dict):
        return str(value)
    [(function, argument)] = value.items()
    name = ".".join(argument) if function == "Fn::GetAtt" else argument
    return filled({"AWS::StackName": STACK, **default_parameters()}.get(name, name))


def filled(text: str) -> str:
    """A text in which resources stand for themselves."""
    return re.sub(r"\$\{([^}]+)\}", lambda found: str(resolved({"Ref": found[1]})), text)


def dashboard() -> Mapping[str, Any]:
    """The dashboard's body."""
    body, _ = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    document: Mapping[str, Any] = json.loads(filled(body))
    return document


def shown_metrics() -> list[Metric]:
    """What the dashboard shows, as often as it does."""
    return [
        Metric(namespace, name, ((dimension, value),))
        for widget in dashboard()["widgets"]
        for namespace, name, dimension, value, _ in widget["properties"].get("metrics", ())
    ]


def written_metrics(output: str) -> dict[Metric, list[Datum]]:
    """The metrics that a function wrote into its log, in CloudWatch's embedded metric format."""
    written: dict[Metric, list[Datum]] = {}
    for line in output.splitlines():
        document = json.loads(line) if '"_aws"' in line else {"_aws": {"CloudWatchMetrics": []}}
        for directive in document["_aws"]["CloudWatchMetrics"]:
            time = datetime.fromtimestamp(document["_aws"]["Timestamp"] / 1000, UTC)
            [keys] = directive["Dimensions"]
            dimensions = tuple((key, document[key]) for key in keys)
            for definition in directive["Metrics"]:
                metric = Metric(directive["Namespace"], definition["Name"], dimensions)
                data = [(time, value) for value in document[metric.name]]
                written.setdefault(metric, []).extend(data)
    return written
