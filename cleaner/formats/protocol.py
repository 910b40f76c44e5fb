"""What a corpus run asks of every format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from ..edit import Result
from .record import BadRecord, Record
from .source import Part, Source

#: Writes a finished file of the output, given its name and its bytes.
Put = Callable[[str, bytes], None]


@dataclass(frozen=True, slots=True)
class Member:
    """Stands before the records of one file, where a part is many files. `name` is that of its output."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in the input that is no document, and is not in the output, with its number among the records."""

    reason: str
    number: int = 0


class Writer(Protocol):
    """Takes what was read of a part, in order, and writes it cleaned."""

    def write(self, record: Record, result: Result) -> None:
        """Write a record with its cleaned text. Raises `ValueError` if the format cannot hold it."""
        ...

    def keep(self, item: object) -> None:
        """Write what stands between records."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...


class Format(Protocol):
    """A format of a corpus: parts are cut in one process, read and written in others, and joined in one.

    With `joins`, the parts of a source become one file; else the writer makes finished files.
    """

    joins: bool

    def cut(self, source: Source) -> Iterator[Part]:
        """Yield the parts of a source, the same ones every time. Raises `OSError`."""
        ...

    def read(self, part: Part) -> Iterator[Record | BadRecord | object]:
        """Yield the records of a part, what could not be read, and what stands between: for the writer to keep."""
        ...

    def name(self, source: Source) -> str:
        """Return the name of the output file that a source becomes."""
        ...

    def writer(self, part: Part, file: BinaryIO, put: Put) -> Writer:
        """Return what writes a part: to a file of its own that is joined later, or finished files by `put`."""
        ...

    def join(self, source: Source, parts: list[Path], target: Path) -> None:
        """Make one file of the parts."""
        ...
