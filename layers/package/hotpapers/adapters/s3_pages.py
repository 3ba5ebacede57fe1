"""The bucket: finished pages and feeds, as packed files that name what they were made of."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from hotpapers.adapters.aws import error_code, failures_of
from hotpapers.adapters.s3 import CONTENTION
from hotpapers.domain.packing import Packed
from hotpapers.domain.page import Page, PageMark

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FOLDER = "pages/"
"""Where the pages lie in the bucket, beside the files of digests."""
MADE_OF = "made-of"
"""The entry of an object's metadata that has the fingerprint of what the page was made of."""
MODIFIED_AT = "modified-at"
"""The one that has the time when that last changed."""
NOT_FOUND = frozenset({"NoSuchKey", "404"})
"""S3 says the first to a question for an object, the second to one for its head alone."""
CONTENT_TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
}
"""What each page is, by the end of its path: for those who read the bucket itself."""


class S3Pages:
    """Pages in an S3 bucket, each replaced whole."""

    def __init__(self, client: "S3Client", bucket_name: str) -> None:
        self._client = client
        self._bucket = bucket_name

    @failures_of("S3")
    def page(self, path: str) -> Page | None:
        """The page that lies at a path; None where there is none."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=FOLDER + path)
        except ClientError as error:
            if error_code(error) in NOT_FOUND:
                return None
            raise
        said = answer["Metadata"]
        if not said.keys() >= {MADE_OF, MODIFIED_AT}:
            return None  # none of ours: somebody put it there by hand
        modified_at = datetime.fromisoformat(said[MODIFIED_AT])
        return Page(said[MADE_OF], modified_at, Packed(answer["Body"].read()))

    @failures_of("S3")
    def mark(self, path: str) -> PageMark | None:
        """The mark of the page at a path; None where there is none."""
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=FOLDER + path)
        except ClientError as error:
            if error_code(error) in NOT_FOUND:
                return None
            raise
        return PageMark(head["Metadata"].get(MADE_OF, ""), head["ETag"])

    @failures_of("S3")
    def put(self, path: str, page: Page, replaced: PageMark | None) -> bool:
        """Put a page in the place of the one of a mark, or where there is none."""
        condition: Any = {"IfMatch": replaced.version} if replaced else {"IfNoneMatch": "*"}
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=FOLDER + path,
                Body=page.content.content,
                ContentType=CONTENT_TYPES[path.rpartition(".")[2]],
                ContentEncoding="gzip",
                Metadata={MADE_OF: page.made_of, MODIFIED_AT: page.modified_at.isoformat()},
                **condition,
            )
        except ClientError as error:
            if error_code(error) in CONTENTION:
                return False
            raise
        return True
