"""CSS selectors of rules for pages: what is wrong with one."""

from __future__ import annotations


def why_not(selector: str) -> str:
    """Return what is wrong with a selector, "" if nothing is, or if nothing is installed that would use it."""
    try:
        from cssselect import HTMLTranslator, SelectorError
    except ImportError:
        return ""
    try:
        HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        return str(error)
    return ""
