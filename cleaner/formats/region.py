"""Where a page's prose is: the smallest element that holds nearly all of it.

trafilatura takes the first element that is named like an article. Some pages have several of these, one for each part
of the article, or give the name to a box beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache

from lxml import etree

from ..document import MIN_PROSE, WIDE, is_prose
from .blocks import INLINE, SHOWN, SILENT
from .names import words

#: Share of a page's prose that the region holds. What is left out is a box or two that no rule knows.
MOST = 0.85
#: What stands around the region belongs to it if this share of it is prose.
REST = 0.7
#: As many articles side by side are a list.
LIST = 3
#: A page with more than this share of its prose in lists and boxes has its article there.
DOUBTFUL = 0.7

_SHOWN_LENGTH = etree.XPath("string-length(normalize-space())")
_PARAGRAPHS = frozenset({"p", "blockquote", "li", "dd", "td", "div", "section", "article", "main"})
#: Elements without text that anybody reads.
_SILENT = SILENT | {"figure", "video", "audio", "canvas", "dialog"}
#: Elements whose prose is none of the article's, unless it is all there is: tags that were never closed hold the rest.
_ASIDE = frozenset({"nav", "footer", "aside", "form", "header"})
_LEFT_OUT = _SILENT | _ASIDE - {"header"}
#: Words of class names and ids that say the same.
_ASIDE_NAMES = frozenset({
    "navigation", "menu", "navbar", "footer", "sidebar", "comments", "comment", "related", "excerpt", "teaser",
    "cookie", "consent", "banner", "modal", "popup", "newsletter", "hidden", "testimonial", "testimonials",
})  # fmt: skip


def region_of(tree: etree._Element) -> etree._Element | None:
    """Return the smallest element with nearly all prose of a page, None if there is no prose."""
    body = tree.find("body")
    top = tree if body is None else body
    prose = list(_prose(top))
    doubtful = sum(weight for _, weight, doubt in prose if doubt)
    # Other articles stand in lists and boxes, but so may the parts of an article: then there is little else.
    all_count = doubtful > DOUBTFUL * sum(weight for _, weight, _ in prose)
    weights: Counter[etree._Element] = Counter()
    for holder, weight, doubt in prose:
        if all_count or not doubt:
            weights[holder] += weight
            for ancestor in holder.iterancestors():
                weights[ancestor] += weight
    most = MOST * weights[top]
    if not most:
        return None
    region = top
    while (inner := next((child for child in region if weights[child] >= most), None)) is not None:
        region = inner
    if region.tag == "aside":
        return None  # the article is hardly text, and what stands beside it is more
    return _with_rest(region, top, weights)


def _with_rest(region: etree._Element, top: etree._Element, weights: Counter[etree._Element]) -> etree._Element:
    """Return what holds the region and, besides, hardly anything but more prose: an introduction or an end."""
    size = text_size(region)
    for outer in region.iterancestors():
        prose = weights[outer] - weights[region]
        if outer is top.getparent() or (around := text_size(outer) - size) < 0 or prose < REST * around:
            break
        if around:
            region, size = outer, size + around
    return region


def without_asides(region: etree._Element) -> etree._Element:
    """Return a copy of a region without what is beside the article in it."""
    copied = deepcopy(region)
    copied.tail = None
    for element in list(copied.iterdescendants()):
        if isinstance(element.tag, str) and (element.tag in _LEFT_OUT or _is_named_aside(element)):
            element.drop_tree()
    return copied


def text_size(element: etree._Element) -> int:
    """Return how much text an element has in paragraphs and lists, in characters."""
    return int(sum(map(_SHOWN_LENGTH, element.iter("p", "li"))))


def prose_size(element: etree._Element) -> int:
    """Return how much prose an element has, whatever its paragraphs are made of, in characters."""
    return sum(weight for _, weight, _ in _prose(element))


def _prose(top: etree._Element) -> Iterator[tuple[etree._Element, int, bool]]:
    """Yield the paragraphs of prose below an element, with their weights, and whether they may belong to others."""
    stack = [(top, False)]
    while stack:
        element, doubt = stack.pop()
        if not isinstance(element.tag, str) or element.tag in _SILENT:
            continue
        doubt = doubt or (element is not top and is_aside(element))
        children = list(element)
        if element.tag in _PARAGRAPHS and all(child.tag in INLINE or child.tag == "br" for child in children):
            if weight := _weight(element):
                yield element, weight, doubt
            continue
        doubt = doubt or sum(child.tag == "article" for child in children) >= LIST
        stack += [(child, doubt) for child in children]


def _weight(paragraph: etree._Element) -> int:
    """Return the length of a paragraph's prose in characters, 0 if it is no prose."""
    text = SHOWN(paragraph)
    if WIDE * len(text) < MIN_PROSE or not is_prose(text):
        return 0
    linked = sum(map(_SHOWN_LENGTH, paragraph.iter("a")))
    return len(text) if linked < len(text) / 2 else 0


def is_aside(element: etree._Element) -> bool:
    """Whether an element stands beside the article, by its tag or its name."""
    return element.tag in _ASIDE or _is_named_aside(element)


def _is_named_aside(element: etree._Element) -> bool:
    return _says_aside(element.get("class") or "") or _says_aside(element.get("id") or "")


@lru_cache(maxsize=50_000)
def _says_aside(names: str) -> bool:
    return not _ASIDE_NAMES.isdisjoint(words(names))
