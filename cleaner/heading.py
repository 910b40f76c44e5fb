"""Lines that head paragraphs one after the other: the dates of a diary, the questions that readers ask."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise

from .document import Lines
from .sentence import ends_as_sentence

#: The longest line that may be one of a series of headings, in characters.
MAX_HEADING = 60
#: Lines with a number, of one shape, that make a series.
MIN_NUMBERED = 2
#: How many questions with answers below make a list of them. Two stand in many an article.
MIN_QUESTIONS = 3

_QUESTION = "?"
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")


def series_of(lines: Lines) -> frozenset[int]:
    """Return where the lines start that are one of a series of headings.

    They are short, have a number in them and one shape, or are questions, and stand between sentences.
    """
    met: dict[str, list[int]] = defaultdict(list)
    above = True
    for line, below in pairwise(lines.down()):
        if len(line.text) <= MAX_HEADING and ends_as_sentence(below):
            heads = met[_shape(line.text)]
            if above or not heads:
                heads.append(line.start)
        above = ends_as_sentence(line)
    return frozenset(start for shape, heads in met.items() if len(heads) >= _least(shape) for start in heads)


def _shape(text: str) -> str:
    """Return what two dates or numbers of one form share, letters and digits standing for any others; or a question."""
    text = text.strip()
    return _QUESTION if text.endswith(("?", "？", "؟")) else _WORD.sub("a", _NUMBER.sub("0", text))


def _least(shape: str) -> float:
    """Return how many lines of a shape make a series."""
    if shape == _QUESTION:
        return MIN_QUESTIONS
    return MIN_NUMBERED if "0" in shape else float("inf")
