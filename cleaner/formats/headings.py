"""Headings that are buttons: the questions and sections that a page folds away until a reader asks for them.

trafilatura takes buttons out of a page, and with them the words above each answer.
"""

from __future__ import annotations

from lxml import etree

from .blocks import HEADINGS, SHOWN

#: A button that asks a question of so many words is the heading of its answer; shorter ones ask the reader.
MIN_WORDS = 4
#: A button with more text (characters) was never closed, and holds what follows.
MAX_SIZE = 300


def free_headings(tree: etree._Element) -> None:
    """Make the buttons of a page that are headings, hold one or ask a question, headings and nothing else."""
    for button in list(tree.iter("button")):
        text = SHOWN(button)
        if len(text) > MAX_SIZE:
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
