"""What trafilatura would throw away is named so that it stays: quotations, headings and the numbers of lists."""

from __future__ import annotations

from lxml import etree

from .blocks import HEADINGS, NUMBER, SHOWN
from .names import words

#: A button that asks a question of so many words is the heading of its answer; shorter ones ask the reader.
MIN_WORDS = 4
#: A button with more text (characters) was never closed, and holds what follows.
MAX_BUTTON = 300

#: Words of the class of a figure that repeats a sentence of the text, or shows what stands on another page.
_NO_QUOTE = frozenset({"pull", "pullquote", "pulled", "embed", "embedded"})


def rescue(tree: etree._Element) -> None:
    """Rename in place the elements of a page's article that trafilatura takes for something else."""
    _free_quotes(tree)
    _free_headings(tree)
    _number_items(tree)


def _free_quotes(tree: etree._Element) -> None:
    """Make a figure that is a quotation an element of the text: all figures are taken for pictures."""
    for figure in tree.iter("figure"):
        quotes = figure.find(".//blockquote") is not None
        if quotes and _NO_QUOTE.isdisjoint(words(figure.get("class") or "")):
            figure.tag = "div"


def _free_headings(tree: etree._Element) -> None:
    """Make buttons that are headings, hold one or ask a question, headings and nothing else.

    They are the questions and sections that a page folds away until a reader asks for them.
    """
    for button in list(tree.iter("button")):
        text = SHOWN(button)
        if len(text) > MAX_BUTTON:
            continue
        heading = next(button.iter(*HEADINGS), None)
        holder = next(button.iterancestors(*HEADINGS), None)
        if heading is not None:
            heading.tail = button.tail
            button.getparent().replace(button, heading)
        elif holder is not None:
            if SHOWN(holder) == text:
                button.tag = "span"
        elif text.endswith("?") and len(text.split()) >= MIN_WORDS:
            button.tag = "h4"


def _number_items(tree: etree._Element) -> None:
    """Give the items of ordered lists the numbers that a browser shows before them.

    They stand in an attribute that trafilatura keeps, as it does not keep what numbers follow from.
    """
    for item in tree.iter("li"):
        item.attrib.pop("rend", None)
    for items in tree.iter("ol"):
        if items.get("type", "1") != "1":
            continue  # letters, or Roman numbers
        falls = "reversed" in items.attrib
        number = _number(items.get("start"), len(items) if falls else 1)
        for item in items.iterchildren("li"):
            number = _number(item.get("value"), number)
            item.set("rend", str(number))
            number += -1 if falls else 1


def _number(written: str | None, default: int) -> int:
    return int(written) if written and NUMBER.fullmatch(written) else default
