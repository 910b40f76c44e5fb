"""Whether two headlines are one: what they share however they are written, and whatever site's name stands behind."""

from __future__ import annotations

import re

from .fold import fold

#: A headline shorter than this (letters and digits, in bytes of UTF-8) may be a section label or a word of the text.
MIN_HEADLINE = 15
#: A headline longer than this (characters) is none; it bounds the cost of looking for the name of a site at its end.
MAX_HEADLINE = 500
#: How much the name of a site may add to a headline, in characters.
MAX_SUFFIX = 80
#: The longest name of a site, in characters.
MAX_SITE = 60

#: What stands between a headline and the name of its site.
_BEFORE_SITE = re.compile(r"\s+[-|:·•»/]{1,2}\s+")
_NO_LETTERS = re.compile(r"[\W_]+")


def normalise(text: str) -> str:
    """Return the letters and digits of a text, lower-cased: what two spellings of one headline share."""
    return _NO_LETTERS.sub("", fold(text).lower)


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
