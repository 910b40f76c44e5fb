"""CSS selectors of rules: what is wrong with one, for those who read whole pages and for those who read fragments."""

from __future__ import annotations

import contextlib


def why_not(selector: str) -> str:
    """Return what is wrong with a selector, "" if nothing is, or if the libraries that would use it are not there."""
    with contextlib.suppress(ImportError):
        from cssselect import HTMLTranslator, SelectorError

        try:
            HTMLTranslator().css_to_xpath(selector)
        except SelectorError as error:
            return str(error)
    with contextlib.suppress(ImportError):
        import soupsieve

        try:
            soupsieve.compile(selector)
        except soupsieve.SelectorSyntaxError as error:
            return str(error).partition("\n")[0]
    return ""
