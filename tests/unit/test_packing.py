"""Packed documents: as they were, and the same bytes for the same content."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpapers.domain.packing import Packed, pack


@given(st.binary(max_size=300))
def test_a_document_is_unpacked_as_it_was_packed(document: bytes) -> None:
    packed = pack(document)
    assert packed.unpack() == document
    assert gzip.decompress(packed.content) == document


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_packed_documents_are_the_same_where_the_documents_are(one: bytes, other: bytes) -> None:
    assert (pack(one) == pack(other)) == (one == other)


def test_there_is_no_time_in_it() -> None:
    # The fifth to eighth bytes are the time (RFC 1952, section 2.3).
    assert pack(b"{}").content[4:8] == bytes(4)


def test_what_repeats_itself_becomes_small() -> None:
    assert len(pack(b"engine " * 10_000).content) < 400


@pytest.mark.parametrize("content", [b"{}", b"\x1f\x8b", pack(b"{}").content[:-1]])
def test_what_was_not_packed_is_not_unpacked(content: bytes) -> None:
    with pytest.raises((OSError, EOFError)):
        Packed(content).unpack()
