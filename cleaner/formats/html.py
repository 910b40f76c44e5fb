"""Pages: trafilatura finds the article, this turns what it found into a document whose lines know their links."""

from __future__ import annotations

import logging
from copy import deepcopy

import regex
from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HTMLParser, HtmlProcessingInstruction, document_fromstring
from trafilatura import bare_extraction
from trafilatura.utils import decode_file, repair_faulty_html

from ..document import Document
from ..rule import NO_RULES, RuleSet
from .author import authors_of, with_author
from .blocks import PageLine, joined, lines_of, without_copies, without_loose_ends
from .gaps import with_gaps_filled
from .markup import Markup
from .metadata import metadata_of, title_of
from .prune import Pruner
from .region import region_of, text_size, without_asides
from .rescue import rescue
from .site import site_of
from .standfirst import with_standfirst

# It logs each page that it gives up; here that is an error with its record.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

#: An article with less than this share of the text of the page's region has lost a part of it.
WHOLE = 0.7
#: Another look at the page must find this much more text to be believed: a little more is a box or a list ...
BETTER = 1.5
#: ... and this much if nothing but the region speaks for it: the whole page, or the region as it is without its asides.
MUCH_BETTER = 3
#: As many times fewer headings than there are have been lost: paragraphs that were gathered one by one have none.
LOST = 2
#: Share of the text found before that must be in an answer for it to count as the same with its headings.
KEPT = 0.8
#: Shorter articles (characters) are looked for in every way there is; trafilatura asks about as much of them.
MIN_SIZE = 300

#: As trafilatura's, but one class for all elements: asking Python for the class of each costs a tenth of all the time.
_PARSER = HTMLParser(collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True)
_PARSER.set_element_class_lookup(
    etree.ElementDefaultClassLookup(HtmlElement, HtmlComment, HtmlProcessingInstruction, HtmlEntity)
)

#: How a page declares its charset.
_CHARSET = regex.compile(
    rb"(?i)<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([a-z0-9_:.-]+)|<\?xml[^>]{1,80}?encoding=[\"']([a-z0-9_-]+)"
)
_TAG = regex.compile(r"</?[a-zA-Z][^<>]*>")
#: How other XML begins: feeds, site maps.
_XML = regex.compile(r"\s*+(?:<\?xml|<rss|<feed|<urlset)", regex.IGNORECASE)
#: An article that is one paragraph longer than this (characters) is a heap: trafilatura's last resort.
MAX_PARAGRAPH = 2000
#: It is better than an answer with less than this share of its text: an embedded record is all article.
HEAP = 0.3


class PageError(ValueError):
    """A page that cannot be read, or that has no article."""


class NoText(PageError):
    """A page or fragment that can be read, and in which there is nothing to read."""


class PageReader:
    """Reads the articles of pages, without the elements that rules take out. Threads may share it."""

    def __init__(self, rules: RuleSet = NO_RULES) -> None:
        self._pruner = Pruner(rules)

    def read(
        self,
        page: str | bytes,
        *,
        id: str | None = None,
        title: str | None = None,
        url: str | None = None,
        language: str | None = None,
        metadata: bool = False,
    ) -> Document:
        """Return the article of a page, with its title if none is given.

        The language that a page declares is not believed: many say English that are not. Bytes are decoded by what
        they look like and what the page says. With `metadata` the document's metadata are the page's title, author,
        date, site, url and language, as far as it tells; this takes as long again. Raises `PageError`.
        """
        source = decoded(page)
        tree = _parsed(source)
        known = metadata_of(tree, url) if metadata else {}
        title = title or title_of(tree)
        authors = authors_of(tree)
        site = site_of(tree, url)
        pruned = self._pruner.prune(tree, url)
        rescue(tree)
        # The last: libxml2 gives up below 256 elements in each other.
        lines = _article(tree) or lines_of(without_asides(tree)) or lines_of(tree) or lines_as_written(source)
        lines = with_gaps_filled(tree, without_copies(lines))
        lines = without_loose_ends(with_standfirst(tree, lines, title))
        if not lines:
            raise NoText("no text in this page")
        text, hints = joined(with_author(lines, authors, title), site)
        return Document(text, id, title, url, language, metadata=known, hints=hints, pruned=tuple(pruned))


def decoded(page: str | bytes) -> str:
    """Return HTML as text: UTF-8 if it is that, else by what it declares, else by what it looks like."""
    if isinstance(page, str):
        return page
    try:
        return page.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = _CHARSET.search(page, 0, 4096)
    try:
        return page.decode((declared[1] or declared[2]).decode("ascii") if declared else "")
    except (LookupError, UnicodeDecodeError):
        return str(decode_file(page))


