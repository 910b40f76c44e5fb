"""A line in its surroundings: all that the conditions of a rule may ask."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice, takewhile
from urllib.parse import urlsplit

from .document import Document, Line, Lines
from .fold import Folded, skip_lead
from .heading import may_be_of_series, series_of
from .headline import MAX_SUFFIX, headline_forms, normalise, same_headline
from .language import code_of
from .paragraph import Paragraphs
from .rule import DEFAULT_MAX_CHARS, Rule
from .sentence import ends_as_sentence

#: How many lines above and below belong to one list of fields with a line.
MAX_AROUND = 6


class Page:
    """A document's lines in their present state, with what is asked of the whole of it; built once a pass.

    `removed` are the rules that have taken lines in this pass, `cuts` the spans that rules have taken out of lines, in
    characters of the document; both by the offset of the line's first character.
    """

    def __init__(self, document: Document, lines: Lines) -> None:
        self.document = document
        self.lines = lines
        self.removed: dict[int, Rule] = {}
        self.cuts: dict[int, list[tuple[int, int]]] = {}
        self.paragraphs = Paragraphs(lines)

    @cached_property
    def host(self) -> str:
        """The host of the document's address, "" if unknown."""
        try:
            return (urlsplit(self.document.url or "").hostname or "").removeprefix("www.")
        except ValueError:
            return ""

    @cached_property
    def language(self) -> str:
        """The document's language as rules name it ("pt" for "pt-BR"), "" if unknown."""
        return code_of(self.document.language or "")

    @cached_property
    def headline(self) -> tuple[Line | None, str]:
        """The line that holds the headline, None if it is kept outside the text, and the headline ("" if unknown)."""
        if self.document.title:
            return None, self.document.title
        first = next(self._staying(), None)
        return (None, "") if first is None or first.is_prose else (first, first.text)

    @cached_property
    def headline_forms(self) -> tuple[str, ...]:
        """The normalised forms of the headline."""
        return headline_forms(self.headline[1])

    def repeats_headline(self, line: Line) -> bool:
        """Whether a line is the headline once more."""
        first, headline = self.headline
        if not headline or (first is not None and line.start <= first.start):
            return False
        # Punctuation and the name of a site make it longer, but no paragraph of it. Most lines end here.
        if len(line.text) > 2 * len(headline) + MAX_SUFFIX:
            return False
        return same_headline(self.headline_forms, headline_forms(line.text))

    @cached_property
    def first_seen(self) -> dict[str, int]:
        """Where each line's normalised text stands first; lines without letters and digits, and long ones, left out."""
        seen: dict[str, int] = {}
        for line in self._staying():
            if len(line.text) <= DEFAULT_MAX_CHARS and (shown := normalise(line.text)):
                seen.setdefault(shown, line.start)
        return seen

    @cached_property
    def series(self) -> frozenset[int]:
        """Where the lines start that are one of a series of headings."""
        return series_of(self.lines)

    def _staying(self) -> Iterator[Line]:
        return (line for line in self.lines.down() if line.start not in self.removed)


class Place:
    """A line with all that conditions may ask of its surroundings.

    `head` and `tail` say whether only removed lines and lines that are not prose stand above or below; `above` and
    `below` are the rules that removed the nearest lines, None where they stay.
    """

    __slots__ = ("_first_word", "_folded", "_is_prose", "above", "below", "head", "line", "page", "tail")

    def __init__(self, page: Page, line: Line, *, head: bool = False, tail: bool = False) -> None:
        self.page = page
        self.line = line
        self.head = head
        self.tail = tail
        self.above: Rule | None = None
        self.below: Rule | None = None
        self._folded: Folded | None = None
        self._is_prose: bool | None = None
        self._first_word = -1

    @property
    def is_prose(self) -> bool:
        """Whether the line is prose."""
        if self._is_prose is None:
            self._is_prose = self.line.is_prose
        return self._is_prose

    @property
    def folded(self) -> Folded:
        """The line as a reader sees it."""
        if self._folded is None:
            self._folded = self.page.lines.folded(self.line)
        return self._folded

    @property
    def texts_around(self) -> Iterator[str]:
        """The folded lines around that are not prose, the nearest first, six each way."""
        lines = self.page.lines
        for way in (lines.up(self.line.start), lines.down(lines.after(self.line.end))):
            for line in takewhile(lambda line: not line.is_prose, islice(way, MAX_AROUND)):
                yield lines.folded(line).text

    @property
    def first_word(self) -> int:
        """Where the first word of the folded line starts, in characters."""
        if self._first_word < 0:
            self._first_word = skip_lead(self.folded.text)
        return self._first_word

    @property
    def is_heading(self) -> bool:
        """Whether the line heads what stands below it: as one of a series, or a sentence in the tail or begun by it."""
        below = self.page.lines.next(self.line)
        if below is None or not ends_as_sentence(below):
            return False
        # The cheap question first: a series is looked for in the whole document.
        if may_be_of_series(self.page.lines, self.line, below) and self.line.start in self.page.series:
            return True
        return below.start not in self.page.removed and (self.tail or self._begins(below))

    def _begins(self, below: Line) -> bool:
        """Whether the sentence in the line below has its beginning in this one, and no part in the line above."""
        if not below.text.lstrip()[:1].islower() or self.line.text.rstrip().endswith((".", "…")):
            return False
        above = self.page.lines.previous(self.line)
        return above is None or ends_as_sentence(above)

    @property
    def is_piece(self) -> bool:
        """Whether the line is a piece of a paragraph whose lines were broken."""
        return self.page.paragraphs.is_piece(self.line)

    @property
    def goes_on_below(self) -> bool:
        """Whether the line ends inside a sentence that the line right below goes on with."""
        return self.page.paragraphs.goes_on_below(self.line)
