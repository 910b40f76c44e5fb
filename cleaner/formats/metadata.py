"""What a page says of itself: its title, and all that trafilatura finds out."""

from __future__ import annotations

from lxml import etree
from trafilatura.metadata import extract_metadata

_SHARED_TITLE = etree.XPath("//head/meta[@property='og:title' or @name='og:title' or @name='twitter:title']/@content")

#: A shorter heading (characters) may be the name of a section that the title happens to contain.
MIN_HEADING = 10

#: Names of the metadata as records have them, and as trafilatura has them.
FIELDS = {
    "title": "title", "author": "author", "date": "date", "site": "sitename", "url": "url", "language": "language",
}  # fmt: skip


def title_of(tree: etree._Element) -> str | None:
    """Return the headline: the heading that the page's title repeats, that title, or the only first heading."""
    headings = [text for heading in tree.iter("h1") if (text := _text(heading))]
    element = tree.find(".//title")
    shared = [" ".join(title.split()) for title in (*_SHARED_TITLE(tree), "" if element is None else _text(element))]
    titles = [title for title in shared if title]
    for heading in headings:
        # The title of a page goes on with the name of its site, where the heading ends.
        if any(heading.casefold() in title.casefold() for title in titles) and len(heading) >= MIN_HEADING:
            return heading
    if titles:
        return titles[0]
    return headings[0] if len(headings) == 1 else None


def metadata_of(tree: etree._Element, url: str | None) -> dict[str, str]:
    """Return what the page tells of itself under the names of `FIELDS`; what it does not tell is left out."""
    found = extract_metadata(tree, default_url=url)
    known = {name: getattr(found, theirs) for name, theirs in FIELDS.items()}
    if language := tree.get("lang"):
        known["language"] = known["language"] or language
    return {name: value for name, value in known.items() if value}


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())
