"""Gaps: prose that stands between two paragraphs of an article, and that the search for it has left out.

trafilatura leaves out what is no paragraph by its element: tips, notes and answers that are bare containers.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, chain, pairwise, takewhile
from typing import NamedTuple

from lxml import etree

from ..document import MIN_PROSE, is_prose
from .blocks import BREAKS, INLINE, SILENT, PageLine
from .region import is_aside

#: So many characters that are no white space, from the start and the end of a paragraph, find it again among lines.
KEY = 40
#: A gap's paragraph is not deeper below what holds it and the paragraphs around it: deeper ones are widgets.
MAX_DEPTH = 3
#: More paragraphs in one gap are a box that tells a story of its own.
MAX_IN_GAP = 3
#: A paragraph with more than this share of links leads elsewhere.
MAX_LINKS = 0.2

#: Entries of lists and cells of tables are notes and data more often than a part of the text.
_LEAVES = ("p", "div", "h2", "h3", "h4", "h5")
_INSIDE = INLINE | BREAKS
_HEADINGS = frozenset({"h2", "h3", "h4", "h5"})
#: What a form, an offer or a picture with its caption has, and a tip has not.
_PICTURES = ("img", "picture", "figure", "video")
_NOT_READ = ("form", "button", "input", "iframe", *_PICTURES)


class _Block(NamedTuple):
    """A block of the page that holds text and no other block: its text without white space, its line if it has one."""

    element: etree._Element
    text: str
    line: int


def with_gaps_filled(top: etree._Element, lines: list[PageLine]) -> list[PageLine]:
    """Return lines with the prose that stands between two of them on the page and in none."""
    blocks = list(_blocks(top, lines))
    anchors = [number for number, block in enumerate(blocks) if block.line >= 0]
    filled = list(lines)
    for first, second in reversed(list(pairwise(anchors))):
        above, below = blocks[first], blocks[second]
        if second > first + 1 and above.line <= below.line <= above.line + 1:
            texts = [_prose(block.element, above.element, below.element) for block in blocks[first + 1 : second]]
            missed = [PageLine(text, "p", 0.0, True) for text in texts if text]
            if len(missed) <= MAX_IN_GAP:
                filled[above.line + 1 : above.line + 1] = missed
    return filled


def _blocks(top: etree._Element, lines: list[PageLine]) -> Iterator[_Block]:
    """Yield the blocks of a page in their order."""
    texts = [_solid(line.written) for line in lines]
    starts = list(accumulate(map(len, texts), initial=0))
    joined = "".join(texts)
    for element in top.iter(*_LEAVES):
        if len(element) and not all(child.tag in _INSIDE for child in element):
            continue
        shown = "".join(element.itertext()) if len(element) else element.text or ""
        if len(shown) < KEY and element.tag not in _HEADINGS:
            continue
        text = _solid(shown)
        if len(text) >= KEY:
            at = joined.find(text[:KEY])
            at = joined.find(text[-KEY:]) if at < 0 else at
            yield _Block(element, text, bisect_right(starts, at) - 1 if at >= 0 else -1)
        elif text and element.tag in _HEADINGS and text in texts:
            yield _Block(element, text, texts.index(text))


def _belongs(element: etree._Element, above: etree._Element, below: etree._Element) -> bool:
    """Whether an element stands close to the two around it, in a part of the page that is made to be read."""
    around = {below, *below.iterancestors()}.intersection(chain([above], above.iterancestors()))
    inside = list(takewhile(lambda holder: holder not in around, chain([element], element.iterancestors())))
    if not inside or len(inside) > MAX_DEPTH or inside[-1].getparent().tag in ("body", "html"):
        return False
    part = inside[-1]
    if any(map(is_aside, inside)) or next(part.iter(*_NOT_READ, *SILENT), None) is not None:
        return False
    # Right below a picture it says what that shows.
    before = part.getprevious()
    return before is None or next(before.iter(*_PICTURES), None) is None


def _prose(element: etree._Element, above: etree._Element, below: etree._Element) -> str:
    """Return the text of an element if it is prose and belongs between the two around it, "" otherwise."""
    text = unicodedata.normalize("NFC", " ".join("".join(element.itertext()).split()))
    if element.tag in _HEADINGS or len(text) < MIN_PROSE or not is_prose(text):
        return ""
    if not _belongs(element, above, below):
        return ""
    linked = sum(len("".join(link.itertext())) for link in element.iter("a"))
    return text if linked <= MAX_LINKS * len(text) else ""


def _solid(text: str) -> str:
    return "".join(text.split())
