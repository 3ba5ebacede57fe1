"""Begins and ends a backfill for its state machine: lists its dates, and what became of them."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from hotpapers.events import read_backfill_order, read_backfill_results
from hotpapers.use_cases.backfill import list_dates, sum_up

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    order = read_backfill_order(event, datetime.now(UTC))
    results = read_backfill_results(event)
    return list_dates(order) if results is None else sum_up(order, results)
