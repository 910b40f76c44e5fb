"""What is cleaned: a document, its lines, and which of them are prose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any, NamedTuple

import regex

from .fold import Folded, fold, fold_text, lower, may_have_markup

#: A line of prose is a sentence somebody wrote to be read. Calibrated on labelled news articles in 18 languages: of
#: the boilerplate lines that carry no word of their own one in a hundred is this long and ends like a sentence.
MIN_PROSE = 80
#: So long that it is prose however it ends: poems, captions and transcripts may have no full stop.
MIN_UNPUNCTUATED_PROSE = 300
#: The same in letters of Thai and Lao, which have no full stop: longer than a headline.
MIN_UNSTOPPED_PROSE = 120
#: One ideograph, kana or hangul says about as much as this many letters of an alphabet (it is also its UTF-8 length).
WIDE = 3

#: A line with this share of links is nothing but links and what stands between them. A sentence may have half of its
#: words in links: that is enough to try rules on it (`rule.LINKED`), and not to call it no prose.
ALL_LINKS = 0.8

#: Lines that are kept once they are split off: those of any article; a document of many megabytes must not stay twice.
MAX_KNOWN = 4096

# Compiled when a line asks for it: short ones never do.
_compiled = cache(regex.compile)
_WIDE = r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff]"
_UNSTOPPED = r"[\u0e00-\u0eff]"
_SENTENCE_END = (
    r"(?:[.!?…]['\"”’»)\]]{0,3}(?=\s|$)|[。！？।॥۔؟։።]|:$)"
    # A dot behind one letter, a number or an initialism ends no sentence.
    r"(?<!(?:^|[\s(])\w\.)"
)


class Hint(NamedTuple):
    """What a page knows of a line and plain text does not.

    `link_density` is the share of the line's characters inside links, 0.0 to 1.0; `tag` the HTML element of its block;
    `same_site` whether it has links, and all lead to other pages of the page's own site.
    """

    link_density: float = 0.0
    tag: str = ""
    same_site: bool = False


NO_HINT = Hint()


#: No metadata, no hints. Nobody writes to it.
NOTHING: Mapping[Any, Any] = {}


class Pruned(NamedTuple):
    """An element that a rule took out of a page before its article was looked for: the rule's id, and the text."""

    rule: str
    text: str


class Document(NamedTuple):
    """A text to clean, with what is known about it.

    `url` picks site rules, `title` is the headline kept outside the text. `language` (a code such as "de", "pt-BR" or
    "deu_Latn") restricts the cues to those of that language and of English, which stands on pages of all. A code that
    names none restricts nothing. `hints` maps the offset of a line's first character to what its page said about it,
    `pruned` is what rules have taken out of the page.
    """

    text: str
    id: str | None = None
    title: str | None = None
    url: str | None = None
    language: str | None = None
    metadata: Mapping[str, Any] = NOTHING
    hints: Mapping[int, Hint] = NOTHING
    pruned: tuple[Pruned, ...] = ()


class Line(NamedTuple):
    """One line of a document: `text` without its line end stands at [`start`, `end`) of the document, in characters."""

    start: int
    end: int
    text: str
    hint: Hint = NO_HINT

    @property
    def is_prose(self) -> bool:
        """Whether the line is prose. A line of links is a list of other pages, however it reads."""
        return self.hint.link_density < ALL_LINKS and is_prose(self.text)


class Lines:
    """The lines of a text, split only where somebody looks.

    Lines end at a line feed, with or without a carriage return before it. `plain` is the text with the characters
    folded that fold one to one, `lower` that in lower case: what a line without markup reads as.
    """

    def __init__(
        self, text: str, hints: Mapping[int, Hint] | None = None, plain: str | None = None, lowered: str | None = None
    ) -> None:
        """`plain` and `lowered` need to be given only if they are known already."""
        self.text = text
        self.hints = hints or {}
        if lowered is not None:
            self.lower = lowered
        if plain is None:
            self.plain, self.has_markup = fold_text(text)
        else:
            self.plain, self.has_markup = plain, may_have_markup(plain)
        self._known: dict[int, Line] = {}

    @cached_property
    def lower(self) -> str:
        """`plain` in lower case, made when it is asked for: a few rules may need it of a few lines only."""
        return lower(self.plain)

    def at(self, start: int) -> Line:
        """Return the line that starts at `start`."""
        if line := self._known.get(start):
            return line
        end = self.text.find("\n", start)
        if end < 0:
            end = len(self.text)
        elif end > start and self.text[end - 1] == "\r":
            end -= 1
        line = Line(start, end, self.text[start:end], self.hints.get(start, NO_HINT))
        if len(self._known) < MAX_KNOWN:
            self._known[start] = line
        return line

    def folded(self, line: Line) -> Folded:
        """Return a line as a reader sees it."""
        if self.has_markup and may_have_markup(line.text):
            return fold(line.text)
        return Folded(self.plain[line.start : line.end], self.lower[line.start : line.end])

    def down(self, start: int = 0) -> Iterator[Line]:
        """Yield the lines that are not blank from the one at `start` to the end."""
        while start <= len(self.text):
            line = self.at(start)
            if line.text and not line.text.isspace():
                yield line
            start = self.after(line.end)

    def up(self, end: int) -> Iterator[Line]:
        """Yield the lines that are not blank from the one before `end` to the beginning; `end` starts a line."""
        while end > 0:
            start = self.text.rfind("\n", 0, end - 1) + 1
            line = self.at(start)
            if line.text and not line.text.isspace():
                yield line
            end = start

    def after(self, end: int) -> int:
        """Return where the line behind the one that ends at `end` starts; beyond the text if there is none."""
        newline = self.text.find("\n", end)
        return newline + 1 if newline >= 0 else len(self.text) + 1

    def block(self, line: Line) -> list[Line]:
        """Return the lines that stand together with a line, itself included: without a blank one between."""
        start = line.start
        while start:
            above = self.at(self.text.rfind("\n", 0, start - 1) + 1)
            if not above.text.strip():
                break
            start = above.start
        found = []
        while start <= len(self.text):
            below = self.at(start)
            if not below.text.strip():
                break
            found.append(below)
            start = self.after(below.end)
        return found

    def previous(self, line: Line) -> Line | None:
        """Return the nearest line above that is not blank."""
        return next(self.up(line.start), None)

    def next(self, line: Line) -> Line | None:
        """Return the nearest line below that is not blank."""
        return next(self.down(self.after(line.end)), None)


def is_prose(text: str) -> bool:
    """Whether a line reads as prose: long enough, with the end of a sentence in it.

    >>> is_prose("Read: Ten other mayors")
    False
    >>> is_prose("The council voted on Tuesday to close the old bridge, and the mayor said it would not open again.")
    True
    """
    weight = len(text)
    if not text.isascii() and weight < MIN_UNPUNCTUATED_PROSE:
        weight += (WIDE - 1) * len(_compiled(_WIDE).findall(text))
    if weight < MIN_PROSE:
        return False
    if weight >= MIN_UNPUNCTUATED_PROSE or _compiled(_SENTENCE_END).search(text.rstrip()) is not None:
        return True
    return not text.isascii() and len(_compiled(_UNSTOPPED).findall(text)) >= MIN_UNSTOPPED_PROSE
