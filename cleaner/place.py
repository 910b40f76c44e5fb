"""A line in its surroundings: all that the conditions of a rule may ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

import regex

from .document import Document, Line, Lines
from .fold import Folded, fold
from .rule import Rule

#: A headline shorter than this (letters and digits, in bytes of UTF-8) may be a section label or a word of the text.
MIN_HEADLINE = 15


class Page:
    """A document's lines in their present state, with what is asked of the whole of it; built once a pass."""

    def __init__(self, document: Document, lines: Lines) -> None:
        self.document = document
        self.lines = lines

    @cached_property
    def host(self) -> str:
        """The host of the document's address, "" if unknown."""
        try:
            return (urlsplit(self.document.url or "").hostname or "").removeprefix("www.")
        except ValueError:
            return ""

    @cached_property
    def language(self) -> str:
        """The primary subtag of the document's language ("pt" for "pt-BR"), "" if unknown."""
        return (self.document.language or "").lower().replace("_", "-").partition("-")[0]

    @cached_property
    def headline(self) -> tuple[Line | None, set[str]]:
        """The line that holds the headline, None if the title is kept outside the text, and its normalised forms."""
        if self.document.title:
            return None, headline_forms(self.document.title)
        first = next(self.lines.down(), None)
        if first is None or first.is_prose:
            return None, set()
        return first, headline_forms(first.text)

    @cached_property
    def first_seen(self) -> dict[str, int]:
        """Where each line's normalised text stands first."""
        seen: dict[str, int] = {}
        for line in self.lines.down():
            seen.setdefault(normalise(line.text), line.start)
        return seen


def normalise(text: str) -> str:
    """Return the letters and digits of a text, lower-cased: what two spellings of one headline share."""
    return "".join(filter(str.isalnum, fold(text).lower))


_SITE_SUFFIX = regex.compile(r"^(.+?)\s+[-|:·•»/]{1,2}\s+[^-|]{1,60}$")


def headline_forms(title: str) -> set[str]:
    """Return the normalised forms a headline may be repeated in: as it is, and without the name of its site.

    >>> sorted(headline_forms("Bridge closes for good - The Daily Post"))
    ['bridgeclosesforgood', 'bridgeclosesforgoodthedailypost']
    """
    folded = fold(title).text.strip()
    forms = {normalise(folded)}
    if suffixed := _SITE_SUFFIX.match(folded):
        forms.add(normalise(suffixed[1]))
    return {form for form in forms if len(form.encode("utf-8", "surrogatepass")) >= MIN_HEADLINE}


@dataclass(slots=True)
class Place:
    """A line with all that conditions may ask of its surroundings.

    `head` and `tail` say whether only removed lines and lines that are not prose stand above or below; `above` and
    `below` are the rules that removed the nearest lines, None where they stay.
    """

    page: Page
    line: Line
    head: bool = False
    tail: bool = False
    above: Rule | None = None
    below: Rule | None = None
    _folded: Folded | None = None

    @property
    def folded(self) -> Folded:
        """The line as a reader sees it."""
        if self._folded is None:
            self._folded = fold(self.line.text)
        return self._folded
