"""What rules take out of a page before its article is looked for: elements known by class, id or CSS selector."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lxml import etree
from lxml.cssselect import CSSSelector

from ..document import Pruned
from ..rule import Rule, RuleSet
from .blocks import INLINE, lines_of
from .names import ANCHORS, FRAMES, MAX_PROSE_SHARE, MAX_SHARE, MAX_TEXT_SHARE, ClassRules, host_of, is_on
from .region import prose_size
from .standfirst import descriptions

_LENGTH = etree.XPath("string-length()")
_SHOWN_LENGTH = etree.XPath("string-length(normalize-space())")


class Pruner:
    """Takes elements out by the rules that name `classes` or a `select`. Threads may share it."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = ClassRules(rules)
        selecting = [rule for rule in self._rules.rules if rule.select]
        self._selectors = [(rule, CSSSelector(rule.select, translator="html")) for rule in selecting]

    def prune(self, tree: etree._Element, url: str | None = None) -> list[Pruned]:
        """Take elements out of a page in place. One that holds a good part of the article or its standfirst stays."""
        host = host_of(url)
        page = _Page(tree)
        taken: dict[etree._Element, Rule] = {}
        for rule, element in self._found(tree, host):
            if element.tag in FRAMES or element in taken or _stands_in_text(element):
                continue
            # Most of what is found stands in what has been taken already, and is not measured.
            if not taken.keys().isdisjoint(element.iterancestors()):
                continue
            if not _is_linked(element, rule.when.min_link_density) or page.is_held_by([element]):
                continue
            if not self._rules.protect(_lines(element)):
                taken[element] = rule
        outermost = {e: rule for e, rule in taken.items() if taken.keys().isdisjoint(e.iterancestors())}
        for rule in {rule.id: rule for rule in outermost.values()}.values():
            # Many small elements may hold the article together.
            if page.is_held_by([element for element, taker in outermost.items() if taker is rule]):
                outermost = {element: taker for element, taker in outermost.items() if taker is not rule}
        texts = {element: " ".join(" ".join(element.itertext()).split()) for element in outermost}
        own = tuple(descriptions(tree))
        pruned = []
        for element, rule in outermost.items():
            if not any(description in texts[element] for description in own):
                element.drop_tree()
                pruned.append(Pruned(rule.id, texts[element]))
        return [part for part in pruned if part.text]

    def _found(self, tree: etree._Element, host: str) -> Iterator[tuple[Rule, etree._Element]]:
        of_names = self._rules.of_names
        # Faster than an XPath for those that have a class or id.
        for element in tree.iter(etree.Element) if self._rules.rules else ():
            found = of_names(names) if (names := element.get("class")) else ()
            # The id of a heading or link is made of its words: it says nothing of what it is.
            if (identifier := element.get("id")) and element.tag not in ANCHORS:
                found += of_names(identifier)
            for rule in found:
                if is_on(host, rule.when.sites):
                    yield rule, element
        for rule, selector in self._selectors:
            if is_on(host, rule.when.sites):
                yield from ((rule, element) for element in selector(tree))


class _Page:
    """How much text a page has, counted once and only if asked."""

    def __init__(self, tree: etree._Element) -> None:
        body = tree.find("body")
        self._body = tree if body is None else body

    @cached_property
    def _size(self) -> float:
        return float(_LENGTH(self._body))

    @cached_property
    def _paragraphs(self) -> float:
        return _in_paragraphs(self._body)

    @cached_property
    def _prose(self) -> float:
        return prose_size(self._body)

    def is_held_by(self, elements: list[etree._Element]) -> bool:
        """Whether elements together hold so much of the page that they cannot be boilerplate, or are the page."""
        if self._body in elements or any(element.getparent() is None for element in elements):
            return True
        size = sum(map(_LENGTH, elements))
        if size > MAX_TEXT_SHARE * self._size:
            return True
        most = MAX_SHARE * self._paragraphs
        if size <= most or sum(map(_in_paragraphs, elements)) <= most:
            return False
        return sum(map(prose_size, elements)) > MAX_PROSE_SHARE * self._prose


def _is_linked(element: etree._Element, least: float) -> bool:
    """Whether at least this share of an element's text is links."""
    return not least or sum(map(_SHOWN_LENGTH, element.iter("a"))) >= least * _SHOWN_LENGTH(element)


def _lines(element: etree._Element) -> Iterator[str]:
    for line in lines_of(element):
        yield line.text


def _stands_in_text(element: etree._Element) -> bool:
    """Whether an element is a word or a link of a sentence."""
    if element.tag not in INLINE:
        return False
    before = element.getprevious()
    parent = element.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else ""
    return bool((text or "").strip() or (element.tail or "").strip())


def _in_paragraphs(element: etree._Element) -> float:
    return float(sum(map(_LENGTH, element.iter("p"))))
