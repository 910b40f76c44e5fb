"""Text as a reader sees it: typography, markup and invisible characters folded away, with a way back to the original.

Rules are written against folded text, edits are made in the original. Most characters fold one to one (a curly
quotation mark becomes a straight one) and need no map. The rest - entities, tags, Markdown links, zero-width and
combining characters - changes the length; only lines that hold such *markup* pay for a map of offsets.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import NamedTuple

import regex

from .characters import COMBINING, INVISIBLE, LEAD, ONE_TO_ONE

# Compiled when a text asks for it: one of ASCII without markup never does.
_compiled = cache(re.compile)

#: Those that stand in most texts that hold any, and those of Latin-1: without them, such texts need no search.
_COMMON = [(character, ONE_TO_ONE[character]) for character in "’‘“”–—\xa0\x85´"]
# A search for these characters takes a tenth of the time of `str.translate`, which looks up every one. The standard
# library's engine is three times as fast as `regex` here: it has a bitmap for a class of many characters.
_ONE_TO_ONE = f"[{re.escape(''.join(ONE_TO_ONE))}]"
_UNSEEN = f"[{INVISIBLE}{COMBINING}]"
#: The only unseen one of Latin-1, the soft hyphen.
_UNSEEN_LATIN_1 = "\xad"
_EITHER = f"{_ONE_TO_ONE[:-1]}{_UNSEEN[1:]}"

#: One stretch that a reader does not see as typed. Bounded, so that hostile text costs linear time.
MARKUP = (
    rf"(?P<invisible>[{INVISIBLE}]+)"
    rf"|(?P<accent>[^\s{COMBINING}][{COMBINING}]{{1,8}})|[{COMBINING}]+"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});)"
    r"|</?(?P<tag>[a-zA-Z][a-zA-Z0-9]{0,30})(?:[^<>\n]{0,500})>"
    r"|\[(?=[^\[\]\n]{1,300}\]\([^()\s]{1,500}\))|(?<=[^\[\]\n])\]\([^()\s]{1,500}\)"
    r"|\*\*+"
)


class Mark(NamedTuple):
    """A stretch that is not shown as typed: [`start`, `end`) of the original shows as [`shown`, `shown_end`).

    A tag or half of a Markdown link has a `name` and a `turn`: 1 where it opens, -1 where it closes, 0 if it has no
    other half.
    """

    start: int
    end: int
    shown: int
    shown_end: int
    name: str = ""
    turn: int = 0


class Folded(NamedTuple):
    """A line as a reader sees it.

    `text` keeps case, `lower` is what cues are looked up in; both have the same length in characters. `marks` are the
    stretches of the original that are shown otherwise, in order.
    """

    text: str
    lower: str
    marks: tuple[Mark, ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original for a span of `text`, both in characters.

        Tags and links at its edges belong to it if both their halves do, so that none is left open.
        """
        if not self.marks or start >= end:
            return self._position(start), self._position(end)
        # Marks that show nothing: `left` and `right` ones stand at the two edges of the span, the others inside.
        left_to = bisect_right(self.marks, start, key=_shown_end)
        right_to = bisect_right(self.marks, end, key=_shown_end)
        left_from = bisect_left(self.marks, start, hi=left_to, key=_shown_start)
        right_from = bisect_left(self.marks, end, lo=left_to, hi=right_to, key=_shown_start)
        first, last = self._position(start), self._position(end)
        if right_from < right_to:
            last = self.marks[right_from].start
        left, right = list(self.marks[left_from:left_to]), list(self.marks[right_from:right_to])
        before, behind = _belonging(left, self.marks[left_to:right_from], right)
        return left[-before].start if before else first, right[behind - 1].end if behind else last

    def _position(self, shown: int) -> int:
        """Return where the character at `shown` of `text` stands in the original."""
        i = bisect_right(self.marks, shown, key=_shown_end)
        if i < len(self.marks) and self.marks[i].shown <= shown:
            return self.marks[i].start
        return shown + (self.marks[i - 1].end - self.marks[i - 1].shown_end if i else 0)


_shown_start = attrgetter("shown")
_shown_end = attrgetter("shown_end")


def _belonging(left: Sequence[Mark], inside: Iterable[Mark], right: Sequence[Mark]) -> tuple[int, int]:
    """Return how many marks left and right of a span belong to it: those that close or open what it opens or closes."""
    opened: list[str] = []  # inside, and not closed there
    closed: list[str] = []  # inside, and not opened there
    for mark in inside:
        if mark.turn > 0:
            opened.append(mark.name)
        elif mark.turn < 0 and opened and opened[-1] == mark.name:
            opened.pop()
        elif mark.turn < 0:
            closed.append(mark.name)
    closed.reverse()
    before = behind = 0
    for mark in right:
        if mark.name and not (mark.turn < 0 and opened and opened.pop() == mark.name):
            break
        behind += 1
    for place, mark in enumerate(reversed(left), start=1):
        if not mark.name:  # invisible: it goes with the tag on its other side, if that goes
            continue
        if mark.turn > 0 and closed and closed[-1] == mark.name:
            closed.pop()
            before = place
        elif mark.turn > 0 and not closed and behind < len(right) and right[behind][-2:] == (mark.name, -1):
            before, behind = place, behind + 1
        else:
            break
    return before, behind


def fold_text(text: str) -> tuple[str, bool]:
    """Return a text with what folds one character to one folded, and whether `MARKUP` may match in it."""
    if text.isascii():
        return text, _has_signs(text)
    for character, plain in _COMMON:
        text = text.replace(character, plain)
    if not _is_latin_1(text):
        if _compiled(_EITHER).search(text) is None:  # most texts: one search for both
            return text, _has_signs(text)
        text = _compiled(_ONE_TO_ONE).sub(_fold_one, text)
    return text, may_have_markup(text)


