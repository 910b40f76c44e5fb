"""WARC and WET archives: pages are extracted from responses, texts are cleaned where they stand.

The output is a WET archive: a conversion record for each page or text. Records that are no documents - requests,
metadata, pictures - are in the output of a WET archive, and left out and counted where pages were extracted.
"""

from __future__ import annotations

import base64
import io
import re
import uuid
from collections.abc import Iterator
from functools import cached_property
from hashlib import sha1
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from ..document import Document
from ..edit import Result
from .compression import BadStream, compressed, split_name
from .extra import need
from .protocol import Put, Skipped, Writer
from .record import BadRecord, Record
from .source import Part, Settings, Source
from .stream import HEAD, Block, StreamFormat, StreamWriter, too_long

if TYPE_CHECKING:
    from .pages import HtmlReader

#: What tells an archive of responses by its name, not by those of the folders it is in.
_MARK = re.compile(r"\.warc(?!\.wet|.*(?:/|\.warc))", re.IGNORECASE | re.DOTALL)

#: What stands behind each record.
_END = b"\r\n\r\n"

#: Media types of pages.
_PAGES = ("text/html", "application/xhtml+xml")

#: The date of a document whose date nobody knows; the format demands one.
UNKNOWN_DATE = "1970-01-01T00:00:00Z"

Headers = list[tuple[str, str]]


class WarcRecord(NamedTuple):
    """A page or text of an archive, with the headers of the record that it becomes."""

    number: int
    offset: int
    document: Document
    headers: Headers
    raw: bytes

    def render(self, result: Result) -> bytes:
        """Return the record as it was if nothing is removed from a text, else a new conversion record."""
        return self.raw if self.raw and not result.edits else _record(result.text, self.headers)


def conversion(text: str, url: str, id: str) -> bytes:
    """Return a conversion record of a document from elsewhere."""
    return _record(text, conversion_headers(url, UNKNOWN_DATE, id))


def conversion_headers(url: str, date: str, id: str) -> Headers:
    """Return the headers of a conversion record of the document `id`; digest and length are for `_record`."""
    return [
        ("WARC-Type", "conversion"),
        *([("WARC-Target-URI", url)] if url else []),
        ("WARC-Date", date),
        ("WARC-Record-ID", f"<urn:uuid:{_uuid(f'{url} {id}')}>"),
        *([("WARC-Refers-To", id)] if id.startswith("<") else []),
        ("WARC-Block-Digest", ""),
        ("Content-Type", "text/plain"),
        ("Content-Length", ""),
    ]


