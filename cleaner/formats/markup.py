"""HTML as it is written: where each element begins and ends, and what of it a reader sees as which line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import regex

from .blocks import BREAKS, CELLS, INLINE, ITEMS, LINKS, NAMES, ROWS, SILENT

#: A tag, or what is no text: comments, declarations, processing instructions. Any other `<` is text.
_MARKUP = regex.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^>]*+>"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?:\"[^\"]*+\"|'[^']*+'|[^'\">])*+>",
    regex.DOTALL,
)
#: Where a link leads to, in its start tag.
_HREF = regex.compile(r"\shref\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]++))", regex.IGNORECASE)
#: Elements whose content is no markup, up to their end tag.
_RAW = frozenset({"script", "style", "textarea", "title", "xmp"})
#: Elements without content and end tag.
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
#: Elements that show something without a word: one that holds them is not empty when its text is gone.
_MEDIA = frozenset({"img", "picture", "video", "audio", "iframe", "embed", "object", "svg", "canvas", "input"})
#: Elements that end where the next of them begins, if nothing else has ended them.
_SIBLINGS = {
    "li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"},
    "tr": {"tr", "td", "th"}, "td": {"td", "th"}, "th": {"td", "th"},
}  # fmt: skip

_PIECE = regex.compile(
    r"(?P<space>\s+)|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});)|[^\s&]+|&"
)


@dataclass(slots=True, eq=False)
class Element:
    """An element, at [`start`, `end`) of the source; its start tag ends at `content`. All in characters."""

    name: str
    start: int
    content: int
    parent: Element | None
    end: int = -1
    has_media: bool = False
    left: int = 0

    def above(self) -> Iterator[Element]:
        """Yield the element and those it stands in."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent


@dataclass(slots=True)
class Piece:
    """A run of text: the characters of a line from `at` on, which stand at [`start`, `end`) of the source."""

    at: int
    start: int
    end: int
    text: str
    element: Element | None


@dataclass(slots=True)
class MarkupLine:
    """A line as a reader sees it, the addresses it leads to, and the `<br>` that ends it."""

    tag: str
    apart: bool
    pieces: list[Piece]
    text: str
    link_density: float
    links: tuple[str, ...]
    ended_by: Element | None = None


class Markup:
    """A piece of HTML with its `elements` and `lines`; the elements that start at `without` have no lines."""

    def __init__(self, source: str, without: frozenset[int] = frozenset()) -> None:
        self.source = source
        self.elements: list[Element] = []
        self.lines: list[MarkupLine] = []
        self._without = without
        self._open: list[Element] = []
        self._silent: list[Element] = []
        self._links: list[Element] = []
        self._row: list[Element] = []
        self._pieces: list[Piece] = []
        self._linked = 0
        self._followed: dict[int, Element] = {}
        self._length = 0
        self._apart = True
        self._marker = ""
        self._read()

    def _read(self) -> None:
        source, position = self.source, 0
        while found := _MARKUP.search(source, position):
            self._write(position, found.start())
            position = found.end()
            name = (found["name"] or "").lower()
            if not name:
                continue
            if found["close"]:
                self._close(name, found.start(), found.end())
                continue
            self._begin(name, found.start(), found.end())
            if name in _RAW:
                end = regex.compile(rf"</{name}\b", regex.IGNORECASE).search(source, position)
                position = end.start() if end else len(source)
        self._write(position, len(source))
        while self._open:
            self._end(len(source))
        self._end_line(None)

    def _begin(self, name: str, start: int, end: int) -> None:
        while self._open and self._open[-1].name in _SIBLINGS.get(name, ()):
            self._end(start)
        if name not in INLINE and self._open and self._open[-1].name == "p":
            self._end(start)
        element = Element(name, start, end, self._open[-1] if self._open else None)
        self.elements.append(element)
        if name in _MEDIA:
            for holder in element.above():
                if holder.has_media:
                    break
                holder.has_media = True
        if name in BREAKS:
            self._end_line(element)
            self._apart = False
        elif name not in INLINE and not self._silent:
            self._begin_block(name)
        if name in _VOID:
            element.end = end
            return
        self._open.append(element)
        for kind, stack in ((LINKS, self._links), (SILENT, self._silent), (ROWS, self._row)):
            if name in kind:
                stack.append(element)
        if start in self._without and name not in SILENT:
            self._silent.append(element)

    def _begin_block(self, name: str) -> None:
        if self._row and name in CELLS:
            if self._pieces:
                self._space()
                self._add("| ", -1, -1)
        elif self._row:
            self._space()
        else:
            self._end_line(None)
            self._apart = self._apart or name not in ITEMS | ROWS
        if name in ITEMS:
            self._marker = "- "

    def _close(self, name: str, start: int, end: int) -> None:
        if not any(element.name == name for element in reversed(self._open)):
            return
        while self._open[-1].name != name:
            self._end(start)
        self._end(end)

    def _end(self, position: int) -> None:
        element = self._open.pop()
        element.end = position
        name = element.name
        was_silent = bool(self._silent)
        for stack in (self._links, self._silent, self._row):
            if stack and stack[-1] is element:
                stack.pop()
        if name in INLINE or was_silent:
            return
        if self._row:
            self._space()
        else:
            # The element is still the line's: what it holds has been written before it ends.
            self._open.append(element)
            self._end_line(None)
            self._open.pop()
            self._apart = name not in ITEMS | ROWS
        if name in ITEMS:
            self._marker = ""

    def _write(self, start: int, end: int) -> None:
        if start >= end or self._silent:
            return
        for found in _PIECE.finditer(self.source, start, end):
            if found["space"]:
                self._space(found.start(), found.end())
            else:
                text = unescape(found[0]) if found["entity"] else found[0]
                if text.isspace() or not text.isprintable():
                    self._space(found.start(), found.end())
                else:
                    self._add(text, found.start(), found.end())
                    if self._links:
                        self._linked += len(text)
                        self._followed[self._links[-1].start] = self._links[-1]

    def _space(self, start: int = -1, end: int = -1) -> None:
        if self._pieces and not self._pieces[-1].text.endswith(" "):
            self._add(" ", start, end)

    def _add(self, text: str, start: int, end: int) -> None:
        if not self._pieces:
            self._length = len(self._marker)
        self._pieces.append(Piece(self._length, start, end, text, self._open[-1] if self._open else None))
        self._length += len(text)

    def _end_line(self, ended_by: Element | None) -> None:
        pieces, self._pieces = self._pieces, []
        linked, self._linked = self._linked, 0
        links, self._followed = tuple(map(self._address, self._followed.values())), {}
        text = "".join(piece.text for piece in pieces).rstrip()
        if not text.strip(" |"):
            return
        solid = sum(len(piece.text) for piece in pieces if not piece.text.isspace())
        density = linked / solid
        self.lines.append(MarkupLine(self._tag(), self._apart, pieces, self._marker + text, density, links, ended_by))
        self._apart, self._marker = False, ""

    def _address(self, link: Element) -> str:
        found = _HREF.search(self.source, link.start, link.content)
        return unescape(next(filter(None, found.groups()), "")) if found else ""

    def _tag(self) -> str:
        if self._row:
            return "tr"
        for element in reversed(self._open):
            if element.name not in INLINE:
                name = NAMES.get(element.name, "p")
                if name == "p" and element.parent is not None and element.parent.name in ITEMS:
                    return "li"
                return name
        return "p"