def fold_characters(text: str) -> str:
    """Fold what folds one character to one; the length stays."""
    return fold_text(text)[0]


def _is_latin_1(text: str) -> bool:
    """Whether no character is beyond U+00FF: told in a tenth of the time that a search takes."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _fold_one(found: re.Match[str]) -> str:
    return ONE_TO_ONE[found[0]]


def lower(folded: str) -> str:
    """Return the lower-case form that cues are compared in; the length stays (the two sigmas are one letter)."""
    return folded.lower().replace("ς", "σ")


def may_have_markup(text: str) -> bool:
    """Whether `MARKUP` may match in `text`: false for most lines, in a fiftieth of the time that a search takes."""
    return _has_signs(text) or (not text.isascii() and _has_unseen(text))


def _has_signs(text: str) -> bool:
    # One character is found in a sixth of the time that two take.
    return "&" in text or "<" in text or ("]" in text and "](" in text) or ("*" in text and "**" in text)


def _has_unseen(text: str) -> bool:
    if _is_latin_1(text):
        return _UNSEEN_LATIN_1 in text
    return _compiled(_UNSEEN).search(text) is not None


def markup_lines(text: str) -> list[int]:
    """Return where the lines of a text start that may have markup, in order."""
    starts: set[int] = set()
    for sign in ("&", "<", "](", "**"):
        position = text.find(sign)
        while position >= 0:
            starts.add(text.rfind("\n", 0, position) + 1)
            position = text.find(sign, _next_line(text, position))
    if not text.isascii() and _has_unseen(text):
        found = _compiled(_UNSEEN).search(text)
        while found:
            starts.add(text.rfind("\n", 0, found.start()) + 1)
            found = _compiled(_UNSEEN).search(text, _next_line(text, found.start()))
    return sorted(starts)


def _next_line(text: str, position: int) -> int:
    newline = text.find("\n", position)
    return newline + 1 if newline >= 0 else len(text)


def fold(line: str) -> Folded:
    """Fold one line.

    >>> fold("L’avis&nbsp;: <b>lire</b>").text
    "L'avis : lire"
    """
    if not may_have_markup(line):
        text = fold_characters(line)
        return Folded(text, lower(text))
    pieces: list[str] = []
    marks: list[Mark] = []
    position = length = 0
    bold = False
    for found in _compiled(MARKUP).finditer(line):
        shown = _shown(found)
        pieces += (line[position : found.start()], shown)
        length += found.start() - position
        position = found.end()
        if found[0].startswith("**"):
            bold = not bold
            name, turn = "**", 1 if bold else -1
        else:
            name, turn = _half(found)
        marks.append(Mark(found.start(), position, length, length + len(shown), name, turn))
        length += len(shown)
    text = fold_characters("".join((*pieces, line[position:])) if marks else line)
    return Folded(text, lower(text), tuple(marks))


def fold_cue(cue: str) -> str:
    """Return a phrase of a rule in the form it is looked up in: folded, lower-cased, spaces single."""
    return " ".join(fold(cue).lower.split())


def forms_of(phrase: str) -> list[str]:
    """Return the forms in which a phrase is looked up: folded; in capitals, as in Switzerland; without accents.

    >>> forms_of("Große Fähre")
    ['große fähre', 'grosse fähre', 'grosse fahre']
    """
    folded = fold_cue(phrase)
    with_ss = folded.replace("ß", "ss")
    return list(dict.fromkeys((folded, with_ss, unaccented(with_ss))))


def unaccented(cue: str) -> str:
    """Return a cue as people type it without the accents of its Latin or Greek letters."""
    decomposed = unicodedata.normalize("NFD", cue)
    return unicodedata.normalize("NFC", _letter_accents().sub("", decomposed))


@cache
def _letter_accents() -> regex.Pattern[str]:
    """Compiled when rules are read, which is seldom."""
    return regex.compile(r"(?<=[\p{Latin}\p{Greek}][\u0300-\u036f]*)[\u0300-\u036f]")


def skip_lead(text: str) -> int:
    """Return where the first word of a line starts, in characters: behind bullets, brackets, arrows and quotes."""
    for position, character in enumerate(text):
        if character not in LEAD:
            return position
    return len(text)


#: Letters with a dot below that the composed normal form writes in two characters, and people in one: Hindi, Bengali.
_DOTTED = {unicodedata.normalize("NFD", chr(code)): chr(code) for code in (*range(0x958, 0x960), 0x9DC, 0x9DD, 0x9DF)}

#: Elements without an end tag.
_VOID = frozenset(["area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


def _half(found: re.Match[str]) -> tuple[str, int]:
    """Return the name of a tag or Markdown link, and whether it opens (1), closes (-1) or does neither (0)."""
    if tag := (found["tag"] or "").lower():
        alone = tag in _VOID or found[0].endswith("/>")
        return tag, 0 if alone else -1 if found[0].startswith("</") else 1
    if found[0] == "[":
        return "link", 1
    return ("link", -1) if found[0].startswith("](") else ("", 0)


def _shown(found: re.Match[str]) -> str:
    if accent := found["accent"]:
        composed = unicodedata.normalize("NFC", accent)
        return _DOTTED.get(composed, composed)
    if entity := found["entity"]:
        from html import unescape  # its table of names is slow to import, and few lines hold an entity

        shown = unescape(entity)
        # An entity that stands for a line break or a control character must not split the line.
        return shown if shown.isprintable() else " "
    return ""
