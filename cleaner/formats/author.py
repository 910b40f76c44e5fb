"""The author of a page, and the lines that say who that is: they begin with the name that the page itself gives.

Where it gives none, a person whom nothing but the last lines knows is marked: rules tell whether that is the author.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

import regex
from lxml import etree

from ..document import MIN_PROSE, is_prose
from ..rule import AUTHOR, PERSON
from .blocks import PageLine

#: Records for search engines that are looked into, and characters of each: lists of a whole site are longer.
MAX_RECORDS = 8
MAX_RECORD = 200_000
#: Names that are looked for; a page with more of them is no article.
MAX_AUTHORS = 8
#: Lines of page furniture may stand below what is said of the author, but no more prose than this.
MAX_BELOW = 3
#: As many people in the last lines may be the authors.
MAX_PEOPLE = 2

#: How pages and programs for newsrooms call the author in a `meta` element.
_NAMED = frozenset({
    "author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator", "DC.creator", "DC.Creator",
})  # fmt: skip
_LINKED = etree.XPath("//a[@rel='author']")
_AUTHOR = regex.compile(r'"author"\s*+:\s*+(?:"[^"]{1,200}+"|\{[^{}]{1,2000}+\}|\[[^\[\]]{1,4000}+\])')
_NAME = regex.compile(r'"(?:name|author)"\s*+:\s*+"([^"\\]{3,100}+)"')
_BETWEEN = regex.compile(r"\s*[,;|&/]\s*|\s+(?:and|und|et|y|e|en|och|og|ja|i|with|mit)\s+")
_BEFORE = regex.compile(r"(?:by|von|par|por|di|door|af|av)\s+", regex.IGNORECASE)
#: A name of at least two words. One word may be anything.
_PERSON = regex.compile(r"\p{Lu}[\w.'’-]*+(?:\s(?:d[aei]l?|de[rn]|van|von|l[ae]|el|al|bin|\p{Lu}[\w.'’-]*+)){1,4}")
#: What follows the name: a verb, an age, a role. Behind a colon the author speaks.
_GOES_ON = regex.compile(r"(?:,|\s\(|\s[-–—]|\s\p{Ll})")
#: Words that begin a sentence with a noun behind them, which has a capital in German and in many a headline.
_NO_NAMES = (
    r"(?!(?:The|This|That|These|Those|An?|In|On|At|For|From|With|And|But|If|When|While|Our|Your|My|His|Her|Their|Its"
    r"|D(?:er|ie|as|en|em|es)|Dies\w*|Eine?\w?|Im|Am|Zum|Zur|Vom|Beim|Auf|Bei|Mit|Nach|Und|Aber|Auch|Als|Für|Von|Vor|Seit"
    r"|Wenn|Wie|Was|Wer|Unser\w*|Ihr\w*|Sein\w*|Alle\w?|Viele|Kein\w*|Les?|La|Une?|Des|Du|El|L[ao]s|Il|Gli|Os?|Het|De)\s)"
)
#: A name at the start of a line, with a small word behind it: in most languages the verb.
_INTRODUCED = regex.compile(rf"{_NO_NAMES}(?:(?:Dr|Prof)\.?\s)?{_PERSON.pattern}(?=(?:,[^,]{{1,40}},?)?\s\p{{Ll}})")


def with_author(lines: list[PageLine], names: Iterable[str], title: str | None) -> list[PageLine]:
    """Mark what is said of the author below an article, and of people whom the rest of the page does not know.

    Where the article speaks of that person too, its last line may do so, and nothing is marked.
    """
    ends = list(_ends(lines))
    known = tuple(names)
    told = {number: name for number in ends for name in known if _is_about(lines[number].text, name)}
    people = {number: found[0] for number in ends if (found := _INTRODUCED.match(_bare(lines[number].text)))}
    if len(people) <= MAX_PEOPLE:  # more are a list of people
        told = {**people, **told}
    for number, name in told.items():
        above = [line.text for line in lines[:number] if is_prose(line.text) and not _bare(line.text).startswith(name)]
        surname = name.split()[-1]
        if above and not any(surname in text for text in (*above, title or "")):
            lines[number] = replace(lines[number], tag=AUTHOR if name in known else PERSON)
    return lines


def _ends(lines: list[PageLine]) -> Iterator[int]:
    """Yield the last lines from below, with no more prose among them than may stand below the article."""
    prose = 0
    for number in reversed(range(len(lines))):
        yield number
        prose += is_prose(lines[number].text)
        if prose > MAX_BELOW:
            return


def _is_about(text: str, name: str) -> bool:
    """Whether a line begins with a name and goes on as a sentence about whoever has it."""
    text = _bare(text)
    return text.startswith(name) and len(text) >= MIN_PROSE and _GOES_ON.match(text, len(name)) is not None


def _bare(text: str) -> str:
    return text.lstrip("-–—*•_( ")


def authors_of(tree: etree._Element) -> list[str]:
    """Return the names that a page gives for its authors, as far as they are people's.

    >>> from lxml.html import document_fromstring
    >>> authors_of(document_fromstring('<meta name="author" content="By Ann Reed and Jo Quill">'))
    ['Ann Reed', 'Jo Quill']
    """
    told = dict.fromkeys(name for text in _texts(tree) for part in _BETWEEN.split(text) if (name := _person(part)))
    return list(islice(told, MAX_AUTHORS))


def _texts(tree: etree._Element) -> Iterator[str]:
    for meta in tree.iter("meta"):
        if meta.get("name") in _NAMED or meta.get("property") in _NAMED:
            yield meta.get("content") or ""
    for link in _LINKED(tree):
        yield "".join(link.itertext())
    records = (script.text or "" for script in tree.iter("script") if script.get("type") == "application/ld+json")
    for record in islice(records, MAX_RECORDS):
        for author in _AUTHOR.finditer(record, 0, MAX_RECORD):
            yield from _NAME.findall(author[0])


def _person(text: str) -> str:
    name = _BEFORE.sub("", " ".join(text.split()), count=1) if text else ""
    return name if _PERSON.fullmatch(name) else ""
