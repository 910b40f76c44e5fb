"""Lines that head paragraphs one after the other: the dates of a diary, the words of a glossary, readers' questions."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise

from .document import Line, Lines
from .sentence import ends_as_sentence

#: The longest line that may be one of a series of headings, in characters.
MAX_HEADING = 60
#: Lines with a number, of one shape, that make a series.
MIN_NUMBERED = 2
#: How many questions with answers below make a list of them. Two stand in many an article.
MIN_QUESTIONS = 3
#: How many blocks of lines with a heading of their own right above make a series: a page has a box or two.
MIN_BLOCKS = 3

_QUESTION = "?"
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")


def series_of(lines: Lines) -> frozenset[int]:
    """Return where the lines start that are one of a series of headings.

    They are short and stand between sentences, and have a number in them and one shape, or are questions, or each of
    them begins a block of lines that ends the first of its sentences right below.
    """
    met: dict[str, list[int]] = defaultdict(list)
    of_blocks: dict[str, list[int]] = defaultdict(list)
    above: Line | None = None
    for line, below in pairwise(lines.down()):
        if len(line.text) <= MAX_HEADING and ends_as_sentence(below):
            heads = met[_shape(line.text)]
            if not above or not heads or ends_as_sentence(above):
                heads.append(line.start)
            if _begins_block(lines, above, line, below):
                of_blocks[line.text.strip()].append(line.start)
        above = line
    series = [heads for shape, heads in met.items() if len(heads) >= _least(shape)]
    if len(of_blocks) >= MIN_BLOCKS:
        series += (heads for heads in of_blocks.values() if len(heads) == 1)  # what returns is furniture
    return frozenset(start for heads in series for start in heads)


def may_be_of_series(lines: Lines, line: Line, below: Line) -> bool:
    """Whether a line above a sentence could be one of a series: most could not, wherever the others stand."""
    if len(line.text) > MAX_HEADING:
        return False
    return _least(_shape(line.text)) < float("inf") or _begins_block(lines, lines.previous(line), line, below)


def _begins_block(lines: Lines, above: Line | None, line: Line, below: Line) -> bool:
    """Whether a blank line stands above a line, or nothing, and none below it; a sentence heads nothing."""
    apart = above is None or lines.after(above.end) != line.start
    return apart and lines.after(line.end) == below.start and not ends_as_sentence(line)


def _shape(text: str) -> str:
    """Return what two dates or numbers of one form share, letters and digits standing for any others; or a question."""
    text = text.strip()
    return _QUESTION if text.endswith(("?", "？", "؟")) else _WORD.sub("a", _NUMBER.sub("0", text))


def _least(shape: str) -> float:
    """Return how many lines of a shape make a series."""
    if shape == _QUESTION:
        return MIN_QUESTIONS
    return MIN_NUMBERED if "0" in shape else float("inf")
