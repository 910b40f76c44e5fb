"""Plain text: a file is a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from ..document import Document
from ..edit import Result
from .record import BadRecord, EncodingErrors, invalid_utf8


class TextRecord(NamedTuple):
    """A whole file."""

    document: Document
    errors: EncodingErrors
    number: int = 1
    offset: int = 0

    def render(self, result: Result) -> bytes:
        """Return the cleaned text; bytes that were not UTF-8 come out as they came in."""
        return result.text.encode("utf-8", "surrogateescape" if self.errors == "surrogateescape" else "strict")


def read(
    stream: BinaryIO, name: str, *, language: str | None = None, errors: EncodingErrors = "surrogateescape"
) -> Iterator[TextRecord | BadRecord]:
    """Yield the one document of a file; `name` becomes its id."""
    data = stream.read()
    if errors == "strict" and (position := invalid_utf8(data)) is not None:
        yield BadRecord(1, position, "not UTF-8", data)
        return
    text = data.decode("utf-8", errors)
    yield TextRecord(Document(text, id=name, language=language), errors)
