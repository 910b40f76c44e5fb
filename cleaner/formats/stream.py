"""Formats whose records follow one another in a stream of bytes: cut at records, cleaned apart, put together again."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from ..edit import Result
from . import files
from .compression import BadStream, check, compressed, decompressed
from .protocol import Put, Writer
from .record import BadRecord, Record
from .removed import concatenate
from .source import Part, Settings, Source

#: Bytes that may stand before what `--max-record` bounds: the headers of a record in an archive, a hundred times what
#: crawlers write.
HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records: `data` are `length` bytes at `start`; fewer, if the last record is longer than any may be.

    `first` records stand before them; `records` counts those in the block, with blank lines and headers.
    """

    start: int
    length: int
    first: int
    records: int
    data: bytes


class StreamWriter:
    """Writes records one after the other."""

    def __init__(self, file: BinaryIO, codec: str) -> None:
        self._context = compressed(file, codec)
        self._file = self._context.__enter__()

    def write(self, record: Record, result: Result) -> None:
        """Write a record with its cleaned text."""
        self._file.write(record.render(result))

    def keep(self, item: object) -> None:
        """Write the bytes between records as they are."""
        if isinstance(item, bytes):
            self._file.write(item)

    def close(self) -> None:
        """Finish the compressed data."""
        self._context.__exit__(None, None, None)


class StreamFormat:
    """What formats of this kind share; each says where records end (`blocks`) and what they are (`parse`)."""

    joins = True

    #: The bytes at the start of the source that is being cut which all its parts need to be understood.
    header = b""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def blocks(self, stream: BinaryIO) -> Iterator[Block]:
        """Yield the stream in blocks of whole records."""
        raise NotImplementedError

    def parse(self, data: bytes, part: Part) -> Iterator[Record | BadRecord | object]:
        """Yield the records of a part's bytes."""
        raise NotImplementedError

    def cut(self, source: Source) -> Iterator[Part]:
        """Yield the parts of a source. Bytes of a plain local file are left for the worker to read."""
        inline = bool(source.codec) or files.is_remote(source.path)
        with files.opened(source.path) as raw:
            number = used = start = first = 0
            stream = decompressed(raw, source.codec)
            try:
                for block in self.blocks(stream):
                    weight, used = raw.tell() - used, raw.tell()
                    start, first = block.start + block.length, block.first + block.records
                    data = block.data if inline else None
                    yield Part(
                        source, number, block.start, start, block.first, block.records, weight, data, self.header
                    )
                    number += 1
                check(stream)
            except BadStream as error:
                yield Part(source, number, start, start, first, data=b"", header=self.header, problem=str(error))

    def read(self, part: Part) -> Iterator[Record | BadRecord | object]:
        """Yield the records of a part: as many as were counted when it was cut."""
        count = 0
        for item in self.parse(self._bytes(part), part):
            count += 1
            yield item
        if count != part.records:
            raise OSError(errno.EIO, f"{count} records where {part.records} were", part.source.path)
        if part.problem:
            yield BadRecord(part.first + 1, part.stop, part.problem, b"")

    def _bytes(self, part: Part) -> bytes:
        if part.data is not None:
            return part.data
        with files.opened(part.source.path) as file:
            file.seek(part.start)
            # No block is longer, but for one whose last record is: of that, enough is read to refuse it.
            wanted = min(part.stop - part.start, 2 * self.settings.part + HEAD + self.settings.max_record + 1)
            data = file.read(wanted)
        if len(data) < wanted:
            raise OSError(errno.EIO, "has changed since the run began", part.source.path)
        return data

    def name(self, source: Source) -> str:
        """Return the name of the output: that of the input."""
        return source.name

    def writer(self, part: Part, file: BinaryIO, put: Put) -> Writer:
        """Return a writer that compresses as the source is compressed."""
        return StreamWriter(file, part.source.codec)

    def join(self, source: Source, parts: list[Path], target: Path) -> None:
        """Put the parts one after the other: compressed or not, that is a file of the same kind."""
        concatenate(parts, target)
        if not target.stat().st_size and source.codec:
            with target.open("wb") as file, compressed(file, source.codec):
                pass


def too_long(number: int, offset: int, settings: Settings, start: bytes) -> BadRecord:
    """Return the account of a record that is not read because of its size."""
    return BadRecord(number, offset, f"longer than --max-record {settings.max_record:,} bytes", start)


def copy_to_disk(source: Source, folder: Path) -> Source:
    """Return a source with random access to its uncompressed bytes: itself, or a copy in a folder."""
    if not source.codec:
        return source
    with tempfile.NamedTemporaryFile(dir=folder, prefix="unpacked-", delete=False) as out:
        with files.opened(source.path) as raw:
            stream = decompressed(raw, source.codec)
            shutil.copyfileobj(stream, out, 1 << 20)
            check(stream)
        return replace(source, path=out.name, size=out.tell())
