"""Started by the daily schedule, a backfill, or by hand: makes the digests that are due."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from hotpapers.bootstrap import collector
from hotpapers.events import read_collection_order
from hotpapers.use_cases.report import measure, summarize

logger = Logger()
metrics = Metrics()
collector()  # made at once: Lambda gives a function more CPU while it starts than later


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric("CollectionsStarted", MetricUnit.Count, 1)
    run = collector()(read_collection_order(event, datetime.now(UTC)))
    metrics.add_metric("CollectionsFinished", MetricUnit.Count, 1)
    for name, value in measure(run).items():
        unit = MetricUnit.NoUnit if name == "SpentUsd" else MetricUnit.Count
        metrics.add_metric(name, unit, value)
    return summarize(run)
