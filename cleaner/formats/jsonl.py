"""JSON Lines: one record a line. Only the text field is decoded, only what is deleted from it changes."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec
import regex

from ..document import Document
from ..edit import Edit, Result
from .record import BadRecord, EncodingErrors, invalid_utf8


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of the fields that matter; None for those that the records do not have."""

    text: str = "text"
    title: str | None = None
    url: str | None = None
    language: str | None = None
    id: str = "id"


@dataclass(slots=True)
class JsonRecord:
    """A line, with the place of its text: the JSON string at [`start`, `end`) of `line`, quotes included."""

    number: int
    offset: int
    document: Document
    line: bytes
    raw: bytes
    errors: EncodingErrors
    field: str

    def render(self, result: Result) -> bytes:
        """Return the line without the deleted parts of its text; escapes and all other bytes stay as they are."""
        if not result.edits and self.errors != "replace":
            return self.line
        start = locate(self.line, self.field, self.raw)
        decoded = self.raw.decode("utf-8", self.errors)
        kept = cut(decoded, result.edits) if result.edits else decoded
        return self.line[:start] + kept.encode("utf-8", self.errors) + self.line[start + len(self.raw) :]


class Reader:
    """Reads the records of JSON Lines streams with one set of fields."""

    def __init__(
        self, fields: Fields, *, language: str | None = None, errors: EncodingErrors = "surrogateescape"
    ) -> None:
        self.fields = fields
        self.language = language
        self.errors = errors
        roles = {"text": fields.text, "id": fields.id, "title": fields.title, "url": fields.url, "language": fields.language}
        names = list(dict.fromkeys(name for name in roles.values() if name is not None))
        # Only these fields are looked at; the decoder skips the others.
        keys = {f"field{i}": name for i, name in enumerate(names)}
        row = msgspec.defstruct("Row", [(key, msgspec.Raw, msgspec.Raw()) for key in keys], rename=keys)
        self._names = {role: name for role, name in roles.items() if name is not None}
        self._attributes = {role: f"field{names.index(name)}" for role, name in self._names.items()}
        self._row = msgspec.json.Decoder(row)
        self._string = msgspec.json.Decoder(str)

    def read(self, stream: BinaryIO) -> Iterator[JsonRecord | BadRecord | bytes]:
        """Yield a record for each line, or what is wrong with it; blank lines as they are."""
        offset = 0
        for number, line in enumerate(stream, 1):
            yield self.parse(line, number, offset) if not line.isspace() else line
            offset += len(line)

    def parse(self, line: bytes, number: int, offset: int) -> JsonRecord | BadRecord:
        """Return the record of one line."""
        if self.errors == "strict" and (position := invalid_utf8(line)) is not None:
            return BadRecord(number, offset + position, "not UTF-8", line)
        try:
            raw = self._raw_values(line)
        except (ValueError, RecursionError) as error:
            return BadRecord(number, offset, f"not a JSON object: {error}", line)
        if "text" not in raw:
            return BadRecord(number, offset, f"no field {self.fields.text!r}", line)
        text = self._value(raw["text"])
        if text is not None and not isinstance(text, str):
            return BadRecord(number, offset, f"the field {self.fields.text!r} is not a text", line)
        id, title, url, language = (self._name(raw.get(role)) for role in ("id", "title", "url", "language"))
        document = Document(text or "", id=id, title=title, url=url, language=language or self.language)
        return JsonRecord(number, offset, document, line, raw["text"], self.errors, self.fields.text)

    def _raw_values(self, line: bytes) -> dict[str, bytes]:
        """Return the values of the fields that a record has, by their roles, as they are written."""
        body = line.removeprefix(codecs.BOM_UTF8)
        try:
            row = self._row.decode(body)
        except msgspec.DecodeError:
            if b"\\u" not in body:
                raise
            # An escape for half a surrogate pair is no text, yet Python and JavaScript write it.
            return self._raw_values_slowly(body)
        return {role: bytes(raw) for role, field in self._attributes.items() if (raw := getattr(row, field))}

    def _raw_values_slowly(self, body: bytes) -> dict[str, bytes]:
        if not isinstance(json.loads(body.decode("utf-8", "surrogateescape")), dict):
            raise ValueError("not an object")
        found: dict[str, bytes] = {}
        for role, name in self._names.items():
            if (start := place(body, name)) >= 0:
                rest = body[start:].decode("utf-8", "surrogateescape")
                end = json.JSONDecoder().raw_decode(rest)[1]
                found[role] = rest[:end].encode("utf-8", "surrogateescape")
        return found

    def _name(self, raw: bytes | None) -> str | None:
        """Return what a record says in a field; a number is as good a name as a text."""
        value = self._value(raw) if raw else None
        return str(value) if isinstance(value, (str, int)) else None

    def _value(self, raw: bytes) -> Any:
        try:
            return self._string.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            # No text, bytes that are not UTF-8, or half a surrogate pair: slow, rare, and nothing is lost.
            return json.loads(raw.decode("utf-8", self.errors))


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
    """Return where ascending positions of a text stand in it as a JSON string, as written with its quotes and escapes."""
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
_TOKEN = regex.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', regex.DOTALL)


def locate(line: bytes, field: str, raw: bytes) -> int:
    """Return where the value of `field` starts in a JSON object, in bytes; the last one if the key stands there twice."""
    key = json.dumps(field, ensure_ascii=False).encode()
    places = [m.end() for m in regex.finditer(regex.escape(key) + rb"\s*:\s*", line) if line.startswith(raw, m.end())]
    return places[0] if len(places) == 1 else place(line, field)


def place(line: bytes, field: str) -> int:
    """Return where the last value of `field` in a JSON object starts, in bytes, by reading all its keys; -1 if nowhere."""
    depth = 0
    found = -1
    for token in _TOKEN.finditer(line):
        if token[0] in b"{[":
            depth += 1
        elif token[0] in b"}]":
            depth -= 1
        elif depth == 1 and (colon := _COLON.match(line, token.end())):
            if json.loads(token[0].decode("utf-8", "surrogateescape")) == field:
                found = colon.end()
    return found


_COLON = regex.compile(rb"\s*:\s*")
