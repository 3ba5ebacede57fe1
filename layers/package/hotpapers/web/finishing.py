"""What HTTP makes of an answer: the one place in which its rules are kept.

Validators and what they spare, caching, content codings, and what browsers are to know. Everything
that leaves the API comes through here; docs/decisions/0022-http-in-one-place.md says why.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus

from hotpapers.domain.packing import Packed, pack
from hotpapers.web.answers import Answer, Content
from hotpapers.web.negotiation import Codings, has_since, has_tag, read_codings, write_date
from hotpapers.web.problems import NotAcceptableError
from hotpapers.web.representations import HTML

SMALLEST_PACKED = 1000
"""Bytes below which packing saves nothing worth having: one packet of TCP holds them anyway."""
LARGEST_BODY = 5_500_000
"""Bytes of a body in the function's answer. Lambda takes 6 MB (6,291,456 bytes) for all of it."""

EVERYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link, Retry-After",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer says: that any page may read it, that its type is what it says, and that no
other site needs to know who sent its reader."""

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""What a page may do: show itself. No script, no other host, in no frame."""


@dataclass(frozen=True)
class Finished:
    """What goes out: `content` is packed where Content-Encoding is among the headers."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def is_packed(self) -> bool:
        """Whether the content is no text, but packed by gzip."""
        return "Content-Encoding" in self.headers

    @property
    def body(self) -> str:
        """The content as it stands in the function's answer: packed bytes in Base64."""
        return b64encode(self.content).decode() if self.is_packed else self.content.decode()


def finish(answer: Answer, asked: Mapping[str, str], variants: int = 1) -> Finished:
    """What goes out to a reader who sent these headers, their names in lower case.

    `variants` is among how many representations Accept chose. Raises NotAcceptableError where the
    content is too large for a reader who cannot unpack it.
    """
    made = _Made(answer, read_codings(asked.get("accept-encoding")))
    headers = _headers(answer, made, variants)
    if answer.status == HTTPStatus.OK and _is_known(answer, headers["ETag"], asked):
        return Finished(HTTPStatus.NOT_MODIFIED, headers, b"")
    if answer.representation is None:
        return Finished(answer.status, headers, b"")
    headers["Content-Type"] = answer.representation.content_type
    if answer.representation == HTML:
        headers["Content-Security-Policy"] = POLICY
    if made.is_packed:
        headers["Content-Encoding"] = "gzip"
    finished = Finished(answer.status, headers, made.sent)
    _require_room(finished)
    return finished


class _Made:
    """The content of an answer, made no earlier than it is needed, and how it is sent."""

    def __init__(self, answer: Answer, codings: Codings) -> None:
        self._answer = answer
        self._codings = codings
        self._content: Content | None = None

    @property
    def content(self) -> Content:
        """What the answer has."""
        if self._content is None:
            self._content = self._answer.content()
        return self._content

    @property
    def is_packed(self) -> bool:
        """Whether it is sent packed.

        Small content is not, unless it has a tag: then nobody knows its size before it is made,
        and a reader who has it already must be told by the tag that would be sent.
        """
        if self._answer.representation is None or not self._codings.takes_gzip:
            return False
        if self._answer.tag is not None or self._codings.needs_gzip:
            return True
        return isinstance(self.content, Packed) or len(self.content) >= SMALLEST_PACKED

    @property
    def entity_tag(self) -> str:
        """The strong validator, another one for each content coding: their bytes differ."""
        tag = self._answer.tag
        if tag is None:
            tag = sha256(self._plain).hexdigest()[:32]
        return f'"{tag}-gzip"' if self.is_packed else f'"{tag}"'

    @property
    def sent(self) -> bytes:
        """The bytes that go out."""
        if not self.is_packed:
            return self._plain
        content = self.content
        return (content if isinstance(content, Packed) else pack(content)).content

    @property
    def _plain(self) -> bytes:
        content = self.content
        return content.unpack() if isinstance(content, Packed) else content


def _headers(answer: Answer, made: _Made, variants: int) -> dict[str, str]:
    """All headers but those that only go with content."""
    headers = {**EVERYWHERE, "Cache-Control": answer.freshness.value, **dict(answer.headers)}
    varying = ["Accept"] if variants > 1 else []
    if answer.representation is not None:
        varying.append("Accept-Encoding")
    if varying:
        headers["Vary"] = ", ".join(varying)
    if answer.status == HTTPStatus.OK:
        headers["ETag"] = made.entity_tag
        if answer.modified_at is not None:
            headers["Last-Modified"] = write_date(answer.modified_at)
    if answer.links:
        headers["Link"] = ", ".join(link.header for link in answer.links)
    return headers


def _is_known(answer: Answer, entity_tag: str, asked: Mapping[str, str]) -> bool:
    """Tell whether a reader has what would be sent. A date counts only where no tag is named."""
    if "if-none-match" in asked:
        return has_tag(asked["if-none-match"], entity_tag)
    since = asked.get("if-modified-since")
    return bool(since and answer.modified_at and has_since(since, answer.modified_at))


def _require_room(finished: Finished) -> None:
    """Raise NotAcceptableError for a body that Lambda would not hand over."""
    body = finished.body
    # Lambda counts it as JSON, in which a character takes up to six bytes.
    if len(body) * 6 > LARGEST_BODY and _size(body) > LARGEST_BODY:
        detail = (
            f"this has {len(finished.content)} bytes, which is too much to send at once"
            if finished.is_packed
            else "this is too much to send as it is: ask for it with Accept-Encoding: gzip"
        )
        raise NotAcceptableError(detail)


def _size(body: str) -> int:
    return len(json.dumps(body, ensure_ascii=False).encode())
