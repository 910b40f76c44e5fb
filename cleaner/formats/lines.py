"""Formats of one record a line: JSON Lines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from .jsonl import Reader
from .record import BadRecord, Record
from .source import Part, Settings
from .stream import Block, StreamFormat, too_long


class JsonLines(StreamFormat):
    """JSON Lines. A line ends at a line feed and nowhere else."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._reader = Reader(settings.fields, language=settings.language)

    def blocks(self, stream: BinaryIO) -> Iterator[Block]:
        """Yield the stream in blocks of whole lines."""
        start = first = 0
        while data := stream.read(self.settings.part):
            if not data.endswith(b"\n"):
                data += stream.readline(self.settings.max_record + 1)
            length = len(data)
            if not data.endswith(b"\n"):
                length += skip_line(stream)
            records = data.count(b"\n") + (not data.endswith(b"\n"))
            yield Block(start, length, first, records, data)
            start += length
            first += records

    def parse(self, data: bytes, part: Part) -> Iterator[Record | BadRecord | bytes]:
        """Yield the records of a part's lines, and blank lines as they are."""
        offset = part.start
        for number, line in enumerate(io.BytesIO(data), part.first + 1):
            if len(line) > self.settings.max_record:
                yield too_long(number, offset, self.settings, line)
            elif line.isspace():
                yield line
            else:
                yield self._reader.parse(line, number, offset)
            offset += len(line)


def skip_line(stream: BinaryIO) -> int:
    """Read up to and with the next line feed; return how many bytes that took."""
    skipped = 0
    while chunk := stream.readline(1 << 20):
        skipped += len(chunk)
        if chunk.endswith(b"\n"):
            break
    return skipped
