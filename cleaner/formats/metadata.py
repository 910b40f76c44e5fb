"""What a page says of itself: its title, and all that trafilatura finds out."""

from __future__ import annotations

from lxml import etree
from trafilatura.metadata import extract_metadata

_SHARED_TITLE = etree.XPath("//head/meta[@property='og:title' or @name='og:title' or @name='twitter:title']/@content")

#: Names of the metadata as records have them, and as trafilatura has them.
FIELDS = {
    "title": "title", "author": "author", "date": "date", "site": "sitename", "url": "url", "language": "language",
}  # fmt: skip


def title_of(tree: etree._Element) -> str | None:
    """Return the headline: what the page has others show for it, its only first heading, or its title."""
    for title in _SHARED_TITLE(tree):
        if title.strip():
            return " ".join(title.split())
    headings = [heading for heading in tree.iter("h1") if _text(heading)]
    if len(headings) == 1:
        return _text(headings[0])
    element = tree.find(".//title")
    return None if element is None else _text(element) or None


def metadata_of(tree: etree._Element, url: str | None) -> dict[str, str]:
    """Return what the page tells of itself under the names of `FIELDS`; what it does not tell is left out."""
    found = extract_metadata(tree, default_url=url)
    known = {name: getattr(found, theirs) for name, theirs in FIELDS.items()}
    if language := tree.get("lang"):
        known["language"] = known["language"] or language
    return {name: value for name, value in known.items() if value}


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())
