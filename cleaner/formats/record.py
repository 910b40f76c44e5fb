"""What every format reads: a document with the bytes it came from, or an account of why there is none."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol, TypeGuard

from ..document import Document
from ..edit import Result

#: What to do with bytes that are not UTF-8. `surrogateescape` keeps them as they are.
EncodingErrors = Literal["surrogateescape", "replace", "strict"]


class Record(Protocol):
    """A document and its place in the input: `number` counts from 1, `offset` is in bytes."""

    @property
    def number(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def document(self) -> Document: ...

    def render(self, result: Result) -> bytes:
        """Return the record with the cleaned text in place of its own, every other byte as it was."""
        ...

    def _replace(self, *, document: Document) -> Record:
        """Return the record with another document. All are named tuples."""
        ...


class BadRecord(NamedTuple):
    """A record that cannot be read: `raw` are its bytes, `offset` where they start, `reason` what is wrong."""

    number: int
    offset: int
    reason: str
    raw: bytes

    def __str__(self) -> str:
        return f"record {self.number}, byte {self.offset}: {self.reason}"


def is_record(item: object) -> TypeGuard[Record]:
    """Whether something that was read is a record: by what it has, for each format has a class of its own."""
    return hasattr(item, "document")


def invalid_utf8(data: bytes) -> int | None:
    """Return the offset of the first byte that is not UTF-8, None if all are."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return None
