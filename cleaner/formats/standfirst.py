"""The standfirst of a page: the paragraph above the article that says what the page's own description says.

Search for articles leaves it out where it stands apart from the body, between headline, picture and byline.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from .blocks import INLINE, SHOWN, PageLine

#: So many characters at the start of a text find it again on its page.
KEY = 30
#: A shorter description (characters) was written for search engines, which show no more of it, and for cards.
MIN_SIZE = 160
#: A longer block (characters) that begins like the description is the article, not what stands above it.
MAX_SIZE = 800
#: Lines of the article that are looked for, to know where it begins: not all stand in one piece.
FIRST_LINES = 4
#: Descriptions, places where one is looked at, and inline elements around each: more are a trap.
MAX_PLACES = 4
MAX_DEPTH = 8

_DESCRIPTIONS = etree.XPath(
    "//meta[@name='description' or @property='og:description' or @name='twitter:description']/@content",
    smart_strings=False,
)
_STARTS = etree.XPath("//body//text()[starts-with(normalize-space(), $key)]")
_FOLLOWED = etree.XPath("boolean(following::text()[starts-with(normalize-space(), $key)])")
_BESIDE = etree.XPath("boolean(ancestor-or-self::*[self::aside or self::nav or self::footer or self::li or self::a])")


def with_standfirst(tree: etree._Element, lines: list[PageLine], title: str | None) -> list[PageLine]:
    """Return the lines of an article with its standfirst above them, if the page shows one and they lack it."""
    if not lines:
        return lines
    keys = [line.written[:KEY] for line in lines[:FIRST_LINES]]
    for key in dict.fromkeys(description[:KEY] for description in descriptions(tree)):
        if any(key in line.text for line in lines):
            return lines
        for start in _STARTS(tree, key=key)[:MAX_PLACES]:
            block = _block(start.getparent(), key)
            found = SHOWN(block)
            if MIN_SIZE < len(found) <= MAX_SIZE and not _BESIDE(block) and _stands_between(block, title, keys):
                at = 1 if lines[0].tag == "h1" else 0
                return [*lines[:at], PageLine(found, "p", 0.0, True), *lines[at:]]
    return lines


def descriptions(tree: etree._Element) -> Iterator[str]:
    """Yield what a page says of its article, if that is long enough to have been written for readers."""
    for content in _DESCRIPTIONS(tree)[:MAX_PLACES]:
        description = " ".join(content.split())
        if len(description) > MIN_SIZE:
            yield description


def _block(element: etree._Element, key: str) -> etree._Element:
    """Return the paragraph around the start of a text."""
    for parent in islice(element.iterancestors(), MAX_DEPTH):
        if element.tag not in INLINE or not SHOWN(parent).startswith(key):
            break
        element = parent
    return element


def _stands_between(block: etree._Element, title: str | None, keys: list[str]) -> bool:
    """Whether a paragraph stands below the headline and above the article."""
    if title and _FOLLOWED(block, key=title[:KEY]):
        return False
    return any(_FOLLOWED(block, key=key) for key in keys)
