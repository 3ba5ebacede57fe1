"""Behind the HTTP API: answers requests for digests and papers."""

from hotpapers.loading import loading

with loading():
    from typing import Any

    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.logging import correlation_paths
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from hotpapers.bootstrap import archive
    from hotpapers.web.application import answer

    logger = Logger()
    archive()  # made at once: Lambda gives a function more CPU while it starts than later


@logger.inject_lambda_context(
    correlation_id_path=correlation_paths.API_GATEWAY_HTTP, clear_state=True
)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    return answer(event)
