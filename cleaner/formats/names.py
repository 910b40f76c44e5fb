"""Elements by name: which rules take out an element with a class or id, on which hosts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

import regex

from ..fold import fold
from ..pattern import compile_pattern
from ..rule import Rule, RuleSet
from ..timeout import fires

#: Class names with these beginnings tell what an element has or lacks, not what it is.
_ABOUT_OTHERS = ("has-", "no-", "with-", "without-", "is-", "hide-", "show-")
#: Words in a rule's class, and so in a run of words of a class name that is looked up.
MAX_WORDS = 3

#: If what a rule would take has more than this share of the text in the page's paragraphs, it holds article.
MAX_SHARE = 0.3
#: ... unless the page's prose is elsewhere than in paragraphs, and the rule would take less than this share of it all:
#: less than of paragraphs, for boxes and lists of other pages count too.
MAX_PROSE_SHARE = 0.2
#: Some pages have no paragraphs: nor does a rule take more than this share of all text.
MAX_TEXT_SHARE = 0.4

#: Elements whose class and id speak of the page as a whole ("has-related-posts").
FRAMES = frozenset({"html", "body", "main", "article"})

#: Elements whose ids are places to jump to.
ANCHORS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "a", "span"})

_CAMEL = regex.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = regex.compile(r"[^\W_]+")


class ClassRules:
    """The rules that take elements out of pages, by the words of their `classes`. Threads may share it."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = [rule for rule in rules.rules if rule.prunes]
        self._protect = [compile_pattern(pattern) for pattern in rules.protect]
        self._classes: dict[str, list[Rule]] = {}
        for rule in self.rules:
            for name in rule.classes:
                self._classes.setdefault("-".join(words(name)), []).append(rule)
        self._first_words = {name.partition("-")[0] for name in self._classes}
        # Few names are new: pages repeat theirs from element to element, and sites from page to page.
        self.of_names = lru_cache(maxsize=20_000)(self._of_names)
        self._of_name = lru_cache(maxsize=50_000)(self._of_one)

    def protect(self, lines: Iterable[str]) -> bool:
        """Whether one of an element's lines must stay, whatever any rule says."""
        if not self._protect:
            return False
        shown = [fold(line).text for line in lines]
        return any(fires(pattern, line, "protect", unsure=True) for pattern in self._protect for line in shown)

    def _of_names(self, names: str) -> tuple[Rule, ...]:
        """Return the rules for an element with these class names and ids."""
        return tuple(rule for name in names.split() for rule in self._of_name(name))

    def _of_one(self, name: str) -> tuple[Rule, ...]:
        """Return the rules whose class is a name or part of it: `cta` is part of `post-cta__title`."""
        parts = words(name)
        if self._first_words.isdisjoint(parts) or name.startswith(_ABOUT_OTHERS):
            return ()
        ends = range(1, MAX_WORDS + 1)
        runs = ("-".join(parts[start : start + length]) for start in range(len(parts)) for length in ends)
        # A name says the same as often as it says it.
        return tuple({rule.id: rule for run in runs for rule in self._classes.get(run, ())}.values())


def words(name: str) -> list[str]:
    """Return the words of a class name or id.

    >>> words("articleBody__share-buttons")
    ['article', 'body', 'share', 'buttons']
    """
    return _WORD.findall(name if name.islower() else _CAMEL.sub("-", name).lower())


def host_of(url: str | None) -> str:
    """Return the host of an address without `www.`, "" if there is none."""
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def is_on(host: str, sites: tuple[str, ...]) -> bool:
    """Whether a host is one of the sites or below one, or there are none to choose from."""
    return not sites or any(host == site or host.endswith(f".{site}") for site in sites)
