"""What a page says of itself: its title, and all that trafilatura finds out."""

from __future__ import annotations

import regex
from lxml import etree
from trafilatura.metadata import extract_metadata

_SHARED_TITLE = etree.XPath("//head/meta[@property='og:title' or @name='og:title' or @name='twitter:title']/@content")

#: A shorter heading (characters) may be the name of a section that the title happens to contain.
MIN_HEADING = 10
#: Share of a heading's words that are in the title too, if it is the headline.
ALIKE = 0.5

_WORD = regex.compile(r"\w+")

#: Names of the metadata as records have them, and as trafilatura has them.
FIELDS = {
    "title": "title", "author": "author", "date": "date", "site": "sitename", "url": "url", "language": "language",
}  # fmt: skip


def title_of(tree: etree._Element) -> str | None:
    """Return the headline: the heading that says most of what the page's title says, else that title."""
    headings = [text for heading in tree.iter("h1") if (text := _text(heading))]
    element = tree.find(".//title")
    shared = [" ".join(title.split()) for title in (*_SHARED_TITLE(tree), "" if element is None else _text(element))]
    titles = [title for title in shared if title]
    if not titles:
        return headings[0] if len(headings) == 1 else None
    told = _words(" ".join(titles))
    # A title goes on with the name of its site, and search engines like it worded otherwise than the heading.
    alike = {heading: len(told & _words(heading)) / max(1, len(_words(heading))) for heading in headings}
    best = max(headings, key=lambda heading: (alike[heading], len(heading)), default="")
    return best if len(best) >= MIN_HEADING and alike[best] >= ALIKE else titles[0]


def metadata_of(tree: etree._Element, url: str | None) -> dict[str, str]:
    """Return what the page tells of itself under the names of `FIELDS`; what it does not tell is left out."""
    found = extract_metadata(tree, default_url=url)
    known = {name: getattr(found, theirs) for name, theirs in FIELDS.items()}
    if language := tree.get("lang"):
        known["language"] = known["language"] or language
    return {name: value for name, value in known.items() if value}


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())
