"""Fragments: the HTML of a feed entry or a CMS field, which is all article and needs no search for it.

BeautifulSoup finds the elements that rules take out whole; the lines of the rest are cleaned as text. What goes is cut
out of the source, and every other byte of it stays.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

import regex
from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, Tag

from ..document import Document, Hint, Pruned
from ..edit import Edit, Result
from ..rule import NO_RULES, Rule, RuleSet
from .blocks import INLINE
from .markup import Element, Markup, MarkupLine, Piece
from .names import FRAMES, MAX_TEXT_SHARE, ClassRules, host_of, is_on
from .site import domain_of, stays

#: What makes HTML a page.
_PAGE = regex.compile(r"<(?:!doctype\s+html|html|head|body)\b", regex.IGNORECASE)


def is_page(html: str) -> bool:
    """Whether HTML is a whole page: it says so in its first 4,096 characters."""
    return _PAGE.search(html, 0, 4096) is not None


class FragmentReader:
    """Reads fragments, without the elements that rules take out. Threads may share it."""

    def __init__(self, rules: RuleSet = NO_RULES) -> None:
        self._rules = ClassRules(rules)

    def read(
        self,
        fragment: str,
        *,
        id: str | None = None,
        title: str | None = None,
        url: str | None = None,
        language: str | None = None,
    ) -> Fragment:
        """Return a fragment as a document, with the way back to its source."""
        taken = dict(self._taken(fragment, host_of(url)))
        markup = Markup(fragment, frozenset(taken))
        elements = [element for element in markup.elements if element.start in taken]
        pruned = tuple(Pruned(taken[element.start].id, _text(markup, element)) for element in elements)
        text, hints, starts = _joined(markup.lines, domain_of(url or ""))
        document = Document(text, id, title, url, language, hints=hints, pruned=pruned)
        return Fragment(document, markup, starts, elements)

    def _taken(self, fragment: str, host: str) -> Iterator[tuple[int, Rule]]:
        """Yield where the elements start that rules take out, and the rules."""
        if "<" not in fragment or not self._rules.rules:
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
            warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
            soup = BeautifulSoup(fragment, "html.parser")
        lines = [0, *accumulate(len(line) + 1 for line in fragment.split("\n"))]
        whole = len(soup.get_text())
        for rule, element in self._found(soup, host):
            if element.name in FRAMES or len(element.get_text()) > MAX_TEXT_SHARE * whole or _stands_in_text(element):
                continue
            if _is_linked(element, rule.when.min_link_density) and not self._rules.protect(_lines(element)):
                yield lines[(element.sourceline or 1) - 1] + (element.sourcepos or 0), rule

    def _found(self, soup: BeautifulSoup, host: str) -> Iterator[tuple[Rule, Tag]]:
        for element in soup.find_all(True):
            names = [*element.get_attribute_list("class"), *element.get_attribute_list("id")]
            for rule in self._rules.of_names(" ".join(filter(None, names))):
                if is_on(host, rule.when.sites):
                    yield rule, element
        for rule in self._rules.rules:
            if rule.select and is_on(host, rule.when.sites):
                yield from ((rule, element) for element in soup.select(rule.select))


def _lines(element: Tag) -> Iterator[str]:
    for line in Markup(str(element)).lines:
        yield line.text


@dataclass(frozen=True, slots=True)
class Fragment:
    """A fragment as a `document`; `starts` are its lines' offsets there, `elements` those that rules took out whole."""

    document: Document
    markup: Markup
    starts: list[int]
    elements: list[Element]

    def render(self, result: Result) -> str:
        """Return the source without what was removed from the document.

        An element goes with all its text, unless it holds a picture or the like. Text goes from elements that stay.
        """
        cuts = [(element.start, element.end) for element in self.elements]
        removed, kept = self._pieces(result.edits)
        full = {id(holder) for piece in kept for holder in _holders(piece)}
        for piece in removed:
            gone = [holder for holder in _holders(piece) if id(holder) not in full and not holder.has_media]
            cuts.append((gone[-1].start, gone[-1].end) if gone else (piece.start, piece.end))
        cuts += self._breaks(removed)
        return _cut(self.markup.source, cuts)

    def _pieces(self, edits: Iterable[Edit]) -> tuple[list[Piece], list[Piece]]:
        """Return the pieces of text that the edits take, cut where they must be, and those that stay."""
        spans = [(edit.start, edit.end) for edit in edits]
        removed: list[Piece] = []
        kept: list[Piece] = []
        number = 0
        for start, line in zip(self.starts, self.markup.lines, strict=True):
            for piece in line.pieces:
                begin, end = start + piece.at, start + piece.at + len(piece.text)
                while number < len(spans) and spans[number][1] <= begin:
                    number += 1
                span = spans[number] if number < len(spans) else (end, end)
                if piece.start < 0 or span[0] >= end:
                    kept.append(piece)
                elif span[0] <= begin and end <= span[1]:
                    removed.append(piece)
                else:
                    parts = _split(piece, max(span[0], begin) - begin, min(span[1], end) - begin)
                    removed.append(parts[1])
                    kept += parts[::2]
        return removed, [piece for piece in kept if piece.text.strip() and piece.start >= 0]

    def _breaks(self, removed: list[Piece]) -> Iterator[tuple[int, int]]:
        """Yield the line breaks behind lines that went as a whole."""
        gone = {id(piece) for piece in removed}
        for line in self.markup.lines:
            if line.ended_by and all(id(piece) in gone for piece in line.pieces if piece.text.strip()):
                yield line.ended_by.start, line.ended_by.end


