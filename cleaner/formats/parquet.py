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
                sizes = [_sizes(file.metadata.row_group(i)) for i in range(file.metadata.num_row_groups)]
        except BadStream as error:
            yield Part(source, 0, 0, 0, problem=str(error))
            return
        start = first = number = 0
        for stop in range(1, len(sizes) + 1):
            size = sum(sizes[i][1] for i in range(start, stop))
            if size >= self.settings.part or stop == len(sizes):
                rows = sum(sizes[i][0] for i in range(start, stop))
                weight = sum(sizes[i][2] for i in range(start, stop))
                yield Part(source, number, start, stop, first, rows, weight)
                start, first, number = stop, first + rows, number + 1
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
                    for number in range(first + 1, first + rows + 1):
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
            options = _options(original.metadata, settings.fields.text)
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


def _sizes(group: Any) -> tuple[int, int, int]:
    """Return the rows, the bytes of data, and the bytes in the file, of a row group."""
    packed = sum(group.column(i).total_compressed_size for i in range(group.num_columns))
    return group.num_rows, group.total_byte_size, packed


def _options(metadata: Any, text: str) -> dict[str, Any]:
    """Return how a file was written, as options of `pyarrow.parquet.ParquetWriter`."""
    options: dict[str, Any] = {
        "version": metadata.format_version,
        "store_schema": b"ARROW:schema" in (metadata.metadata or {}),
    }
    if not metadata.num_row_groups:
        return options
    group = metadata.row_group(0)
    columns = [group.column(i) for i in range(group.num_columns)]
    paths = [column.path_in_schema for column in columns]
    sorting = [each for each in group.sorting_columns if paths[each.column_index] != text]
    return options | {
        "compression": {column.path_in_schema: _codec(column.compression) for column in columns},
        "use_dictionary": [column.path_in_schema for column in columns if _has_dictionary(column)],
        "write_statistics": [column.path_in_schema for column in columns if column.is_stats_set],
        "use_deprecated_int96_timestamps": any(column.physical_type == "INT96" for column in columns),
        "use_compliant_nested_type": not any(path.endswith(".list.item") for path in paths),
        "sorting_columns": sorting if len(sorting) == len(group.sorting_columns) and sorting else None,
    }


def _codec(name: str) -> str:
    return "NONE" if name == "UNCOMPRESSED" else name


def _has_dictionary(column: Any) -> bool:
    return any(encoding in ("PLAIN_DICTIONARY", "RLE_DICTIONARY") for encoding in column.encodings)
