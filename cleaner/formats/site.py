"""The site of a page, and which of its links stay on it: those lead to other stories, the rest to what is spoken of."""

from __future__ import annotations

from collections.abc import Iterable

import regex
from lxml import etree

_OWN_ADDRESS = etree.XPath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content", smart_strings=False)
#: An address with a scheme or host; others are told from the page's own.
_WHOLE = regex.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*+:|//)")


def site_of(tree: etree._Element, url: str | None) -> str:
    """Return the domain of a page ("example.co.uk"), by its address or what it says that is; "" if unknown."""
    return next((domain for address in (url, *_OWN_ADDRESS(tree)) if address and (domain := domain_of(address))), "")


def stays(addresses: Iterable[str], site: str) -> bool:
    """Whether all of some links, of which there is one at least, lead to other pages of a site.

    >>> stays(["/news/1", "https://shop.example.org"], "example.org"), stays(["#notes"], "example.org")
    (True, False)
    """
    known = list(addresses)
    return bool(known) and all(_stays(address.strip(), site) for address in known)


def _stays(address: str, site: str) -> bool:
    if not address or address.startswith("#"):
        return False  # a place of the same page
    return _WHOLE.match(address) is None or bool(site and domain_of(address) == site)


def domain_of(address: str) -> str:
    """Return the part of an address's host that its owner registered, "" if there is none."""
    from courlan import extract_domain  # slow to import, and the links of most fragments are never asked for

    return extract_domain(f"https:{address}" if address.startswith("//") else address, fast=True) or ""
