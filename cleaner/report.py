"""A result as people and machines read it: the document with every removal marked and named by its rule."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

import regex

from .edit import Result

#: What a terminal would obey or hide instead of showing: control characters, lone surrogates, line and direction marks.
_UNSHOWN = regex.compile(r"[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")

_RED_STRUCK = "\x1b[31;9m"
_RED = "\x1b[31m"
_DIM = "\x1b[2m"
_PLAIN = "\x1b[0m"

#: Characters that are shown of an element of a page: enough to see what it is. A menu may have thousands.
ELEMENT = 100

#: A stretch of a line, and the rule that takes it away, None where it stays.
Piece = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the original document, or an element of its page: its stretches, and whether anything of it stays."""

    number: int
    pieces: tuple[Piece, ...]
    stays: bool

    @property
    def rules(self) -> list[str]:
        """The rules that take something visible from the line, in order."""
        return list(dict.fromkeys(rule for text, rule in self.pieces if rule and not text.isspace()))


def rows(result: Result) -> Iterator[Row]:
    """Yield every line of a result's document; numbers count from 1."""
    edits = list(result.edits)
    whole = len(result.document.text)
    start = 0
    for number, line in enumerate(result.document.text.split("\n"), 1):
        end = start + len(line)
        shown = line.removesuffix("\r")
        while edits and edits[0].end <= start:
            edits.pop(0)
        pieces: list[Piece] = []
        position = 0
        gone = False  # whether an edit takes the line end, or the end of the text
        for edit in edits:
            if edit.start > end:
                break
            first, last = max(edit.start - start, 0), edit.end - start
            pieces += ((shown[position:first], None), (shown[first:last], edit.rule))
            position = last
            gone = gone or edit.end > end or (edit.end == end == whole)
        pieces.append((shown[position:], None))
        kept = "".join(text for text, rule in pieces if rule is None)
        yield Row(number, tuple(piece for piece in pieces if piece[0]), bool(kept.strip()) or not gone)
        start = end + 1


def elements(result: Result) -> Iterator[Row]:
    """Yield, as rows without a number, what rules took out of a page before its article was looked for."""
    for rule, text in result.document.pruned:
        shown = text if len(text) <= ELEMENT else f"{text[:ELEMENT]}…"
        yield Row(0, ((shown, rule),), stays=False)


def marked(result: Result) -> Iterator[str]:
    """Yield the document line by line with marks in plain characters: `-` before a line that goes, `~` before one that
    loses what stands between `[-` and `-]`, and the rules behind.
    """
    for row in chain(rows(result), elements(result)):
        cut = row.stays and bool(row.rules)
        text = "".join(f"[-{printable(text)}-]" if rule and cut else printable(text) for text, rule in row.pieces)
        mark = "~" if cut else " " if row.stays else "-"
        yield f"{mark} {text}{_arrow(row)}".rstrip()


def coloured(result: Result, width: int) -> Iterator[str]:
    """Yield the document in rows of `width` columns for a terminal.

    Line numbers stand on the left; what goes is red and struck out, with the rule that takes it at the right.
    """
    digits = len(str(result.document.text.count("\n") + 1))
    room = max(width - digits - 2, 20)  # narrower than 20 columns nothing can be read
    for row in chain(rows(result), elements(result)):
        pieces = [(printable(text.expandtabs(4)), rule) for text, rule in row.pieces]
        shown = _wrap(pieces, room) or [[]]
        label = ", ".join(row.rules)
        if label:
            taken = sum(columns(text) for text, _ in shown[-1])
            if taken + columns(label) + 2 > room:
                shown.append([])
                taken = 0
        for i, line in enumerate(shown):
            gutter = f"{row.number if row.number and i == 0 else '':>{digits}}"
            text = "".join(f"{_RED_STRUCK}{text}{_PLAIN}" if rule else text for text, rule in line)
            if label and i == len(shown) - 1:
                text += " " * max(room - taken - columns(label), 2) + f"{_RED}{label}{_PLAIN}"
            yield f"{_DIM if row.stays else _RED}{gutter}{_PLAIN}  {text}".rstrip()


def summary(result: Result) -> str:
    """Return in one line how much went, and by which rules."""
    taken = _counted(rule for rule, _ in result.document.pruned)
    before = f"; before, elements of the page: {taken}" if taken else ""
    if not result.edits:
        return f"nothing removed{before}"
    gone = sum(len(edit.text) for edit in result.edits)
    by = _counted(edit.rule for edit in result.edits if not edit.text.isspace())
    return f"{gone} of {len(result.document.text)} characters removed: {by}{before}"


def _counted(rules: Iterable[str]) -> str:
    return ", ".join(f"{rule} {count}" if count > 1 else rule for rule, count in Counter(rules).most_common())


def to_json(result: Result, descriptions: Mapping[str, str]) -> str:
    """Return a result as one line of JSON; positions are in characters. `descriptions` say what each rule is for.

    `pruned` is what rules took out of the page before its article was looked for.
    """
    document = result.document
    data: dict[str, Any] = {
        "document": {
            "id": document.id, "title": document.title, "url": document.url, "language": document.language,
            "text": document.text,
        },
        "text": result.text,
        "edits": [
            {
                "rule": edit.rule, "start": edit.start, "end": edit.end, "text": edit.text,
                "description": descriptions.get(edit.rule, ""),
            }
            for edit in result.edits
        ],
        "pruned": [
            {"rule": rule, "text": text, "description": descriptions.get(rule, "")} for rule, text in document.pruned
        ],
    }  # fmt: skip
    return _UNSHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(data, ensure_ascii=False))


def printable(text: str) -> str:
    """Return a text with escapes for what must not reach a terminal raw.

    >>> printable("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    return _UNSHOWN.sub(lambda found: _escape(found[0]), text)


def columns(text: str) -> int:
    """Return how many columns a text takes on a terminal.

    >>> columns("abc"), columns("風")
    (3, 2)
    """
    if text.isascii():
        return len(text)
    return sum(map(_columns_of, text))


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _escape(character: str) -> str:
    code = ord(character)
    return "\t" if character == "\t" else f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _arrow(row: Row) -> str:
    return f"  <- {', '.join(row.rules)}" if row.rules else ""


def _wrap(pieces: list[Piece], width: int) -> list[list[Piece]]:
    """Break a line into rows of at most `width` columns, between words where that is possible."""
    broken = _broken(pieces, width)
    return [
        [("".join(text for text, _ in run), rule) for rule, run in groupby(row, key=itemgetter(1))] for row in broken
    ]


def _broken(pieces: list[Piece], width: int) -> list[list[Piece]]:
    """Break a line into rows of words and the spaces between them."""
    rows: list[list[Piece]] = [[]]
    room = width
    for text, rule in pieces:
        for word in regex.findall(r"\s+|\S+", text):
            if columns(word) > room and room < width:
                rows.append([])
                room = width
                if word.isspace():
                    continue
            while columns(word) > room:
                fits = _fitting(word, room)
                rows[-1].append((word[:fits], rule))
                rows.append([])
                room = width
                word = word[fits:]
            rows[-1].append((word, rule))
            room -= columns(word)
    return rows


def _fitting(word: str, room: int) -> int:
    """Return how many characters of a word fit into `room` columns, at least one."""
    taken = 0
    for i, character in enumerate(word):
        taken += _columns_of(character)
        if taken > room:
            return max(i, 1)
    return len(word)
