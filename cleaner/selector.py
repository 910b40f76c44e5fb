"""CSS selectors of rules: what is wrong with one, for those who read whole pages and for those who read fragments."""

from __future__ import annotations

import contextlib


def why_not(selector: str) -> str:
    """Return what is wrong with a selector, "" if nothing is, or if nothing is installed that would use it."""
    with contextlib.suppress(ImportError):
        from cssselect import HTMLTranslator, SelectorError

        try:
            HTMLTranslator().css_to_xpath(selector)
        except SelectorError as error:
            return str(error)
    with contextlib.suppress(ImportError):
        from soupsieve import SelectorSyntaxError
        from soupsieve import compile as compile_selector

        try:
            compile_selector(selector)
        except SelectorSyntaxError as error:
            return str(error).partition("\n")[0]
    return ""
