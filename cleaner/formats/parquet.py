"""Parquet: row groups are cleaned apart and joined as they are; schema, metadata and encodings stay."""

from __future__ import annotations

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
from .table import GroupEnd, Rows, TableRecord, TableWriter, check_schema, is_damage, read_rows


class Parquet:
    """Parquet files. A part is one row group, or several small ones."""

    joins = True

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        need("pyarrow.parquet")

    def cut(self, source: Source) -> Iterator[Part]:
        """Yield parts of whole row groups."""
        try:
            source = copy_to_disk(source, self.settings.spool)
            with _opened(source) as file:
                check_schema(file.schema_arrow, self.settings)
                sizes = [_size(file.metadata.row_group(i)) for i in range(file.metadata.num_row_groups)]
                _options(source, file.metadata, self.settings.fields.text)  # damage shows now, while it can be told
        except Exception as error:
            if not is_damage(error, source.size):
                raise
            yield Part(source, 0, 0, 0, problem=str(error))
            return
        start = first = number = rows = size = done = 0
        whole = max(1, sum(size for _, size in sizes))
        for stop, (more, bytes_) in enumerate(sizes, 1):
            rows, size = rows + more, size + bytes_
            if size >= self.settings.part or stop == len(sizes):
                weight = source.size * (done + size) // whole - source.size * done // whole
                yield Part(source, number, start, stop, first, rows, weight)
                start, first, number, done = stop, first + rows, number + 1, done + size
                rows = size = 0
        if not sizes:
            yield Part(source, 0, 0, 0)

    def read(self, part: Part) -> Iterator[TableRecord | BadRecord | Rows | GroupEnd]:
        """Yield the rows of a part, with the end of each row group."""
        if part.problem:
            yield BadRecord(part.first + 1, 0, part.problem, b"")
            return
        first = part.first
        with _opened(part.source) as file:
            for group in range(part.start, part.stop):
                rows = file.metadata.row_group(group).num_rows
                try:
                    table = file.read_row_group(group, use_threads=False)
                except Exception as error:
                    if not is_damage(error, part.source.size):
                        raise
                    for number in range(first + 1, first + max(rows, 1) + 1):  # damage may say that there are none
                        yield BadRecord(number, 0, f"row group {group} is damaged: {error}", b"")
                else:
                    yield from read_rows(table, first, self.settings)
                    yield GroupEnd()
                first += rows

    def name(self, source: Source) -> str:
        """Return the name of the output: that of the input."""
        return source.name

    def writer(self, part: Part, file: BinaryIO, put: Put) -> Writer:
        """Return a writer of the same schema, compression and encodings."""
        return TableWriter(self.settings) if part.problem else ParquetWriter(self.settings, part.source, file)

    def join(self, source: Source, parts: list[Path], target: Path) -> None:
        """Write one file with the row groups of all parts."""
        whole = [path for path in parts if path.stat().st_size]
        if whole:
            footer.join(whole, target)
            compress(target, source.codec)


class ParquetWriter(TableWriter):
    """Writes row groups as those of the source are written."""

    def __init__(self, settings: Settings, source: Source, file: BinaryIO) -> None:
        super().__init__(settings)
        parquet = need("pyarrow.parquet")
        with _opened(source) as original:
            options = _options(source, original.metadata, settings.fields.text)
            self._writer = parquet.ParquetWriter(file, original.schema_arrow, **options)

    def write_group(self, table: Any) -> None:
        """Write a row group."""
        if table.num_rows:
            self._writer.write_table(table, row_group_size=table.num_rows)

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


def compress(path: Path, codec: str) -> None:
    """Compress a file in its place, if there is a codec."""
    if codec:
        packed = path.with_suffix(".packed")
        with path.open("rb") as plain, packed.open("wb") as raw, compressed(raw, codec) as file:
            while chunk := plain.read(1 << 20):
                file.write(chunk)
        packed.replace(path)


def _opened(source: Source) -> Any:
    """Open a file; raise `BadStream` if it is no Parquet file."""
    parquet = need("pyarrow.parquet")
    try:
        if files.is_remote(source.path):
            return parquet.ParquetFile(files.opened(source.path))
        return parquet.ParquetFile(source.path)
    except Exception as error:
        if not is_damage(error, source.size):
            raise
        raise BadStream(f"no Parquet file that can be read: {error}") from None


def _size(group: Any) -> tuple[int, int]:
    """Return the rows of a row group, and the bytes of their data."""
    return group.num_rows, group.total_byte_size


def _options(source: Source, metadata: Any, text: str) -> dict[str, Any]:
    """Return how a file was written, as options of `pyarrow.parquet.ParquetWriter`. Raises `ValueError`."""
    options: dict[str, Any] = {
        "version": metadata.format_version,
        "store_schema": b"ARROW:schema" in (metadata.metadata or {}),
    }
    if not metadata.num_row_groups:
        return options
    with files.opened(source.path) as file:
        columns = footer.columns(file)
    sorting = metadata.row_group(0).sorting_columns
    paths = [column.path for column in columns]
    sorted_by = [paths[each.column_index] for each in sorting if each.column_index < len(paths)]
    return options | {
        "compression": {column.path: column.codec for column in columns},
        "use_dictionary": [column.path for column in columns if column.has_dictionary],
        "write_statistics": [column.path for column in columns if column.has_statistics],
        "use_deprecated_int96_timestamps": any(column.is_int96 for column in columns),
        "use_compliant_nested_type": not any(column.path.endswith(".list.item") for column in columns),
        "sorting_columns": sorting if sorting and len(sorted_by) == len(sorting) and text not in sorted_by else None,
    }
