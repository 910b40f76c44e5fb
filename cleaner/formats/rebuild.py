"""The way back for tables and archives: an output is read as a corpus is, and written with its original texts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from ..edit import Result, restore
from .compression import BadStream
from .protocol import Format
from .record import BadRecord, Record, is_record
from .registry import format_of
from .source import Part, Settings, Source
from .undo import Mismatch, Removed


def rebuild(source: Source, removed: Iterator[Removed], settings: Settings, target: BinaryIO) -> None:
    """Write the original of an output file, given what was removed from it. Raises `Mismatch`, `BadStream`, `OSError`.

    Parts are put together in the folder `settings.spool`.
    """
    format = format_of(source.format, settings)
    rest = _Rest(removed, source)
    parts = [_rebuild_part(format, part, rest, settings.spool) for part in format.cut(source)]
    rest.end()
    whole = settings.spool / "whole"
    format.join(source, parts, whole)
    with whole.open("rb") as file:
        shutil.copyfileobj(file, target, 1 << 20)


def _rebuild_part(format: Format, part: Part, rest: _Rest, folder: Path) -> Path:
    path = folder / f"part-{part.number}"
    with path.open("wb") as file, closing(format.writer(part, file, _put_nothing)) as writer:
        for item in format.read(part):
            if isinstance(item, BadRecord):
                raise BadStream(str(item))
            if is_record(item):
                writer.write(item, rest.restored(item))
            else:
                writer.keep(item)
    return path


def _put_nothing(name: str, data: bytes) -> None:
    raise AssertionError("formats of finished files are no streams of records")


class _Rest:
    """What was removed and is not put back yet, in order."""

    def __init__(self, removed: Iterator[Removed], source: Source) -> None:
        self._removed = removed
        self._next = next(removed, None)
        # A record made of a page has an id of its own.
        self._same_ids = source.format != "warc"

    def restored(self, record: Record) -> Result:
        """Return a record's result with its original text, as if that were what cleaning had left of it."""
        document, todo = record.document, self._next
        result = Result(document, document.text, ())
        if todo is None or todo.record != record.number:
            return result
        if self._same_ids and todo.id != document.id:
            raise Mismatch(f"record {record.number} has the id {document.id!r}, what was removed is of {todo.id!r}")
        self._next = next(self._removed, None)
        try:
            # With the edits, so that formats write it as changed.
            return result._replace(text=restore(result.text, todo.edits), edits=todo.edits)
        except ValueError as error:
            raise Mismatch(f"{todo}: {error}") from None

    def end(self) -> None:
        """Raise `Mismatch` if anything was not put back."""
        if self._next is not None:
            raise Mismatch(
                f"what was removed from {self._next} has no record here; is this the whole output of one file?"
            )
