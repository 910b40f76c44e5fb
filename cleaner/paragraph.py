"""Paragraphs whose lines were broken at some width: a line of one is a piece of prose, however short it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import groupby, pairwise

from .document import Line, Lines

#: Paragraphs of which the lines were broken are not wider (characters): e-mail has 72 or 76, few screens 100.
MAX_WIDTH = 110
#: A shorter line (characters) may end anywhere without having been broken there: a heading, a label, a verse.
MIN_BROKEN = 40
#: Characters of a word that may have been too long for the line before: the longest that people write, no address.
LONGEST_WORD = 20
#: A paragraph of so many lines shows its own width; a shorter one goes by the width of the text ...
ENOUGH_LINES = 3
#: ... if that has so many lines, and no more than this share of them is longer: addresses, tables.
MANY_LINES = 10
WIDER = 0.05

#: So many short lines make a sentence, as verses do, where only the first begins with a capital.
MIN_VERSES = 2

# Compiled by `re` when a text asks for them: few do.
_BRACKET = r"[()\uff08\uff09]"
_INNER_STOP = r"\w{3}[.!?]['\"”’»)\]]{0,3}\s+['\"“‘«(]?\w"
_STOP = r"""[.!?:;…。！？।۔؟]['"”’»)\]]{0,3}$"""


class Paragraphs:
    """The broken paragraphs of a text, found where somebody asks for a line of one."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._known: dict[int, bool] = {}

    @property
    def any_met(self) -> bool:
        """Whether a broken paragraph stood where somebody asked."""
        return any(self._known.values())

    def is_piece(self, line: Line) -> bool:
        """Whether a line is a piece of a sentence in a paragraph whose lines were broken."""
        if line.start not in self._known:  # what is found of one line is found of all in its block
            for short, run in groupby(self._lines.block(line), key=lambda each: len(each.text) <= MAX_WIDTH):
                block = list(run)
                pieces = self._pieces([each.text for each in block]) if short else set()
                self._known.update((each.start, number in pieces) for number, each in enumerate(block))
        return self._known[line.start]

    def goes_on_below(self, line: Line) -> bool:
        """Whether the sentence that a line ends in goes on in the line right below."""
        if not _breaks_off(line.text):
            return False
        below = self._lines.next(line)
        return below is not None and below.start == self._lines.after(line.end) and self.is_piece(below)

    def _pieces(self, block: list[str]) -> set[int]:
        """Return which of some lines that stand together are pieces of sentences."""
        if len(block) == 1:
            return set()
        pairs = list(enumerate(pairwise(block)))
        # Sentences that may go on: few lines begin with a small letter.
        small = [(number, pair) for number, pair in pairs if pair[1].lstrip()[:1].islower()]
        pieces = {number + 1 for number, pair in small if _ends_sentence(*pair)}
        pieces |= {number + 1 for number, pair in small if _runs_through(*pair, *block[number + 2 : number + 3])}
        shared = [number for number, pair in pairs if _shares_brackets(*pair)]
        shared += (number for number, pair in small if _shares_sentence(*pair))
        pieces |= {piece for number in shared for piece in (number, number + 1)} | set(_verses(block))
        width = max(map(len, block)) if len(block) >= ENOUGH_LINES else self._width
        if len(block) > ENOUGH_LINES and not _is_full(block[0], block[1], width):
            del pairs[0]  # a label right above, shorter than the lines of the paragraph
        full = MIN_BROKEN <= width <= MAX_WIDTH and all(_is_full(first, second, width) for _, (first, second) in pairs)
        if full and 2 * sum(_goes_on(second) for _, (_, second) in pairs) >= len(pairs):
            pieces |= {piece for number, (first, _) in pairs if _breaks_off(first) for piece in (number, number + 1)}
        return pieces

    @cached_property
    def _width(self) -> int:
        """The length that few lines exceed, in characters; 0 for a text of few lines."""
        lengths = sorted(len(line.text) for line in self._lines.down())
        return lengths[int(len(lengths) * (1 - WIDER))] if len(lengths) >= MANY_LINES else 0


def _is_full(first: str, second: str, width: int) -> bool:
    """Whether the first word of the second line had no room in the first."""
    return len(first.rstrip()) + 1 + min(len(second.split(maxsplit=1)[0]), LONGEST_WORD) > width


def _goes_on(text: str) -> bool:
    """Whether a line begins as the middle of a sentence does: with a small letter, or one that has no capital."""
    first = text.lstrip()[:1]
    return first.isalpha() and not first.isupper()


def _ends_sentence(first: str, second: str) -> bool:
    """Whether the second line, which begins small, is the end of the sentence that the first breaks off."""
    return second.rstrip()[-1:] in (".", "!", "?") and _breaks_off(first)


def _runs_through(first: str, second: str, third: str = "") -> bool:
    """Whether the sentence that the first line breaks off has all of the second, which begins small, and goes on."""
    if not (third.lstrip()[:1].islower() and _breaks_off(first)):
        return False
    goes_on = len(third) >= MIN_BROKEN or third.rstrip()[-1:] in (".", "!", "?")  # no row of buttons
    return goes_on and not re.search(_STOP, second.rstrip())


def _shares_sentence(first: str, second: str) -> bool:
    """Whether the second line, which begins small, ends the sentence that the first breaks off, and begins another."""
    return re.search(_INNER_STOP, second) is not None and _breaks_off(first)


def _shares_brackets(first: str, second: str) -> bool:
    """Whether the second line closes brackets that the first, long enough to have been broken there, opens."""
    opens = _breaks_off(first) and re.findall(_BRACKET, first)[-1:] in (["("], ["\uff08"])
    return opens and re.findall(_BRACKET, second)[:1] in ([")"], ["\uff09"])


def _verses(block: list[str]) -> Iterator[int]:
    """Yield the lines of sentences over several lines of any length: all but the first begin small, the last stops."""
    start = 0
    for number, line in enumerate(block, 1):
        stops = line.rstrip().endswith((".", "!", "?", "…"))
        if stops and number - start >= MIN_VERSES:
            yield from range(start, number)
        if stops or not "".join(block[number : number + 1]).lstrip()[:1].islower():
            start = number


def _breaks_off(text: str) -> bool:
    """Whether a line ends inside a sentence."""
    return len(text) >= MIN_BROKEN and not re.search(_STOP, text.rstrip())