def _uuid(name: str) -> uuid.UUID:
    """Return a number made from a document's own name, so that every run gives the same."""
    return uuid.uuid5(uuid.NAMESPACE_URL, name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _record(text: str, headers: Headers) -> bytes:
    body = text.encode("utf-8", "surrogateescape")
    digest = "sha1:" + base64.b32encode(sha1(body).digest()).decode()
    new = {"content-length": str(len(body)), "warc-block-digest": digest, "warc-payload-digest": digest}
    # A line end inside a value would begin another header.
    lines = [f"{name}: {' '.join(new.get(name.lower(), value).split())}" for name, value in headers]
    return "\r\n".join(["WARC/1.0", *lines, "", ""]).encode("utf-8", "surrogateescape") + body + _END


class Warc(StreamFormat):
    """Web archives, compressed record by record or not at all."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._pages = Responses(settings)

    def name(self, source: Source) -> str:
        """Return the name of the output: that of a WET archive."""
        name = source.name
        is_wet = split_name(name)[0].lower().endswith(".wet")
        mark = None if is_wet else _MARK.search(name)
        return f"{name[: mark.end()]}.wet{name[mark.end() :]}" if mark else name

    def writer(self, part: Part, file: BinaryIO, put: Put) -> Writer:
        """Return a writer that compresses each record for itself, so that readers can find it."""
        return MemberWriter(file, part.source.codec)

    def blocks(self, stream: BinaryIO) -> Iterator[Block]:
        """Yield the stream in blocks of whole records, by the lengths that the records tell."""
        start = first = records = length = 0
        data = bytearray()
        problem = ""
        while not problem:
            try:
                record, size = self._next(stream)
            except BadStream as error:
                problem, record, size = f"{error}, at byte {start + length}", b"", 0
            data += record
            length += size
            records += bool(size)
            if records and (len(data) >= self.settings.part or size > len(record) or not size):
                yield Block(start, length, first, records, bytes(data))
                start, first = start + length, first + records
                records = length = 0
                data.clear()
            if not size:
                break
        if problem:
            raise BadStream(problem)

    def _next(self, stream: BinaryIO) -> tuple[bytes, int]:
        """Return the next record and its length; of one that is too long the beginning, of none nothing."""
        head = read_head(stream)
        if not head:
            return b"", 0
        content = content_length(head)
        wanted = content + len(_END)
        body = stream.read(min(wanted, self.settings.max_record + 1))
        size = len(head) + len(body)
        while size < len(head) + wanted and (chunk := stream.read(min(1 << 20, len(head) + wanted - size))):
            size += len(chunk)
        if size < len(head) + wanted:
            raise BadStream("a record that ends too early")
        if len(body) == wanted and not body.endswith(_END):
            raise BadStream("a record longer or shorter than its Content-Length")
        return head + body, size

    def parse(self, data: bytes, part: Part) -> Iterator[Record | BadRecord | bytes | Skipped]:
        """Yield the documents of a part, and what is none."""
        stream = io.BytesIO(data)
        archive = self.name(part.source) == part.source.name
        for number in range(part.first + 1, part.first + part.records + 1):
            start = stream.tell()
            head = read_head(stream)
            raw = head + stream.read(content_length(head) + len(_END))
            offset = part.start + start
            if len(raw) - len(head) > self.settings.max_record:
                yield too_long(number, offset, self.settings, raw[:1000])
            else:
                yield self._record(raw, len(head), number, offset, keep=archive)

    def _record(
        self, raw: bytes, start: int, number: int, offset: int, *, keep: bool
    ) -> Record | BadRecord | bytes | Skipped:
        headers = parse_head(raw[:start])
        known = {name.lower(): value for name, value in headers}
        kind = known.get("warc-type", "")
        if kind == "conversion" and known.get("content-type", "text/plain").startswith("text/plain"):
            text = raw[start : -len(_END)].decode("utf-8", "surrogateescape")
            document = Document(
                text, known.get("warc-record-id"), url=known.get("warc-target-uri"), language=self.settings.language
            )
            return WarcRecord(number, offset, document, headers, raw)
        if kind in ("response", "resource"):
            return self._pages.record(raw, known, number, offset)
        return raw if keep or kind == "warcinfo" else Skipped(f"{kind or 'unknown'} records of archives", number)


class Responses:
    """Turns the responses of servers into documents, where they are pages."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _reader(self) -> HtmlReader:
        from .pages import HtmlReader

        return HtmlReader(self._settings.rules, "page", headline=self._settings.headline)

    def record(self, raw: bytes, known: dict[str, str], number: int, offset: int) -> Record | BadRecord | Skipped:
        """Return the article of a response."""
        from .html import NoText, PageError

        try:
            type_, page = self._payload(raw)
        except (OSError, ValueError, StopIteration) as error:
            return BadRecord(number, offset, f"not a response that can be read: {error}", raw)
        if type_ not in _PAGES:
            return Skipped(f"responses of type {type_ or 'unknown'}", number)
        if len(page) > self._settings.max_record:
            return too_long(number, offset, self._settings, raw[:1000])
        url, id_ = known.get("warc-target-uri"), known.get("warc-record-id")
        try:
            document = self._reader.read(page, Document("", id_, url=url, language=self._settings.language))
        except NoText as error:
            return Skipped(f"responses with {error}", number)
        except PageError as error:
            return BadRecord(number, offset, str(error), raw)
        headers = conversion_headers(url or "", known.get("warc-date", UNKNOWN_DATE), id_ or str(offset))
        return WarcRecord(number, offset, document, headers, b"")

    def _payload(self, raw: bytes) -> tuple[str, bytes]:
        """Return the media type and the decoded bytes of a response."""
        warc = need("fastwarc.warc")
        record = next(iter(warc.ArchiveIterator(io.BytesIO(raw), parse_http=True, auto_decode="all")))
        type_ = record.http_content_type if record.is_http else record.headers.get("Content-Type", "")
        return (type_ or "").partition(";")[0].strip().lower(), record.reader.read(self._settings.max_record + 1)


class MemberWriter(StreamWriter):
    """Writes records, each compressed for itself."""

    def __init__(self, file: BinaryIO, codec: str) -> None:
        super().__init__(file, "")
        self._codec = codec

    def write(self, record: Record, result: Result) -> None:
        """Write a record with its cleaned text."""
        self.keep(record.render(result))

    def keep(self, item: object) -> None:
        """Write the bytes of a record."""
        if isinstance(item, bytes):
            with compressed(self._file, self._codec) as member:
                member.write(item)


def read_head(stream: BinaryIO) -> bytes:
    """Read the headers of a record with the blank line behind them; nothing at the end of the archive.

    Raises `BadStream` where something else stands.
    """
    lines = [stream.readline(HEAD)]
    if not lines[0]:
        return b""
    if not lines[0].startswith(b"WARC/"):
        raise BadStream("no WARC record where one should begin")
    size = len(lines[0])
    while lines[-1] not in (b"\r\n", b"\n"):
        lines.append(stream.readline(HEAD))
        size += len(lines[-1])
        if not lines[-1] or size > HEAD:
            raise BadStream("WARC headers without an end")
    return b"".join(lines)


def parse_head(head: bytes) -> Headers:
    """Return the headers of a record in their order."""
    lines = head.decode("utf-8", "surrogateescape").replace("\r\n", "\n").split("\n")[1:]
    pairs = (line.partition(":") for line in lines if line)
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def content_length(head: bytes) -> int:
    """Return how many bytes a record has behind its headers. Raises `BadStream`."""
    for name, value in parse_head(head):
        if name.lower() == "content-length" and value.isascii() and value.isdigit():
            return int(value)
    raise BadStream("a record without a Content-Length")
