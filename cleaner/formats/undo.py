"""The way back: cleaned records and what was removed from them, to the originals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, BinaryIO

import regex

from ..edit import Edit, restore
from . import jsonl


class Mismatch(ValueError):
    """What was removed does not belong to this output."""


@dataclass(frozen=True, slots=True)
class Removed:
    """The edits of one document: its `id` and the number of its `record`, None where they are not told."""

    id: str | None
    record: int | None
    edits: tuple[Edit, ...]

    def __str__(self) -> str:
        return f"record {self.record}" if self.id is None else f"document {self.id!r}"


def read_removed(stream: BinaryIO) -> Iterator[Removed]:
    """Yield the edits of each document from JSON Lines with id, record, rule, start, end and text, in order.

    Lines without start and end are what went out of a page before there was a document, and do not go back. Raises
    `Mismatch` for a line that is neither.
    """
    rows = filter(None, (_row(line, number) for number, line in enumerate(stream, 1) if not line.isspace()))
    for (id, record), group in groupby(rows, key=lambda row: (row[0], row[1])):
        yield Removed(id, record, tuple(row[2] for row in group))


def _row(line: bytes, number: int) -> tuple[str | None, int | None, Edit] | None:
    try:
        row: dict[str, Any] = json.loads(line)
        if row.keys() & {"start", "end"} == set() and isinstance(row["text"], str) and row["rule"]:
            return None
        edit = Edit(row["start"], row["end"], row["rule"], row["text"])
        if not (isinstance(edit.start, int) and isinstance(edit.end, int) and isinstance(edit.text, str)):
            raise TypeError
        return row.get("id"), row.get("record"), edit
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Mismatch(f"line {number} is no removed text: it needs rule, start, end and text") from None


def restore_text(data: bytes, removed: Removed) -> bytes:
    """Return the original bytes of a cleaned text. Raises `Mismatch`."""
    return _restored(data.decode("utf-8", "surrogateescape"), removed).encode("utf-8", "surrogateescape")


def restore_lines(stream: BinaryIO, removed: Iterator[Removed], field: str) -> Iterator[bytes]:
    """Yield the original lines of cleaned JSON Lines, whose text is in `field`.

    What was removed comes back with escapes of the kind that its line uses elsewhere. Raises `Mismatch`.
    """
    reader = jsonl.Reader(jsonl.Fields(field))
    todo = next(removed, None)
    for item in reader.read(stream):
        if todo is None or isinstance(item, bytes) or item.number != todo.record:
            yield item if isinstance(item, bytes) else item.line if isinstance(item, jsonl.JsonRecord) else item.raw
            continue
        if not isinstance(item, jsonl.JsonRecord):
            raise Mismatch(str(item))
        if item.document.id != todo.id:
            raise Mismatch(f"record {item.number} has the id {item.document.id!r}, what was removed is of {todo.id!r}")
        yield _restored_line(item, todo)
        todo = next(removed, None)
    if todo is not None:
        raise Mismatch(f"what was removed from {todo} has no record here; is this the whole output of one file?")


def _restored_line(record: jsonl.JsonRecord, removed: Removed) -> bytes:
    _restored(record.document.text, removed)
    start, end = jsonl.locate(record.line, record.field, record.document.text)
    raw = record.line[start:end].decode("utf-8", "surrogateescape")
    filled = insert(raw, removed.edits, _Style.of(record.line))
    return record.line[:start] + filled.encode("utf-8", "surrogateescape") + record.line[end:]


def _restored(text: str, removed: Removed) -> str:
    try:
        return restore(text, removed.edits)
    except ValueError as error:
        raise Mismatch(f"{removed}: {error}") from None


@dataclass(frozen=True, slots=True)
class _Style:
    """How a writer of JSON escapes what it need not: characters beyond ASCII, and slashes."""

    ascii_only: bool
    slashes: bool

    @classmethod
    def of(cls, line: bytes) -> _Style:
        """Return the style of a line of JSON."""
        return cls(line.isascii() and b"\\u" in line, b"\\/" in line)


#: Halves of surrogate pairs that no byte of bad UTF-8 decodes to: they were escapes, and no encoding has them.
_HALVES = regex.compile(r"[\ud800-\udbff\udc00-\udc7f]")


def insert(raw: str, edits: Sequence[Edit], style: _Style = _Style(ascii_only=False, slashes=False)) -> str:
    """Return a JSON string, as written with its quotes and escapes, with the text of the edits put back.

    >>> insert(r'"a\\nb"', [Edit(1, 2, "rule", "\\t")])
    '"a\\\\t\\\\nb"'
    """
    kept: list[int] = []  # for each edit, how many characters of the cleaned text stand before it
    gone = 0
    for edit in edits:
        kept.append(edit.start - gone)
        gone += edit.end - edit.start
    pieces: list[str] = []
    position = 0
    for place, edit in zip(jsonl.places(raw, kept), edits, strict=True):
        pieces += (raw[position:place], _escaped(edit.text, style))
        position = place
    pieces.append(raw[position:])
    return "".join(pieces)


def _escaped(text: str, style: _Style) -> str:
    escaped = json.dumps(text, ensure_ascii=style.ascii_only)[1:-1]
    escaped = _HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", escaped)
    return escaped.replace("/", "\\/") if style.slashes else escaped
