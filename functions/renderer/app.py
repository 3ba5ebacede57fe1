"""Started by the table's stream for every finished digest, or by hand: publishes digests."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from hotpapers.bootstrap import renderer
from hotpapers.events import read_digest_date, read_publication_order

logger = Logger()
processor = BatchProcessor(event_type=EventType.DynamoDBStreams)
renderer()  # made at once: Lambda gives a function more CPU while it starts than later


def render_record(record: DynamoDBRecord) -> None:
    renderer().render(read_digest_date(record.raw_event))


def render_span(event: object) -> list[str]:
    return [str(day) for day in renderer().render_again(*read_publication_order(event))]


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    if "Records" not in event:
        return {"rendered": render_span(event)}
    return process_partial_response(
        event=event, record_handler=render_record, processor=processor, context=context
    )
