"""Pages: trafilatura finds the article, this turns what it found into a document whose lines know their links."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from trafilatura import bare_extraction
from trafilatura.utils import load_html

from ..document import Document, Hint

# It logs each page it gives up; here that is an error with its record.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

#: Elements of trafilatura's answer that stand inside a line; all others begin and end one.
_INLINE = frozenset({"ref", "hi", "del", "graphic", "span", "a", "done"})

#: trafilatura's names of block elements, as the HTML elements that people write rules for.
_HTML_TAGS = {"item": "li", "quote": "blockquote", "code": "pre", "row": "tr", "ab": "p", "body": "p", "div": "p", "lb": "p"}


class PageError(ValueError):
    """A page that cannot be read, or has no text to clean."""


def read_page(html: str | bytes, *, id: str | None = None, url: str | None = None, language: str | None = None) -> Document:
    """Return the article of a page as a document. Raises `PageError`."""
    tree = load_html(html)
    if tree is None:
        raise PageError("not HTML, or empty")
    found = bare_extraction(tree, url=url, include_links=True, include_comments=False)
    if found is None or found.body is None:
        raise PageError("no article found")
    return to_document(list(lines_of(found.body)), id=id, url=url, language=language)


@dataclass(slots=True)
class PageLine:
    """A line on its way: its `text`, how many of its characters are in links, its element, and whether it continues a block."""

    tag: str
    text: str = ""
    linked: int = 0
    tight: bool = False


def to_document(lines: list[PageLine], **known: str | None) -> Document:
    """Put lines together, with a blank line between blocks."""
    pieces: list[str] = []
    hints: dict[int, Hint] = {}
    position = 0
    for line in lines:
        if pieces:
            gap = "\n" if line.tight else "\n\n"
            pieces.append(gap)
            position += len(gap)
        hints[position] = Hint(line.linked / max(1, len(line.text)), line.tag)
        pieces.append(line.text)
        position += len(line.text)
    return Document("".join(pieces), hints=hints, **known)


def lines_of(body: etree._Element) -> Iterator[PageLine]:
    """Yield the lines of trafilatura's answer."""
    writer = _Writer()
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            writer.open(tag, element)
        else:
            writer.close(tag, element)
    return iter(writer.done())


class _Writer:
    def __init__(self) -> None:
        self.lines: list[PageLine] = []
        self.blocks: list[str] = ["p"]
        self.parts: list[str] = []
        self.linked = 0
        self.links = 0
        self.tight = False
        self.marker = ""
        self.in_row = 0

    def open(self, tag: str, element: etree._Element) -> None:
        if tag == "ref" or tag == "a":
            self.links += 1
        elif tag not in _INLINE:
            if tag == "cell":
                if any(self.parts):
                    self.parts.append(" | ")
            elif self.in_row and tag != "row":
                self.parts.append(" ")
            else:
                self.flush()
                self.tight = tag == "lb" or (tag in ("item", "row") and element.getprevious() is not None)
                if tag == "item":
                    self.marker = "- "
            if tag == "row":
                self.in_row += 1
            if tag == "head":
                self.blocks.append(element.get("rend") or "h2")
            elif tag == "lb":
                pass
            elif tag in ("p", "body", "div") and "li" in self.blocks:
                self.blocks.append("li")
            else:
                self.blocks.append(_HTML_TAGS.get(tag, tag))
        self.write(element.text)

    def close(self, tag: str, element: etree._Element) -> None:
        if tag == "ref" or tag == "a":
            self.links -= 1
        elif tag not in _INLINE:
            if tag == "row":
                self.in_row -= 1
            if tag == "lb":
                pass
            else:
                if not self.in_row:
                    self.flush()
                elif tag != "cell":
                    self.parts.append(" ")
                self.blocks.pop()
                if tag == "item":
                    self.marker = ""
        self.write(element.tail)

    def write(self, text: str | None) -> None:
        if text:
            if self.links:
                self.linked += len("".join(text.split()))
            self.parts.append(text)

    def flush(self) -> None:
        raw = "".join(self.parts)
        tag = self.blocks[-1]
        if tag == "pre":
            texts = [line.rstrip() for line in raw.split("\n") if line.strip()]
        else:
            texts = [" ".join(raw.split())]
        for number, text in enumerate(texts):
            if text.strip(" |"):
                text = unicodedata.normalize("NFC", text)
                solid = len("".join(text.split()))
                self.lines.append(PageLine(tag, self.marker + text, round(self.linked / solid * len(text)), self.tight or number > 0))
                self.tight = False
                self.marker = ""
        self.parts, self.linked = [], 0

    def done(self) -> list[PageLine]:
        self.flush()
        return self.lines
