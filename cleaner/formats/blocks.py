"""A tree of elements as lines: one block element is one line that knows its element and how much of it is links."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from ..document import MIN_PROSE, Hint
from .site import stays

#: Elements that stand inside a line: HTML's, and trafilatura's names for them. All others begin and end a line.
INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "data", "del", "dfn", "em", "font", "i", "img", "ins",
    "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr", "ref", "hi", "graphic", "done",
})  # fmt: skip
LINKS = frozenset({"a", "ref"})
BREAKS = frozenset({"br", "lb"})
ROWS = frozenset({"tr", "row"})
CELLS = frozenset({"td", "th", "cell"})
ITEMS = frozenset({"li", "item", "dd", "dt"})
#: Elements whose text nobody reads as part of the article.
SILENT = frozenset(
    {"script", "style", "noscript", "template", "title", "svg", "iframe", "object", "select", "textarea", "button"}
)

#: A number as lists may give it, short enough to be one.
NUMBER = re.compile(r"[0-9]{1,6}")

HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
#: The text of an element, in one line.
SHOWN = etree.XPath("normalize-space()", smart_strings=False)
#: Blocks of an article.
_PARTS = ("p", "h1", "h2", "h3", "h4", "head", "ul", "ol", "list", "table", "blockquote", "quote")

#: What rules call a line's element. Others that hold a line are containers, whose text is a paragraph to the reader.
NAMES = {
    "item": "li", "li": "li", "dd": "li", "dt": "li", "quote": "blockquote", "blockquote": "blockquote",
    "code": "pre", "pre": "pre", "row": "tr", "tr": "tr", "figcaption": "figcaption", "caption": "figcaption",
    **{f"h{level}": f"h{level}" for level in range(1, 7)},
}  # fmt: skip

#: An article stands on its page twice if this share of its long lines does, and if that are so many at least.
COPIED = 0.6
MIN_COPIED = 4


@dataclass(slots=True)
class PageLine:
    """A line: its `text`, its element, the share of it that is links, whether a blank line stands above.

    `links` are the addresses that it leads to, `marker` is what the text begins with if it is an item of a list.
    """

    text: str
    tag: str
    link_density: float
    apart: bool
    links: tuple[str, ...] = ()
    marker: str = ""

    @property
    def written(self) -> str:
        """The text as it stands on the page, without the marker of its list."""
        return self.text[len(self.marker) :]


def joined(lines: Iterable[PageLine], site: str) -> tuple[str, dict[int, Hint]]:
    """Return the lines of a page of a site as one text, with their hints by the offset of the first character."""
    pieces: list[str] = []
    hints: dict[int, Hint] = {}
    position = 0
    for line in lines:
        if position:
            gap = "\n\n" if line.apart else "\n"
            pieces.append(gap)
            position += len(gap)
        hints[position] = Hint(line.link_density, line.tag, stays(line.links, site))
        pieces.append(line.text)
        position += len(line.text)
    return "".join(pieces), hints


def without_loose_ends(lines: list[PageLine]) -> list[PageLine]:
    """Return lines without those at the end that introduce what is not there: headings, and labels with a colon.

    What they introduced was a list of other pages or a form, which the search for the article has left out.
    """
    end = len(lines)
    while end and (lines[end - 1].tag in HEADINGS or _is_label(lines[end - 1].text)):
        end -= 1
    return lines[:end] if end else lines


def without_copies(lines: list[PageLine]) -> list[PageLine]:
    """Return lines once each, if most of the prose stands there twice: one article for telephones, one for the rest."""
    counts = Counter(line.text for line in lines if len(line.text) >= MIN_PROSE)
    if sum(count > 1 for count in counts.values()) < COPIED * max(len(counts), MIN_COPIED):
        return lines
    once: dict[str, PageLine] = {}
    for line in lines:
        once.setdefault(line.text, line)
    return list(once.values())


def _is_label(text: str) -> bool:
    return len(text) < MIN_PROSE and text.endswith((":", "："))


def lines_of(root: etree._Element) -> list[PageLine]:
    """Return the lines of a tree, in HTML's elements or trafilatura's. Never recursive: pages nest without end."""
    writer = _Writer()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "end":
            writer.close(tag, element)
        elif not tag or tag in SILENT:
            walk.skip_subtree()
            writer.silent = True
        else:
            writer.open(tag, element)
    writer.end_line()
    return writer.lines


class _Writer:
    """Takes the events of a walk through a tree and writes lines."""

    def __init__(self) -> None:
        self.lines: list[PageLine] = []
        self.silent = False
        self._blocks = ["p"]
        self._parts: list[str] = []
        self._linked = 0
        self._links: list[str] = []
        self._followed: list[str] = []
        self._rows: list[bool] = []
        self._apart = True
        self._marker = ""

    def open(self, tag: str, element: etree._Element) -> None:
        """An element begins."""
        if tag in LINKS:
            self._links.append(element.get("target") or element.get("href") or "")  # trafilatura's name, or HTML's
        elif tag not in INLINE:
            self._begin_block(tag, element)
        self._write(element.text)

    def close(self, tag: str, element: etree._Element) -> None:
        """An element ends."""
        if self.silent:
            self.silent = False
        elif tag in LINKS:
            self._links.pop()
        elif tag not in INLINE and tag not in BREAKS:
            self._end_block(tag)
        self._write(element.tail)

    @property
    def _in_row(self) -> bool:
        return bool(self._rows) and self._rows[-1]

    def _begin_block(self, tag: str, element: etree._Element) -> None:
        if not self._in_row:
            self.end_line()
        elif tag not in CELLS:
            self._parts.append(" ")  # a row is one line, whatever blocks stand in its cells
        elif any(map(str.strip, self._parts)):
            self._parts.append(" | ")
        if tag in BREAKS:
            self._apart = False
            return
        first = element.getprevious() is None
        self._apart = self._apart and not ((tag in ITEMS or tag in ROWS) and not first)
        if tag in ITEMS:
            number = element.get("rend", "")
            self._marker = f"{number}. " if NUMBER.fullmatch(number) else "- "
        if tag in ROWS:
            self._rows.append(self._in_row or not _lays_out(element))
        name = element.get("rend") or "h2" if tag == "head" else NAMES.get(tag, "p")
        if tag in ROWS and not self._in_row:
            name = "p"
        inside_item = name == "p" and self._blocks[-1] == "li"
        self._blocks.append("li" if inside_item else name)

    def _end_block(self, tag: str) -> None:
        if tag in ROWS:
            self._rows.pop()
        if not self._in_row:
            self.end_line()
            self._apart = True
        elif tag not in CELLS:
            self._parts.append(" ")
        self._blocks.pop()
        if tag in ITEMS:
            self._marker = ""

    def _write(self, text: str | None) -> None:
        if text:
            if self._links and (size := _solid_length(text)):
                self._linked += size
                self._followed.append(self._links[-1])
            self._parts.append(text)

    def end_line(self) -> None:
        """What has been written since the last line is a line, if there is anything to read in it."""
        if not self._parts:
            return
        raw = "".join(self._parts)
        density = self._linked / max(1, _solid_length(raw))
        tag = self._blocks[-1]
        links = tuple(self._followed)
        self._parts, self._linked, self._followed = [], 0, []
        texts = raw.rstrip().split("\n") if tag == "pre" else [" ".join(raw.split())]
        for text in texts:
            if text.strip(" |\t\r"):
                shown = self._marker + unicodedata.normalize("NFC", text.rstrip())
                self.lines.append(PageLine(shown, tag, density, self._apart, links, self._marker))
                self._apart, self._marker = False, ""
        if any(map(str.strip, texts)):
            self._apart = False


def _lays_out(row: etree._Element) -> bool:
    """Whether a row of a table only puts parts of the page side by side: one of its cells holds several blocks."""
    return any(sum(1 for _ in islice(cell.iter(*_PARTS), 2)) > 1 for cell in row)


def _solid_length(text: str) -> int:
    """Return the number of characters that are not white space."""
    return len("".join(text.split()))
