"""Formats of one document a file: text and pages. Many small files make a part."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ..document import Document
from ..edit import Result
from . import files, text
from .compression import BadStream, check, compressed, decompressed, split_name
from .protocol import Member, Put, Skipped, Writer
from .record import BadRecord, Record
from .source import Part, Settings, Source
from .stream import too_long

if TYPE_CHECKING:
    from .pages import HtmlReader

#: Files in a part at most: opening a file costs more than handing it over, and a crash repeats few.
MEMBERS = 256


class WholeFiles:
    """Files that are one text document each."""

    joins = False

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def cut(self, source: Source) -> Iterator[Part]:
        """Yield parts of as many files as have a part's size together."""
        start = size = number = 0
        for stop, member in enumerate(source.members, 1):
            size += member.size
            if size >= self.settings.part or stop - start >= MEMBERS or stop == len(source.members):
                members = source.members[start:stop]
                whole = replace(source, members=())
                yield Part(whole, number, start, stop, start, len(members), size, members=members)
                start, size, number = stop, 0, number + 1

    def read(self, part: Part) -> Iterator[Record | BadRecord | Member | Skipped]:
        """Yield the documents, each after the file it is in."""
        for member in part.members:
            yield Member(member.path, self.name(member))
            data = b""
            files.check_unchanged(member.path, member.stamp)
            try:
                with files.opened(member.path) as raw:
                    stream = decompressed(raw, member.codec)
                    data = stream.read(self.settings.max_record + 1)
                    check(stream)
            except BadStream as error:
                yield BadRecord(1, 0, str(error), data)
                continue
            if len(data) > self.settings.max_record:
                yield too_long(1, 0, self.settings, data)
            else:
                yield from self.parse(data, member)

    def parse(self, data: bytes, member: Source) -> Iterator[Record | BadRecord | Skipped]:
        """Yield the one document of a file's bytes."""
        yield from text.read(io.BytesIO(data), member.name, language=self.settings.language)

    def name(self, source: Source) -> str:
        """Return the name of the output: that of the input."""
        return source.name

    def writer(self, part: Part, file: BinaryIO, put: Put) -> Writer:
        """Return a writer that makes a file of each document."""
        return WholeWriter(put)

    def join(self, source: Source, parts: list[Path], target: Path) -> None:
        """Do nothing: the parts are finished files."""


class Pages(WholeFiles):
    """HTML files, pages or fragments; the output is the text of their articles."""

    @cached_property
    def _reader(self) -> HtmlReader:
        from .pages import HtmlReader

        return HtmlReader(self.settings.rules, headline=self.settings.headline)

    def parse(self, data: bytes, member: Source) -> Iterator[Record | BadRecord | Skipped]:
        """Yield the article of a page; one without any text is counted and left out."""
        from .html import NoText, PageError
        from .pages import HtmlRecord

        known = Document("", id=member.name, language=self.settings.language)
        try:
            yield HtmlRecord(self._reader.read(data, known))
        except NoText as error:
            yield Skipped(f"files with {error}", 1)
        except PageError as error:
            yield BadRecord(1, 0, str(error), data)

    def name(self, source: Source) -> str:
        """Return the name of the output: that of the page, as a text."""
        bare, codec = split_name(source.name)
        return f"{bare}.txt" + source.name[len(bare) :] if codec else f"{bare}.txt"


class TextsAndPages(WholeFiles):
    """Files of either kind together, for what makes one file of them."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._pages = Pages(settings)

    def parse(self, data: bytes, member: Source) -> Iterator[Record | BadRecord | Skipped]:
        """Yield the one document of a text or page."""
        return self._pages.parse(data, member) if member.format == "html" else super().parse(data, member)


class WholeWriter:
    """Writes each document to the file named before it."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self._name = ""

    def write(self, record: Record, result: Result) -> None:
        """Write the file, compressed if its name says so."""
        packed = io.BytesIO()
        with compressed(packed, split_name(self._name)[1]) as file:
            file.write(record.render(result))
        self._put(self._name, packed.getvalue())

    def keep(self, item: object) -> None:
        """Take the name of the next file."""
        if isinstance(item, Member):
            self._name = item.name

    def close(self) -> None:
        """Do nothing: every file is finished."""
