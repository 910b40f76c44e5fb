"""CSV and TSV with a header line: one field is cleaned, every other byte of a record stays as it is.

A field in quotation marks may hold anything, the mark itself doubled; any other ends at the next delimiter. Records end
at a line feed outside of quotation marks. A mark inside a field that does not begin with one is an ordinary character.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import regex

from ..document import Document
from ..edit import Result
from .compression import BadStream
from .record import BadRecord, Record
from .source import Part, Settings
from .stream import Block, StreamFormat, too_long


class CsvRecord(NamedTuple):
    """A record, with the place of its text: the field at [`start`, `end`) of `line`, in bytes, marks included."""

    number: int
    offset: int
    document: Document
    line: bytes
    start: int
    end: int

    def render(self, result: Result) -> bytes:
        """Return the record with the cleaned text in its field, in quotation marks if it was or if it must be."""
        if not result.edits:
            return self.line
        text = result.text.encode("utf-8", "surrogateescape")
        before, after = self.line[: self.start], self.line[self.end :]
        # A line with nothing on it would be no record.
        is_blank = not (text or before or after.strip(b"\r\n"))
        if is_blank or self.line[self.start : self.start + 1] == b'"' or text.startswith(b'"'):
            text = b'"' + text.replace(b'"', b'""') + b'"'
        return before + text + after


class Grammar:
    """The patterns of records with one delimiter."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter.encode()
        d = regex.escape(delimiter).encode()
        field = rb'(?:"(?:[^"]++|"")*+"[^%s\n]*+|[^"%s\n][^%s\n]*+|)' % (d, d, d)
        #: A whole record with its line feed.
        self.record = regex.compile(rb"%s(?:%s%s)*+\n" % (field, d, field))
        #: The last record of a file, without a line feed.
        self.last = regex.compile(rb"%s(?:%s%s)*+\Z" % (field, d, field))
        #: The fields of a record before the one that is not whole yet.
        self.whole = regex.compile(rb"(?:%s%s)*+" % (field, d))
        #: A field in quotation marks that is over, though its delimiter is still to come.
        self.closed = regex.compile(rb'"(?:[^"]++|"")*+"[^"]')
        #: One field: what is in its quotation marks, or what it is without them; and what ends it.
        self.field = regex.compile(
            rb'(?:"(?P<quoted>(?:[^"]++|"")*+)"|(?P<plain>(?!")[^%s\n]*?))(?P<end>%s|\r?\n|\r?\Z)' % (d, d)
        )


