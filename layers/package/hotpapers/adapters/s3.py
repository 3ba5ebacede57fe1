"""The bucket: the documents of digests, as files."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from hotpapers.adapters.aws import error_code, failures_of
from hotpapers.domain.edition import Revision
from hotpapers.errors import StoreError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

REVISION = "revision"
"""The entry of an object's metadata that says which edition the object is of."""
ATTEMPTS = 5
NOT_FOUND = "404"
CONTENTION = frozenset(
    {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412", "409", "404"}
)
"""Why a document is not put when others put or (NoSuchKey) delete it at the same time."""


class S3Documents:
    """Documents in an S3 bucket, each replaced whole and by newer ones only."""

    def __init__(self, client: "S3Client", bucket_name: str) -> None:
        self._client = client
        self._bucket = bucket_name

    @failures_of("S3")
    def publish(self, path: str, content: bytes, content_type: str, revision: Revision) -> bool:
        """Put a document in its place, unless one of a newer revision is there.

        A document of the same revision is not put again, so that repeating a run leaves no new
        version behind. Returns whether the document was put.
        """
        for _ in range(ATTEMPTS):
            condition = self._condition(path, revision)
            if condition is None:
                return False
            if self._put(path, content, content_type, revision, condition):
                return True
        raise StoreError(f"{path} is being written by others all the time")

    def _condition(self, path: str, revision: Revision) -> dict[str, Any] | None:
        """Under which condition the document may be put; None where it must not be."""
        try:
            held = self._client.head_object(Bucket=self._bucket, Key=path)
        except ClientError as error:
            if error_code(error) == NOT_FOUND:
                return {"IfNoneMatch": "*"}
            raise
        # An object without a revision is none of ours: somebody put it there by hand.
        if held["Metadata"].get(REVISION, "") >= revision:
            return None
        return {"IfMatch": held["ETag"]}

    def _put(
        self,
        path: str,
        content: bytes,
        content_type: str,
        revision: Revision,
        condition: dict[str, Any],
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
