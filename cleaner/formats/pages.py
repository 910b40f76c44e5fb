"""HTML in the pipe: files that are pages or fragments, and JSON Lines with HTML in one of their fields."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Literal, NamedTuple

import regex

from ..document import Document
from ..edit import Result
from ..rule import RuleSet
from . import jsonl
from .fragment import FragmentReader, is_page
from .headline import with_headline
from .html import NoText, PageError, PageReader, decoded
from .record import BadRecord

#: What HTML is taken for: `auto` looks whether it says that it is a page.
Kind = Literal["auto", "page", "fragment"]


class EmptyPage(UserWarning):
    """A record has no text, because its page has none."""


class HtmlReader:
    """Reads pages and fragments as documents, by those of the rules that are for elements.

    With `headline` it is the first line of their texts, and does not stand beside them.
    """

    def __init__(self, rules: RuleSet, kind: Kind = "auto", *, metadata: bool = False, headline: bool = False) -> None:
        self._pages = PageReader(rules)
        self._fragments = FragmentReader(rules)
        self._kind = kind
        self._metadata = metadata
        self._headline = headline

    def read(self, html: str | bytes, known: Document) -> Document:
        """Return the document of a page or fragment, with what is known of it. Raises `PageError`."""
        document = self._read(html, known)
        return with_headline(document) if self._headline else document

    def _read(self, html: str | bytes, known: Document) -> Document:
        facts = {"id": known.id, "title": known.title, "url": known.url, "language": known.language}
        if not html.strip():
            raise PageError("empty")
        text = decoded(html)
        if self._kind == "page" or (self._kind == "auto" and is_page(text)):
            return self._pages.read(text, **facts, metadata=self._metadata)
        document = self._fragments.read(text, **facts).document
        if not document.text:
            raise NoText("no text in this fragment")
        return document


class HtmlRecord(NamedTuple):
    """A file of HTML; what comes out is text."""

    document: Document
    number: int = 1
    offset: int = 0

    def render(self, result: Result) -> bytes:
        """Return the cleaned text, with a line end if there is any."""
        return f"{result.text}\n".encode("utf-8", "surrogateescape") if result.text else b""


def read_file(stream: BinaryIO, reader: HtmlReader, known: Document) -> Iterator[HtmlRecord | BadRecord]:
    """Yield the one document of a file."""
    data = stream.read()
    try:
        yield HtmlRecord(reader.read(data, known))
    except NoText as error:
        warnings.warn(f"{known.id}: {error}", EmptyPage, stacklevel=2)
        yield HtmlRecord(known)
    except PageError as error:
        yield BadRecord(1, 0, str(error), data)


class JsonHtmlRecord(NamedTuple):
    """A JSON line, the document that was HTML in it, and the field its text goes to."""

    number: int
    offset: int
    document: Document
    line: bytes
    field: str
    facts: dict[str, str]

    def render(self, result: Result) -> bytes:
        """Return the line with the cleaned text in its field, and what is known of the page where it says nothing."""
        return with_values(self.line, {self.field: result.text}, self.facts)


class JsonHtmlReader:
    """Reads records whose texts are HTML. `names` are the fields that metadata go to where they have no value."""

    def __init__(self, reader: HtmlReader, text: str, names: dict[str, str]) -> None:
        self._reader = reader
        self._text = text
        self._names = names

    def read(
        self, records: Iterable[jsonl.JsonRecord | BadRecord | bytes]
    ) -> Iterator[JsonHtmlRecord | BadRecord | bytes]:
        """Yield a record for each whose text is HTML, or what is wrong with it; all else as it is."""
        for record in records:
            if not isinstance(record, jsonl.JsonRecord):
                yield record
                continue
            try:
                document = self._reader.read(record.document.text, record.document)
            except NoText as error:
                # Pages that a browser has yet to fill are many: the record stays, with no text and not without a word.
                warnings.warn(f"record {record.number}: {error}", EmptyPage, stacklevel=2)
                known = record.document
                document = Document("", known.id, known.title, known.url, known.language)
            except PageError as error:
                yield BadRecord(record.number, record.offset, str(error), record.line)
                continue
            told = {"title": document.title, **document.metadata}
            facts = {name: value for fact, name in self._names.items() if (value := told.get(fact))}
            yield JsonHtmlRecord(record.number, record.offset, document, record.line, self._text, facts)


_BLANK = regex.compile(r"[ \t\r\n]*")


def with_values(line: bytes, values: dict[str, str], defaults: dict[str, str]) -> bytes:
    """Return a JSON object with fields set to `values`, and to `defaults` where they are missing, null or empty.

    Every other byte stays as it is; fields that were missing come last.

    >>> with_values(b'{"a":1.0, "text":null}', {"text": "x"}, {"title": "y"})
    b'{"a":1.0, "text":"x", "title": "y"}'
    """
    text = line.decode("utf-8", "surrogateescape")
    found = spans(text)
    changes: list[tuple[int, int, str]] = []
    added: list[str] = []
    for name, value in {**defaults, **values}.items():
        span = found.get(name)
        if span is None:
            added.append(f"{_string(name)}: {_string(value)}")
        elif name in values or text[slice(*span)] in ('""', "null"):
            changes.append((*span, _string(value)))
    end = text.rindex("}")
    comma = ", " if found else ""
    if added:
        changes.append((end, end, comma + ", ".join(added)))
    for start, stop, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[stop:]
    return text.encode("utf-8", "surrogateescape")


def spans(text: str) -> dict[str, tuple[int, int]]:
    """Return where the values of a JSON object's fields stand, in characters; the last one where a key stands twice."""
    # Numbers are not looked at, and the longest Python would not even read.
    decoder = json.JSONDecoder(strict=False, parse_int=str)
    found: dict[str, tuple[int, int]] = {}
    position = _skip(text, text.index("{") + 1)
    while text[position] != "}":
        name, position = decoder.raw_decode(text, position)
        start = _skip(text, _skip(text, position) + 1)
        _, end = decoder.raw_decode(text, start)
        found[name] = (start, end)
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return found


def _skip(text: str, position: int) -> int:
    blank = _BLANK.match(text, position)
    return blank.end() if blank else position


def _string(value: str) -> str:
    """Return a text as a JSON string; half a surrogate pair, which UTF-8 cannot hold, as an escape."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=False)
