"""The bucket: the documents of digests, as files."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from hotpapers.adapters.aws import error_code, failures_of
from hotpapers.adapters.dynamodb import pauses
from hotpapers.domain.edition import Revision
from hotpapers.errors import StoreError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

REVISION = "revision"
"""The entry of an object's metadata that says which edition the object is of."""
NOT_FOUND = "404"
CONTENTION = frozenset(
    {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412", "409", "404"}
)
"""Why a document is not put when others put or (NoSuchKey) delete it at the same time."""

Condition = dict[str, Any]
"""Under which condition S3 is to put a document."""
NEW: Condition = {"IfNoneMatch": "*"}


class S3Documents:
    """Documents in an S3 bucket, each replaced whole and by newer ones only."""

    def __init__(
        self,
        client: "S3Client",
        bucket_name: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._bucket = bucket_name
        self._sleep = sleep

    @failures_of("S3")
    def publish(self, path: str, content: bytes, content_type: str, revision: Revision) -> bool:
        """Put a document in its place, unless one of a newer revision is there.

        A document of the same revision is not put again, so that repeating a run leaves no new
        version behind. Returns whether the document was put.
        """
        return self._publish(path, content, content_type, revision, NEW)

    @failures_of("S3")
    def replace(self, path: str, content: bytes, content_type: str, revision: Revision) -> bool:
        """Put a document in the place of one of an older revision, if there is one at all.

        Returns whether the document was put.
        """
        return self._publish(path, content, content_type, revision, None)

    def _publish(
        self,
        path: str,
        content: bytes,
        content_type: str,
        revision: Revision,
        where_none_is: Condition | None,
    ) -> bool:
        """Put a document unless a newer one is there; where none is, under a condition, or not."""
        for pause in pauses():
            held = self._held(path)
            condition = where_none_is if held is None else _if_older(held, revision)
            if condition is None:
                return False
            if self._put(path, content, content_type, revision, condition):
                return True
            self._sleep(pause)
        raise StoreError(f"{path} is being written by others all the time")

    def _held(self, path: str) -> "HeadObjectOutputTypeDef | None":
        """What S3 says of the document that is in a place; None where there is none."""
        try:
            return self._client.head_object(Bucket=self._bucket, Key=path)
        except ClientError as error:
            if error_code(error) == NOT_FOUND:
                return None
            raise

    def _put(
        self,
        path: str,
        content: bytes,
        content_type: str,
        revision: Revision,
        condition: Condition,
    ) -> bool:
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=path,
                Body=content,
                ContentType=content_type,
                Metadata={REVISION: revision},
                **condition,
            )
        except ClientError as error:
            if error_code(error) in CONTENTION:
                return False
            raise
        return True


def _if_older(held: "HeadObjectOutputTypeDef", revision: Revision) -> Condition | None:
    """That a document is still there which is of an older revision; None where it is not older."""
    # An object without a revision is none of ours: somebody put it there by hand.
    if held["Metadata"].get(REVISION, "") >= revision:
        return None
    return {"IfMatch": held["ETag"]}