def _joined(lines: list[MarkupLine], site: str) -> tuple[str, dict[int, Hint], list[int]]:
    texts: list[str] = []
    hints: dict[int, Hint] = {}
    starts: list[int] = []
    position = 0
    for line in lines:
        gap = ("\n\n" if line.apart else "\n") if texts else ""
        position += len(gap)
        hints[position] = Hint(line.link_density, line.tag, stays(line.links, site))
        starts.append(position)
        texts.append(gap + line.text)
        position += len(line.text)
    return "".join(texts), hints, starts


def _holders(piece: Piece) -> Iterator[Element]:
    return piece.element.above() if piece.element is not None else iter(())


def _split(piece: Piece, start: int, end: int) -> list[Piece]:
    """Return a piece in three parts, cut before `start` and before `end`; an entity is not cut."""
    if len(piece.text) != piece.end - piece.start:
        bounds = [piece.start, piece.start, piece.end, piece.end]
    else:
        bounds = [piece.start, piece.start + start, piece.start + end, piece.end]
    texts = [piece.text[:start], piece.text[start:end], piece.text[end:]]
    return [Piece(piece.at, bounds[i], bounds[i + 1], texts[i], piece.element) for i in range(3)]


def _cut(source: str, cuts: Iterable[tuple[int, int]]) -> str:
    """Return the source without the cuts; a line of it that only held what was cut goes too."""
    pieces: list[str] = []
    position = 0
    for start, end in _merged(source, cuts):
        line_start = source.rfind("\n", 0, start) + 1
        line_end = source.find("\n", end)
        alone = line_end >= 0 and not source[line_start:start].strip() and not source[end:line_end].strip()
        if alone and line_start >= position:
            start, end = line_start, line_end + 1
        pieces.append(source[position : max(position, start)])
        position = max(position, end)
    pieces.append(source[position:])
    return "".join(pieces)


def _merged(source: str, cuts: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the cuts in order, those that touch or have only white space between them as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(cuts):
        if merged and (start <= merged[-1][1] or source[merged[-1][1] : start].isspace()):
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _text(markup: Markup, element: Element) -> str:
    return " ".join(line.text for line in Markup(markup.source[element.start : element.end]).lines)


def _is_linked(element: Tag, least: float) -> bool:
    """Whether at least this share of an element's text is links."""
    return not least or sum(_size(link) for link in element.find_all("a")) >= least * _size(element)


def _size(element: Tag) -> int:
    return len(" ".join(element.get_text().split()))


def _stands_in_text(element: Tag) -> bool:
    """Whether an element is a word or a link of a sentence."""
    beside = (element.previous_sibling, element.next_sibling)
    return element.name in INLINE and any(isinstance(node, NavigableString) and node.strip() for node in beside)
