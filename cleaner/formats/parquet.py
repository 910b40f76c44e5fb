"""Parquet: row groups are cleaned apart and joined as they are; schema, metadata and encodings stay."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from . import files, footer
from .compression import BadStream, compressed
from .extra import need
from .protocol import Put, Writer
from .record import BadRecord
from .source import Part, Settings, Source
from .stream import copy_to_disk
from .table import (
    GroupEnd,
    Rows,
    TableRecord,
    TableWriter,
    check_schema,
    is_damage,
    is_sound,
    looked_at,
    opened,
    read_rows,
)
from .thrift import Struct, read_struct, write_struct


class Parquet:
    """Parquet files. A part is one row group, or several small ones."""

    joins = True

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        need("pyarrow.parquet")

    def cut(self, source: Source) -> Iterator[Part]:
        """Yield parts of whole row groups, each with a footer of its own."""
        try:
            source = copy_to_disk(source, self.settings.spool)
            with _opened(source) as file:
                check_schema(file.schema_arrow, self.settings)
            with files.opened(source.path) as raw:
                whole = footer.read(raw)
        except Exception as error:
            if not is_damage(error, source.size):
                raise
            yield Part(source, 0, 0, 0, problem=str(error))
            return
        groups = footer.groups_of(whole)
        start = first = number = rows = size = weight = 0
        for stop, group in enumerate(groups, 1):
            rows, size = rows + group[footer.NUM_ROWS][1], size + group[footer.TOTAL_SIZE][1]
            weight += sum(column.size for column in footer.columns(group))
            if size >= self.settings.part or stop == len(groups):
                head = write_struct(footer.with_groups(whole, groups[start:stop]))
                yield Part(source, number, start, stop, first, rows, weight, header=head)
                start, first, number = stop, first + rows, number + 1
                rows = size = weight = 0
        if not groups:
            yield Part(source, 0, 0, 0, header=write_struct(whole))

    def read(self, part: Part) -> Iterator[TableRecord | BadRecord | Rows | GroupEnd]:
        """Yield the rows of a part, with the end of each row group."""
        if part.problem:
            yield BadRecord(part.first + 1, 0, part.problem, b"")
            return
        first = part.first
        names = None if self.settings.whole_rows or part.limit is not None else looked_at(self.settings)
        with _opened(part.source) as file:
            for group in range(part.start, part.stop):
                rows = file.metadata.row_group(group).num_rows
                try:
                    table = file.read_row_group(group, columns=names, use_threads=False)
                    if names is not None and not is_sound(table.column(names[0]), self.settings):
                        # Rows will be left out, and that takes all columns: their damage must show now.
                        table = file.read_row_group(group, use_threads=False)
                except Exception as error:
                    if not is_damage(error, part.source.size):
                        raise
                    for number in range(first + 1, first + max(rows, 1) + 1):  # damage may say that there are none
                        yield BadRecord(number, 0, f"row group {group} is damaged: {error}", b"")
                else:
                    yield from read_rows(part.limited(table, first), first, self.settings)
                    yield GroupEnd(group - part.start)
                first += rows

    def name(self, source: Source) -> str:
        """Return the name of the output: that of the input."""
        return source.name

    def writer(self, part: Part, file: BinaryIO, put: Put) -> Writer:
        """Return a writer of the same schema, compression and encodings."""
        return TableWriter(self.settings) if part.problem else ParquetWriter(self.settings, part, file)

    def join(self, source: Source, parts: list[Path], target: Path) -> None:
        """Write one file with the row groups of all parts."""
        whole = [path for path in parts if path.stat().st_size]
        if whole:
            footer.join(whole, target)
            compress(target, source.codec)


class ParquetWriter(TableWriter):
    """Writes row groups as those of the source are written. Columns that are not changed are copied, unread."""

    def __init__(self, settings: Settings, part: Part, file: BinaryIO) -> None:
        super().__init__(settings)
        self._footer = read_struct(part.header)
        self._raw = files.opened(part.source.path)
        self._writer = footer.GroupWriter(file, self._footer)

    def write_group(self, table: Any, end: GroupEnd) -> None:
        """Write a row group."""
        group = footer.groups_of(self._footer)[end.place]
        paths = [column.path for column in footer.columns(group)]
        rows = group[footer.NUM_ROWS][1]
        changed: dict[str, tuple[BinaryIO, Struct]] = {}
        if table.num_rows < rows:
            group = {**group, footer.NUM_ROWS: (group[footer.NUM_ROWS][0], table.num_rows)}
            changed = dict.fromkeys(paths, self._encoded(table, group))
        elif self.changed:
            changed = {self._name: self._encoded(table.select([self._name]), group)}
        if table.num_rows:
            if self._name in changed:
                group = _unsorted_by(self._name, paths, group)
            self._writer.write(group, [changed.get(path, (self._raw, group)) for path in paths])

    def _encoded(self, table: Any, group: Struct) -> tuple[BinaryIO, Struct]:
        """Return a file with the columns of a table, encoded as those of a row group are, and its row group."""
        parquet = need("pyarrow.parquet")
        file = io.BytesIO()
        if not table.num_rows:
            return file, group
        with parquet.ParquetWriter(file, table.schema, **_options(group, table.column_names)) as writer:
            writer.write_table(table, row_group_size=table.num_rows)
        written = footer.read(file)
        if not set(footer.leaves(written)[1:]) <= set(footer.leaves(self._footer)[1:]):
            raise ValueError("rows cannot be left out of this file: pyarrow would write its other columns differently")
        return file, footer.groups_of(written)[0]

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()
        self._raw.close()


def compress(path: Path, codec: str) -> None:
    """Compress a file in its place, if there is a codec."""
    if codec:
        packed = path.with_suffix(".packed")
        with path.open("rb") as plain, packed.open("wb") as raw, compressed(raw, codec) as file:
            while chunk := plain.read(1 << 20):
                file.write(chunk)
        packed.replace(path)


@contextlib.contextmanager
def _opened(source: Source) -> Iterator[Any]:
    """Open a file; raise `BadStream` if it is no Parquet file."""
    parquet = need("pyarrow.parquet")
    with opened(source.path) as raw:
        try:
            file = parquet.ParquetFile(raw)
        except Exception as error:
            if not is_damage(error, source.size):
                raise
            raise BadStream(f"no Parquet file that can be read: {error}") from None
        yield file


def _options(group: Struct, names: list[str]) -> dict[str, Any]:
    """Return how columns of a row group are written, as options of `pyarrow.parquet.ParquetWriter`."""
    columns = [
        column for column in footer.columns(group) if column.path.partition(".")[0] in names or column.path in names
    ]
    return {
        "compression": {column.path: column.codec for column in columns},
        "use_dictionary": [column.path for column in columns if column.has_dictionary],
        "write_statistics": [column.path for column in columns if column.has_statistics],
        "use_deprecated_int96_timestamps": any(column.is_int96 for column in columns),
        "use_compliant_nested_type": not any(column.path.endswith(".list.item") for column in columns),
        "store_schema": False,
    }


def _unsorted_by(name: str, paths: list[str], group: Struct) -> Struct:
    """Return a row group that does not say it is sorted by a column that has changed."""
    sorting = group.get(footer.SORTING, (0, (0, [])))[1][1]
    if any(paths[each[1][1]] == name for each in sorting):
        group = {number: value for number, value in group.items() if number != footer.SORTING}
    return group
