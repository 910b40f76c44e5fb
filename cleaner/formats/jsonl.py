"""JSON Lines: one record a line. Only the text field is decoded, only what is deleted from it changes."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple

import msgspec
import regex

from ..document import Document
from ..edit import Edit, Result
from .record import BadRecord, EncodingErrors, invalid_utf8

_ROLES = ("text", "id", "title", "url", "language")


class Fields(NamedTuple):
    """Names of the fields that matter; None for those that the records do not have."""

    text: str = "text"
    title: str | None = None
    url: str | None = None
    language: str | None = None
    id: str = "id"


class JsonRecord(NamedTuple):
    """A line, and the document in its field `field`. Its bytes that are not UTF-8 are to stay."""

    number: int
    offset: int
    document: Document
    line: bytes
    field: str

    def render(self, result: Result) -> bytes:
        """Return the line without the deleted parts of its text; escapes and all other bytes stay as they are."""
        if not result.edits:
            return self.line
        start, end = locate(self.line, self.field, self.document.text)
        kept = cut(self.line[start:end].decode("utf-8", "surrogateescape"), result.edits)
        return self.line[:start] + kept.encode("utf-8", "surrogateescape") + self.line[end:]


class Reader:
    """Reads the records of JSON Lines streams with one set of fields."""

    def __init__(
        self, fields: Fields, *, language: str | None = None, errors: EncodingErrors = "surrogateescape"
    ) -> None:
        self.fields = fields
        self.language = language
        self.errors = errors
        roles = {
            "text": fields.text,
            "id": fields.id,
            "title": fields.title,
            "url": fields.url,
            "language": fields.language,
        }
        self._names = {role: name for role, name in roles.items() if name is not None}
        # Only these fields are looked at; the decoder skips the others.
        types = {role: (str, msgspec.NODEFAULT) if role == "text" else (str | int | None, None) for role in self._names}
        row = msgspec.defstruct("Row", [(role, *types[role]) for role in self._names], rename=self._names)
        # Two roles in one field: no such struct, and nobody's usual case.
        self._row = msgspec.json.Decoder(row) if len(set(self._names.values())) == len(self._names) else None

    def read(self, stream: BinaryIO) -> Iterator[JsonRecord | BadRecord | bytes]:
        """Yield a record for each line, or what is wrong with it; blank lines as they are."""
        offset = 0
        for number, line in enumerate(stream, 1):
            yield self.parse(line, number, offset) if not line.isspace() else line
            offset += len(line)

    def parse(self, line: bytes, number: int, offset: int) -> JsonRecord | BadRecord:
        """Return the record of one line."""
        if self.errors == "replace":
            line = line.decode("utf-8", "replace").encode()
        elif self.errors == "strict" and (position := invalid_utf8(line)) is not None:
            return BadRecord(number, offset + position, "not UTF-8", line)
        try:
            document = self._document(line)
        except (ValueError, RecursionError) as error:
            return BadRecord(number, offset, str(error), line)
        return JsonRecord(number, offset, document, line, self.fields.text)

    def _document(self, line: bytes) -> Document:
        """Return the document of a line. Raises `ValueError` saying what is wrong with it."""
        if self._row is not None:
            try:
                row = self._row.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                pass  # seldom, and then the slow way knows why
            else:
                return self._named([getattr(row, role, None) for role in _ROLES])
        values = self._values(line)
        return self._named([values.get(role) for role in _ROLES])

    def _named(self, values: list[Any]) -> Document:
        text, id, title, url, language = values
        return Document(text, _name(id), _name(title), _name(url), _name(language) or self.language)

    def _values(self, line: bytes) -> dict[str, Any]:
        """Return the values of a line's fields by their roles, read by the standard library.

        It takes what is no text in the strict sense and yet written by Python and JavaScript: half a surrogate pair.
        """
        try:
            record = json.loads(line.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape"))
        except RecursionError:
            raise ValueError("not a JSON object: nested too deeply") from None
        except ValueError as error:
            raise ValueError(f"not a JSON object: {error}") from None
        if not isinstance(record, dict):
            raise ValueError(f"not a JSON object but {_kind(record)}")
        values = {role: record.get(name) for role, name in self._names.items()}
        if self.fields.text not in record:
            raise ValueError(f"no field {self.fields.text!r}")
        if not isinstance(values["text"], str | None):
            raise ValueError(f"the field {self.fields.text!r} is {_kind(values['text'])}, not a text")
        return {**values, "text": values["text"] or ""}


def _name(value: object) -> str | None:
    """Return what a record says in a field beside the text; a number is as good a name as a text."""
    if value is None or isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) else None


def _kind(value: object) -> str:
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "an object",
        str: "a text",
    }
    return names.get(type(value), "null")


#: In a JSON string, what stands for one character in more than one: a pair of surrogates, one escape.
_ESCAPE = regex.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\(?:u[0-9a-fA-F]{4}|.)")


def cut(raw: str, edits: Sequence[Edit]) -> str:
    """Return a JSON string, as written with its quotes and escapes, without the characters that the edits delete.

    >>> cut(r'"a\\u00e9\\nb"', [Edit(1, 2, "rule", "é")])
    '"a\\\\nb"'
    """
    written = places(raw, [position for edit in edits for position in (edit.start, edit.end)])
    pieces = []
    position = 0
    for start, end in zip(written[::2], written[1::2], strict=True):
        pieces.append(raw[position:start])
        position = end
    pieces.append(raw[position:])
    return "".join(pieces)


def places(raw: str, bounds: Iterable[int]) -> list[int]:
    """Return where ascending positions of a text stand in its JSON string as written, with quotes and escapes."""
    written: list[int] = []
    shift = 1  # by how much positions in `raw` are ahead of those in the text; the quote is the first
    escapes = _ESCAPE.finditer(raw)
    escape = next(escapes, None)
    for bound in bounds:
        while escape is not None and escape.start() - shift < bound:
            shift += escape.end() - escape.start() - 1
            escape = next(escapes, None)
        written.append(bound + shift)
    return written


#: What gives a JSON text its shape: strings, and brackets that open or close.
_STRING = regex.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', regex.DOTALL)
_TOKEN = regex.compile(_STRING.pattern + rb"|[\[\]{}]", regex.DOTALL)
_COLON = regex.compile(rb"\s*:\s*")
#: A letter that needs no escape: no writer of titles and names makes one, other letters have higher numbers.
_ASCII_ESCAPE = regex.compile(rb"\\u00[0-7]")
_BACKSLASH = 0x5C


def locate(line: bytes, field: str, text: str) -> tuple[int, int]:
    """Return where the JSON string `text` of `field` stands in an object, quotes included, in bytes.

    Where the key stands twice the last one counts, as for every parser.
    """
    key = json.dumps(field, ensure_ascii=False).encode("utf-8", "surrogatepass")
    places = [found.end() for found in regex.finditer(regex.escape(key) + _COLON.pattern, line)]
    if len(places) == 1:
        start, end = places[0], _string_end(line, places[0])
        if end and _decoded(line[start:end]) == text and not _may_be_escaped(field, line, start, end):
            return start, end
    return _locate_by_depth(line, field)


def _may_be_escaped(field: str, line: bytes, start: int, end: int) -> bool:
    """Whether a key outside of [start, end) may be `field` written with escapes, and so the one that counts."""
    if not field.isascii() or "/" in field:
        return b"\\" in line
    return bool(_ASCII_ESCAPE.search(line, 0, start) or _ASCII_ESCAPE.search(line, end))


def _string_end(line: bytes, start: int) -> int:
    """Return where the JSON string that starts at `start` ends, 0 if none does; in a tenth of the time of a pattern."""
    quote = line.find(b'"', start + 1) if line.startswith(b'"', start) else -1
    while quote >= 0:
        before = quote
        while line[before - 1] == _BACKSLASH:
            before -= 1
        if (quote - before) % 2 == 0:
            return quote + 1
        quote = line.find(b'"', quote + 1)
    return 0


def _locate_by_depth(line: bytes, field: str) -> tuple[int, int]:
    """Find a field by reading all keys: an object inside may hold one of that name, or it is written with escapes."""
    depth = 0
    found = (0, 0)
    for token in _TOKEN.finditer(line):
        if token[0] in b"{[":
            depth += 1
        elif token[0] in b"}]":
            depth -= 1
        elif depth == 1 and (colon := _COLON.match(line, token.end())) and _decoded(token[0]) == field:
            found = string.span() if (string := _STRING.match(line, colon.end())) else found
    return found


def _decoded(string: bytes) -> str:
    text: str = json.loads(string.decode("utf-8", "surrogateescape"), strict=False)
    return text
