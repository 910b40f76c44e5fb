"""Arrow IPC files, Feather among them, and streams: record batches, schema and metadata stay."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from . import files
from .compression import BadStream, decompressed
from .extra import need
from .parquet import compress
from .protocol import Put, Writer
from .record import BadRecord
from .source import Part, Settings, Source
from .stream import copy_to_disk
from .table import GroupEnd, Rows, TableRecord, TableWriter, check_schema, is_damage, opened, read_rows

#: The first bytes of a file; a stream has none.
MAGIC = b"ARROW1"

#: Bytes at the start of a file that show how its buffers are compressed: each begins with a mark that no text has.
HEAD = 1 << 20


class Arrow:
    """Arrow IPC. A part of a file is some record batches; a stream is one part."""

    joins = True

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        need("pyarrow")

    def cut(self, source: Source) -> Iterator[Part]:
        """Yield parts of whole record batches."""
        try:
            source = copy_to_disk(source, self.settings.spool)
            with Batches(source) as batches:
                check_schema(batches.schema, self.settings)
                rows = batches.rows()
        except Exception as error:
            if not is_damage(error, source.size):
                raise
            yield Part(source, 0, 0, 0, problem=str(error))
            return
        if not rows:
            yield Part(source, 0, 0, 0, weight=source.size)
            return
        step = max(1, self.settings.part * len(rows) // max(1, source.size))
        first = used = 0
        for number, start in enumerate(range(0, len(rows), step)):
            stop = min(start + step, len(rows))
            done = source.size * stop // len(rows)
            count = sum(rows[start:stop])
            yield Part(source, number, start, stop, first, count, done - used)
            first, used = first + count, done

    def read(self, part: Part) -> Iterator[TableRecord | BadRecord | Rows | GroupEnd]:
        """Yield the rows of a part, with the end of each batch."""
        if part.problem:
            yield BadRecord(part.first + 1, 0, part.problem, b"")
            return
        pyarrow = need("pyarrow")
        number = part.first
        try:
            with Batches(part.source) as batches:
                for batch in batches.between(part.start, part.stop):
                    batch.validate(full=True)
                    table = part.limited(pyarrow.Table.from_batches([batch]), number)
                    yield from read_rows(table, number, self.settings)
                    yield GroupEnd()
                    number += batch.num_rows
        except Exception as error:
            if not is_damage(error, part.source.size):
                raise
            for lost in range(number + 1, max(part.first + part.records, number + 1) + 1):
                yield BadRecord(lost, 0, f"damaged record batch: {error}", b"")

    def name(self, source: Source) -> str:
        """Return the name of the output: that of the input."""
        return source.name

    def writer(self, part: Part, file: BinaryIO, put: Put) -> Writer:
        """Return a writer of record batches."""
        return TableWriter(self.settings) if part.problem else ArrowWriter(self.settings, part.source, file)

    def join(self, source: Source, parts: list[Path], target: Path) -> None:
        """Write one file, or stream, with the batches of all parts, compressed as the source is."""
        whole = [path for path in parts if path.stat().st_size]
        if not whole:
            return
        pyarrow = need("pyarrow")
        is_file, codec = _kind(source)
        options = pyarrow.ipc.IpcWriteOptions(compression=codec, emit_dictionary_deltas=True)
        schema = _schema(whole[0])
        new = pyarrow.ipc.new_file if is_file else pyarrow.ipc.new_stream
        dictionary = Dictionary(schema, self.settings.fields.text)
        with target.open("wb") as file, new(file, schema, options=options) as writer:
            for path in whole:
                with path.open("rb") as part:
                    for batch in pyarrow.ipc.open_stream(part):
                        writer.write_batch(dictionary.extended(batch))
        compress(target, source.codec)


class ArrowWriter(TableWriter):
    """Writes record batches to a stream of their own."""

    def __init__(self, settings: Settings, source: Source, file: BinaryIO) -> None:
        super().__init__(settings)
        with Batches(source) as batches:
            self._writer = need("pyarrow").ipc.new_stream(file, batches.schema)

    def write_group(self, table: Any, end: GroupEnd) -> None:
        """Write a record batch."""
        for batch in table.unify_dictionaries().combine_chunks().to_batches():
            self._writer.write_batch(batch)

    def close(self) -> None:
        """Write the end of the stream."""
        self._writer.close()


class Batches(contextlib.AbstractContextManager["Batches"]):
    """The record batches of a file or stream. Entering raises `BadStream` if it is neither."""

    def __init__(self, source: Source) -> None:
        self._path = source.path
        self._size = source.size

    def __enter__(self) -> Batches:
        self._file = opened(self._path)
        self._is_file = self._file.read(len(MAGIC)) == MAGIC
        try:
            self._reader = self._open()
        except BaseException:
            self._file.close()
            raise
        self.schema = self._reader.schema
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def rows(self) -> list[int]:
        """Return the number of rows of each batch of a file; nothing for a stream."""
        if not self._is_file:
            return []
        # Compressed columns are unpacked as they are read: one of numbers costs least.
        types = need("pyarrow").types
        cheap = [i for i, field in enumerate(self.schema) if types.is_primitive(field.type)]
        reader = self._open(included_fields=[cheap[0] if cheap else 0])
        try:
            return [reader.get_batch(i).num_rows for i in range(reader.num_record_batches)]
        except Exception as error:
            raise self._bad(error) from None

    def between(self, start: int, stop: int) -> Iterator[Any]:
        """Yield the batches [start, stop) of a file, or all of a stream."""
        if not self._is_file:
            yield from self._reader
        else:
            for i in range(start, stop):
                yield self._reader.get_batch(i)

    def _open(self, **options: Any) -> Any:
        ipc = need("pyarrow").ipc
        self._file.seek(0)
        opened = ipc.open_file if self._is_file else ipc.open_stream
        try:
            return opened(self._file, options=ipc.IpcReadOptions(**options))
        except Exception as error:
            raise self._bad(error) from None

    def _bad(self, error: Exception) -> Exception:
        """Return an error of the machine as it is, any other as one of the data."""
        if is_damage(error, self._size):
            return BadStream(f"no Arrow file or stream that can be read: {error}")
        return error


class Dictionary:
    """The dictionary of the cleaned column, where it has one. It only grows: a file may not replace it."""

    def __init__(self, schema: Any, name: str) -> None:
        self._place = schema.get_field_index(name)
        self._field = schema.field(self._place)
        self._values: Any = None

    def extended(self, batch: Any) -> Any:
        """Return a batch with its texts encoded by the dictionary of all batches so far."""
        pyarrow = need("pyarrow")
        if not pyarrow.types.is_dictionary(self._field.type):
            return batch
        column = batch.column(self._place)
        if self._values is None:
            self._values = column.dictionary
        if column.dictionary.equals(self._values):
            return batch
        compute = need("pyarrow.compute")
        texts = column.dictionary_decode()
        known = compute.is_in(texts, value_set=self._values, skip_nulls=True)
        new = texts.filter(compute.and_(compute.invert(known), compute.is_valid(texts))).unique()
        self._values = pyarrow.concat_arrays([self._values, new])
        places = compute.index_in(texts, value_set=self._values, skip_nulls=True).cast(self._field.type.index_type)
        encoded = pyarrow.DictionaryArray.from_arrays(places, self._values, ordered=self._field.type.ordered)
        return batch.set_column(self._place, self._field, encoded)


def _schema(path: Path) -> Any:
    with path.open("rb") as part:
        return need("pyarrow").ipc.open_stream(part).schema


def _kind(source: Source) -> tuple[bool, str | None]:
    """Return whether a source is a file and no stream, and how the buffers in it are compressed."""
    with files.opened(source.path) as raw:
        head = decompressed(raw, source.codec).read(HEAD)
    codecs = {b"\x04\x22\x4d\x18": "lz4", b"\x28\xb5\x2f\xfd": "zstd"}
    return head.startswith(MAGIC), next((codec for mark, codec in codecs.items() if mark in head), None)
