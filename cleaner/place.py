"""A line in its surroundings: all that the conditions of a rule may ask."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import islice, pairwise, takewhile
from urllib.parse import urlsplit

from .document import Document, Line, Lines
from .fold import Folded, fold, skip_lead
from .language import code_of
from .paragraph import Paragraphs
from .rule import DEFAULT_MAX_CHARS, LINKED, Rule

#: A headline shorter than this (letters and digits, in bytes of UTF-8) may be a section label or a word of the text.
MIN_HEADLINE = 15
#: A headline longer than this (characters) is none; it bounds the cost of looking for the name of a site at its end.
MAX_HEADLINE = 500


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
        """Where the lines start that head paragraphs one after the other: dates of a diary, questions that readers ask.

        They are short, have a number in them and one shape, or are questions, and stand between sentences.
        """
        met: dict[str, list[int]] = defaultdict(list)
        above = True
        for line, below in pairwise(self.lines.down()):
            if len(line.text) <= MAX_HEADING and ends_as_sentence(below):
                heads = met[_shape(line.text)]
                if above or not heads:
                    heads.append(line.start)
            above = ends_as_sentence(line)
        return frozenset(start for shape, heads in met.items() if _is_series(shape, heads) for start in heads)

    def is_heading(self, place: Place) -> bool:
        """Whether a line heads what stands below: as one of a series, or a sentence that stays in the tail."""
        if place.line.start in self.series:
            return True
        below = self.lines.next(place.line) if place.tail else None
        return below is not None and below.start not in self.removed and ends_as_sentence(below)

    def _staying(self) -> Iterator[Line]:
        return (line for line in self.lines.down() if line.start not in self.removed)


def normalise(text: str) -> str:
    """Return the letters and digits of a text, lower-cased: what two spellings of one headline share."""
    return _NO_LETTERS.sub("", fold(text).lower)


def ends_as_sentence(line: Line) -> bool:
    """Whether a line is prose, or ends as a sentence does, however short. A question may be a headline."""
    return line.is_prose or _STOP.search(line.text.rstrip()) is not None


# The signs for vowels of Indian scripts are no letters to `re`.
_STOP = re.compile(r"""[\w\u0900-\u0dff][.!…。।۔]['"”’»)\]]{0,2}$""")


def ends_text(line: Line) -> bool:
    """Whether the tail starts below a line: prose, or two sentences, as a novel has them between what people say."""
    if line.is_prose or len(line.text) < MIN_SENTENCES or line.hint.link_density >= LINKED:
        return line.is_prose
    return _TWO_SENTENCES.search(line.text.rstrip()) is not None


_TWO_SENTENCES = re.compile(
    r"""[\w\u0900-\u0dff]{2}(?:[.!?…।۔؟]["'”’»)]{0,2}\s+["'“‘«(¿¡]?[^\W\d_]|[。！？]["'”’»)」』]{0,2}\w)"""
    r""".*[\w\u0900-\u0dff]{2}[.!?…।۔؟。！？]["'”’»)\]」』]{0,2}$"""
)
#: Two sentences that are shorter together (characters) may be the words of a box.
MIN_SENTENCES = 40
#: The longest line that may be one of a series of headings, in characters.
MAX_HEADING = 60


def _shape(text: str) -> str:
    """Return what two dates or numbers of one form share: letters and digits stand for any others; "?" of questions."""
    text = text.strip()
    return "?" if text.endswith(("?", "？", "؟")) else _WORD.sub("a", _NUMBER.sub("0", text))


def _is_series(shape: str, heads: list[int]) -> bool:
    return len(heads) >= (MIN_QUESTIONS if shape == "?" else 2) and ("0" in shape or shape == "?")


#: How many questions with answers below make a list of them. Two stand in many an article.
MIN_QUESTIONS = 3
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_NO_LETTERS = re.compile(r"[\W_]+")
#: How much the name of a site may add to a headline, in characters.
MAX_SUFFIX = 80
#: What stands between a headline and the name of its site.
_BEFORE_SITE = re.compile(r"\s+[-|:·•»/]{1,2}\s+")
#: The longest name of a site, in characters.
MAX_SITE = 60


def headline_forms(title: str) -> tuple[str, ...]:
    """Return the normalised forms a headline may be repeated in: as it is, then without the name of its site.

    >>> headline_forms("Bridge closes for good - The Daily Post")
    ('bridgeclosesforgoodthedailypost', 'bridgeclosesforgood')
    """
    folded = fold(title[: 8 * MAX_HEADLINE]).text.strip()
    if len(folded) > MAX_HEADLINE:
        return ()
    forms = [normalise(folded)]
    for found in _BEFORE_SITE.finditer(folded):
        site = folded[found.end() :]
        if len(site) <= MAX_SITE and "-" not in site and "|" not in site:
            forms.append(normalise(folded[: found.start()]))
            break
    return tuple(form for form in forms if len(form.encode("utf-8", "surrogatepass")) >= MIN_HEADLINE)


def same_headline(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two headlines, given in their forms, are one, but for the name of a site behind one of them."""
    return bool(one and other) and (one[0] in other or other[0] in one)


#: How many lines above and below belong to one list of fields with a line.
MAX_AROUND = 6


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
    def is_piece(self) -> bool:
        """Whether the line is a piece of a paragraph whose lines were broken."""
        return self.page.paragraphs.is_piece(self.line)

    @property
    def goes_on_below(self) -> bool:
        """Whether the line ends inside a sentence that the line right below goes on with."""
        return self.page.paragraphs.goes_on_below(self.line)
