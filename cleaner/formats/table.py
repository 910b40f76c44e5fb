"""Tables of Arrow columns: one column is cleaned, the others and the schema stay as they are."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..document import Document
from ..edit import Result
from . import files
from .compression import FREE, MAX_RATIO, BadStream
from .extra import need
from .record import BadRecord, Record
from .source import Settings
from .stream import too_long

#: Rows whose texts are Python strings at the same time.
SLICE = 512


class TableRecord(NamedTuple):
    """A row. `is_null` tells a missing text from an empty one."""

    number: int
    document: Document
    is_null: bool
    offset: int = 0

    def render(self, result: Result) -> bytes:
        """Return the cleaned text; the columns are put together elsewhere."""
        return result.text.encode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Rows:
    """Stands behind the records of some rows, the one numbered `first` and on: all their columns as they were read."""

    table: Any
    first: int


@dataclass(frozen=True, slots=True)
class GroupEnd:
    """Stands behind the last row of a row group or batch, the one at `place` in its part."""

    place: int = 0


def opened(path: str) -> Any:
    """Open a file for pyarrow: a local one so that its bytes never are Python's, by a name that may be no UTF-8."""
    return files.opened(path) if files.is_remote(path) else need("pyarrow").OSFile(os.fsencode(path))


#: What pyarrow says when it cannot have memory: how much it wanted, in bytes.
_WANTED = re.compile(r"(?:malloc|realloc|allocate)\D*(\d+)")


def is_damage(error: Exception, size: int) -> bool:
    """Whether an error of pyarrow is the fault of a file of `size` bytes, and not of the machine.

    Damaged lengths make it ask for memory that no file of that size could fill.
    """
    if isinstance(error, MemoryError):
        wanted = _WANTED.search(str(error))
        return wanted is not None and int(wanted[1]) > FREE + MAX_RATIO * size
    if isinstance(error, OSError):
        return error.errno is None
    return isinstance(error, (ValueError, need("pyarrow").lib.ArrowException))


def check_schema(schema: Any, settings: Settings) -> None:
    """Raise `BadStream` unless there is one column of text to clean."""
    name = settings.fields.text
    names = schema.names  # raises `ValueError` if they are damaged
    places = schema.get_all_field_indices(name)
    if len(places) != 1:
        found = "two columns" if places else "no column"
        raise BadStream(f"{found} {name!r} in the schema ({', '.join(names)[:200]})")
    if not _is_text(schema.field(name).type):
        raise BadStream(f"the column {name!r} is {schema.field(name).type}, not text")


def _is_text(type_: Any) -> bool:
    types = need("pyarrow").types
    if types.is_dictionary(type_):
        type_ = type_.value_type
    return bool(types.is_string(type_) or types.is_large_string(type_) or types.is_string_view(type_))


def looked_at(settings: Settings) -> list[str]:
    """Return the names of the columns that say something about a document."""
    names = settings.fields
    return [name for name in (names.text, names.id, names.title, names.url, names.language) if name is not None]


def is_sound(column: Any, settings: Settings) -> bool:
    """Whether no text of a column is too long, or no text at all. Costs little beside reading it."""
    pyarrow, compute = need("pyarrow"), need("pyarrow.compute")
    try:
        column.validate(full=True)
        texts = [chunk.dictionary if pyarrow.types.is_dictionary(chunk.type) else chunk for chunk in column.chunks]
        longest = [compute.max(compute.binary_length(text)).as_py() or 0 for text in texts]
    except pyarrow.lib.ArrowException:
        return False
    return max(longest, default=0) <= settings.max_record


def read_rows(table: Any, first: int, settings: Settings) -> Iterator[TableRecord | BadRecord | Rows]:
    """Yield the records of a table, slice by slice, each slice followed by its rows."""
    names = settings.fields
    roles = {"id": names.id, "title": names.title, "url": names.url, "language": names.language}
    present = {role: name for role, name in roles.items() if name in table.schema.names}
    for start in range(0, table.num_rows, SLICE):
        rows = table.slice(start, SLICE)
        texts = _values(rows.column(names.text))
        known = {role: _values(rows.column(name)) for role, name in present.items()}
        for i, text in enumerate(texts):
            number = first + start + i + 1
            if isinstance(text, UnicodeDecodeError):
                yield BadRecord(number, 0, "not UTF-8", text.object)
            elif text and len(text) * 4 > settings.max_record < len(text.encode()):
                yield too_long(number, 0, settings, b"")
            else:
                row: dict[str, Any] = {role: _name(values[i]) for role, values in known.items()}
                row["language"] = row.get("language") or settings.language
                yield TableRecord(number, Document(text or "", **row), text is None)
        yield Rows(rows, first + start + 1)


def _values(column: Any) -> list[Any]:
    """Return the values of a column, an error where bytes are no text."""
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        return [_value(scalar) for scalar in column]


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except UnicodeDecodeError as error:
        return error


def _name(value: Any) -> str | None:
    return str(value) if isinstance(value, (str, int)) else None


class TableWriter:
    """Puts the cleaned texts into their columns, and leaves out rows that could not be read."""

    def __init__(self, settings: Settings) -> None:
        self._name = settings.fields.text
        self._texts: dict[int, str | None] = {}
        self._changed = False
        self.slices: list[Any] = []
        self.changed = False  # any text of the slices

    def write(self, record: Record, result: Result) -> None:
        """Take the text of a row."""
        is_null = isinstance(record, TableRecord) and record.is_null
        self._texts[record.number] = None if is_null else result.text
        self._changed = self._changed or bool(result.edits)

    def keep(self, item: object) -> None:
        """Put the texts into their rows, or end a group of rows."""
        if isinstance(item, Rows):
            self.slices.append(self._cleaned(item))
            self.changed = self.changed or self._changed
            self._texts.clear()
            self._changed = False
        elif isinstance(item, GroupEnd):
            if self.slices:
                self.write_group(need("pyarrow").concat_tables(self.slices), item)
            self.slices.clear()
            self.changed = False

    def write_group(self, table: Any, end: GroupEnd) -> None:
        """Write a row group or batch."""
        raise NotImplementedError

    def close(self) -> None:
        """Write what is left."""

    def _cleaned(self, rows: Rows) -> Any:
        pyarrow = need("pyarrow")
        table = rows.table
        if len(self._texts) < table.num_rows:
            kept = [table.slice(number - rows.first, 1) for number in self._texts]
            table = pyarrow.concat_tables([table.slice(0, 0), *kept])
        if not self._changed:
            return table
        place = table.schema.get_field_index(self._name)
        field = table.schema.field(place)
        texts = pyarrow.array(list(self._texts.values()), field.type)
        return table.set_column(place, field, pyarrow.chunked_array([texts]))
