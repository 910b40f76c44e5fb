"""Short lines that are sentences all the same: too short for prose, and yet no labels."""

from __future__ import annotations

import re
from functools import cache

from .document import Line
from .rule import LINKED

#: Two sentences that are shorter together (characters) may be the words of a box.
MIN_SENTENCES = 40

# Compiled when a line asks for it: prose never does, nor do short lines. The signs for vowels of Indian scripts are no
# letters to `re`.
_compiled = cache(re.compile)
_STOP = r"""[\w\u0900-\u0dff][.!…。।۔]['"”’»)\]]{0,2}$"""
_TWO_SENTENCES = (
    r"""[\w\u0900-\u0dff]{2}(?:[.!?…।۔؟]["'”’»)]{0,2}\s+["'“‘«(¿¡]?[^\W\d_]|[。！？]["'”’»)」』]{0,2}\w)"""
    r""".*[\w\u0900-\u0dff]{2}[.!?…।۔؟。！？]["'”’»)\]」』]{0,2}$"""
)


def ends_as_sentence(line: Line) -> bool:
    """Whether a line is prose, or ends as a sentence does, however short. A question may be a headline."""
    return line.is_prose or _compiled(_STOP).search(line.text.rstrip()) is not None


def ends_text(line: Line) -> bool:
    """Whether the tail starts below a line: it is prose, or has two sentences."""
    return line.is_prose or has_two_sentences(line)


def has_two_sentences(line: Line) -> bool:
    """Whether a line has two sentences, as a novel has them between what people say."""
    if len(line.text) < MIN_SENTENCES or line.hint.link_density >= LINKED:
        return False
    return _compiled(_TWO_SENTENCES).search(line.text.rstrip()) is not None
