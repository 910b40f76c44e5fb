"""A headline that stands beside its text becomes the first line of it, where the output has no other place for it."""

from __future__ import annotations

from ..document import Document
from ..headline import normalise


def headed(text: str, title: str | None) -> str:
    """Return a text that begins with its headline; as it is if it does so already, or if there is none."""
    line = " ".join((title or "").split())
    if not line or normalise(text.partition("\n")[0]) == normalise(line):
        return text
    return f"{line}\n\n{text}" if text else line


def with_headline(document: Document) -> Document:
    """Return a document whose text begins with its headline, and that has none beside it."""
    text = headed(document.text, document.title)
    longer = len(text) - len(document.text)
    hints = {start + longer: hint for start, hint in document.hints.items()}
    return document._replace(text=text, title=None, hints=hints)