def _parsed(page: str) -> etree._Element:
    if not page.strip("\ufeff \t\r\n"):
        raise PageError("empty")
    if not _TAG.search(page) or page.lstrip("\ufeff \t\r\n")[0] in "{[":
        raise PageError("not HTML")
    if _XML.match(page) and "<html" not in page[:4096].lower():
        raise PageError("XML, not HTML")
    repaired = repair_faulty_html(page, page[:50].lower())
    try:
        return document_fromstring(repaired.encode("utf-8", "replace"), parser=_PARSER)
    except (etree.LxmlError, ValueError, LookupError, RecursionError) as error:
        raise PageError(f"not readable: {error}") from None


def _article(tree: etree._Element) -> list[PageLine]:
    """Return the article's lines: those of the quick answer if it is whole, else of the longest that there is."""
    quick = _extracted(tree)
    heap = quick if _is_heap(quick) else []
    lines = [] if heap else quick
    if _is_whole(lines, tree):
        return lines
    region = region_of(tree)
    if region is not None and not _is_whole(lines, region):
        lines = _in_region(region, lines)
    if _size(lines) < MIN_SIZE:
        lines = _better(_extracted(tree, fast=False), lines, BETTER)
    return lines if _size(lines) > HEAP * _size(heap) else heap


def _in_region(region: etree._Element, lines: list[PageLine]) -> list[PageLine]:
    """Return what stands in the region, if it is more than the `lines` that were found without it."""
    is_page = region.tag in ("body", "html")
    lines = _better(_extracted(_page_of(region)), lines, MUCH_BETTER if is_page else BETTER)
    if not is_page and _size(lines) < WHOLE * text_size(region):
        lines = _better(lines_of(without_asides(region)), lines, MUCH_BETTER)
    return lines


def _page_of(region: etree._Element) -> etree._Element:
    """Return a page with nothing but the region in it, under the name that trafilatura looks for first."""
    page = region.makeelement("html")
    article = deepcopy(region)
    article.tail = None
    article.tag = region.tag if region.tag in ("article", "main", "section") else "div"
    article.set("itemprop", "articleBody")
    etree.SubElement(page, "body").append(article)
    return page


def _is_whole(lines: list[PageLine], element: etree._Element) -> bool:
    """Whether lines are long enough, hold most of the text of an element, and have not lost its headings."""
    size = _size(lines)
    if size < MIN_SIZE or size < WHOLE * text_size(element):
        return False
    return sum(1 for _ in element.iter("h2", "h3", "h4")) <= LOST * _headings(lines) + 1


def _better(found: list[PageLine], lines: list[PageLine], times: float) -> list[PageLine]:
    """Return what was `found` if it is so many times as long as the `lines`, or if it is these and their headings."""
    if _is_heap(found):
        return lines
    size = _size(lines)
    if _size(found) > times * size:
        return found
    if _headings(found) <= LOST * _headings(lines) + 1:
        return lines
    text = "\n".join(line.text for line in found)
    kept = sum(len(line.text) for line in lines if line.written in text)
    return found if kept >= KEPT * size else lines


def lines_as_written(source: str) -> list[PageLine]:
    """Return the lines of HTML without building a tree of it."""
    return [PageLine(line.text, line.tag, line.link_density, line.apart, line.links) for line in Markup(source).lines]


def _headings(lines: list[PageLine]) -> int:
    return sum(line.tag in ("h2", "h3", "h4") for line in lines)


def _is_heap(lines: list[PageLine]) -> bool:
    """Whether trafilatura gave up and put all text in one paragraph, the page's or that of a record in it."""
    return len(lines) == 1 and len(lines[0].text) > MAX_PARAGRAPH


def _extracted(tree: etree._Element, *, fast: bool = True) -> list[PageLine]:
    try:
        # "xml": its own format for Python makes a text of the tree as well, a twentieth of all the time.
        found = bare_extraction(tree, include_links=True, include_comments=False, fast=fast, output_format="xml")
    except (RecursionError, etree.LxmlError, AttributeError, TypeError, ValueError):
        return []  # it fails on some trees that other ways of looking at them do not mind
    body = getattr(found, "body", None)
    return [] if body is None else lines_of(body)


def _size(lines: list[PageLine]) -> int:
    return sum(len(line.text) for line in lines)