class Csv(StreamFormat):
    """Comma-separated values."""

    delimiter = ","

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._grammar = Grammar(self.delimiter)

    def blocks(self, stream: BinaryIO) -> Iterator[Block]:
        """Yield the stream in blocks of whole records, the header in the first; note the header."""
        match = self._grammar.record.match
        start = first = 0
        buffer = b""
        self.header = b""
        ended = False
        while not ended:
            chunk = stream.read(self.settings.part)
            ended = not chunk
            buffer += chunk
            position = records = 0
            while found := match(buffer, position):
                position = found.end()
                records += 1
                if not self.header:
                    self.header = found[0]
            if records:
                yield Block(start, position, first, records, buffer[:position])
                first += records - (start == 0)
                start += position
                buffer = buffer[position:]
            if len(buffer) > self.settings.max_record:
                if not self.header:
                    raise BadStream(f"a header longer than --max-record {self.settings.max_record:,} bytes")
                length, rest = self._skip(stream, buffer)
                yield Block(start, length, first, 1, buffer)
                first += 1
                start, buffer = start + length, rest
                ended = False
        if buffer:
            self.header = self.header or buffer
            yield Block(start, len(buffer), first, 1, buffer)

    def _skip(self, stream: BinaryIO, record: bytes) -> tuple[int, bytes]:
        """Read to the end of a record of any length; return that length, in bytes, and what was read of the next."""
        read = len(record)
        while True:
            record = self._state(record)
            chunk = stream.read(self.settings.part)
            if not chunk:
                return read, b""
            read += len(chunk)
            record += chunk
            if found := self._grammar.record.match(record):
                rest = record[found.end() :]
                return read - len(rest), rest

    def _state(self, record: bytes) -> bytes:
        """Return something short that goes on like the start of a record that has not ended yet."""
        whole = self._grammar.whole.match(record)
        rest = record[whole.end() :] if whole else record
        if not rest:
            return b"x" + self.delimiter.encode()
        if not rest.startswith(b'"') or self._grammar.closed.match(rest):
            return b"x"
        marks = len(rest) - 1 - len(rest[1:].rstrip(b'"'))
        return b'""' if marks % 2 else b'"'

    def parse(self, data: bytes, part: Part) -> Iterator[Record | BadRecord | bytes]:
        """Yield the records of a part, the header and blank lines as they are."""
        columns = Columns(self.settings, self._grammar, part.header)
        number, position = part.first + 1, 0
        if part.start == 0 and data:
            position = len(part.header)
            yield part.header
        while position < len(data):
            found = self._grammar.record.match(data, position) or self._grammar.last.match(data, position)
            end = found.end() if found else len(data)
            line, offset = data[position:end], part.start + position
            if len(line) > self.settings.max_record:
                yield too_long(number, offset, self.settings, line)
            elif line in (b"\n", b"\r\n"):
                yield line
            elif found is None:
                yield BadRecord(number, offset, "a quotation mark that is never closed", line)
            else:
                yield columns.parse(line, number, offset)
            number, position = number + 1, end


class Tsv(Csv):
    """Tab-separated values."""

    delimiter = "\t"


class Columns:
    """The columns of one file, by its header."""

    def __init__(self, settings: Settings, grammar: Grammar, header: bytes) -> None:
        self._settings = settings
        self._grammar = grammar
        fields = self._split(header.removeprefix(b"\xef\xbb\xbf"))
        self._names = [value for _, _, value in fields or []]
        wanted = settings.fields
        self._text = self._place(wanted.text)
        roles = {"id": wanted.id, "title": wanted.title, "url": wanted.url, "language": wanted.language}
        places = {role: self._place(name) for role, name in roles.items() if name is not None}
        self._roles = {role: place for role, place in places.items() if place is not None}

    def parse(self, line: bytes, number: int, offset: int) -> Record | BadRecord:
        """Return the record of one line, or of several if its fields hold line ends."""
        if self._text is None:
            names = ", ".join(self._names)[:200]
            return BadRecord(number, offset, f"no column {self._settings.fields.text!r} in the header ({names})", line)
        fields = self._split(line)
        if fields is None:
            return BadRecord(number, offset, "text behind the closing quotation mark of a field", line)
        if len(fields) != len(self._names):
            return BadRecord(number, offset, f"{len(fields)} fields where the header has {len(self._names)}", line)
        start, end, text = fields[self._text]
        known: dict[str, str | None] = {role: fields[place][2] or None for role, place in self._roles.items()}
        known["language"] = known.get("language") or self._settings.language
        values = {name: value for name, (_, _, value) in zip(self._names, fields, strict=True)}
        document = Document(
            text, known.get("id"), known.get("title"), known.get("url"), known["language"], metadata=values
        )
        return CsvRecord(number, offset, document, line, start, end)

    def _split(self, line: bytes) -> list[tuple[int, int, str]] | None:
        """Return start, end and value of each field; None if something stands behind a closing quotation mark."""
        fields: list[tuple[int, int, str]] = []
        position = 0
        while True:
            found = self._grammar.field.match(line, position)
            if found is None:
                return None
            quoted = found["quoted"]
            value = found["plain"] if quoted is None else quoted.replace(b'""', b'"')
            fields.append((position, found.start("end"), value.decode("utf-8", "surrogateescape")))
            position = found.end()
            if found["end"] != self._grammar.delimiter:
                return fields

    def _place(self, name: str) -> int | None:
        return self._names.index(name) if name in self._names else None
