"""Lists of words that patterns name: `{weekday}` stands for any word that stands under `weekday`.

So a pattern is no longer than its grammar, and who knows a language adds to a list without reading it. A list is for
the patterns of its own file; those of the file `words.yaml` are for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from typing import TypeAlias

import regex

from .fold import fold
from .pattern import BLOCK, unknown_blocks
from .rule import Rule

#: Scripts that leave no space between words, or hang endings on them: their words begin and end anywhere.
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"

#: At an end of a word it stands for letters that may go before or follow: as many as the longest compounds add.
ANY_LETTERS = "*"
_ANY_LETTERS = r"[\p{L}\p{M}]{0,30}"

#: What no text matches: the words of a list that has none.
NEVER = "(?!)"

#: Lists for all families stand in the file of this name.
SHARED = "words"

#: Words by language, by the name of their list: `family/name`, or the `name` alone in the patterns of one family.
Words: TypeAlias = Mapping[str, Mapping[str, tuple[str, ...]]]


def within(words: Words, family: str) -> Words:
    """Return the lists that the patterns of a family may name, by their names alone."""
    split = ((*name.partition("/")[::2], by_language) for name, by_language in words.items())
    return {name: by_language for owner, name, by_language in split if owner in (SHARED, family)}


def with_words(pattern: str, words: Words) -> str:
    r"""Return a pattern with an expression for its words in place of each `{name}` that `words` has, by names alone.

    Case does not matter, but `{Name}` stands for words that begin with no small letter. They are whole words, in
    scripts that leave spaces between them.

    >>> print(with_words(r"^\d+ {unit}$", {"unit": {"en": ("hour*",), "zh": ("小时",)}}))
    ^\d+ (?i:\b(?:hour)[\p{L}\p{M}]{0,30}|(?:小时))$
    """

    def expression(found: regex.Match[str]) -> str:
        name = found[1]
        if (by_language := words.get(name.lower())) is None:
            return found[0]
        any_of = _any_of(tuple(chain.from_iterable(by_language.values())))
        return rf"(?:(?!\p{{Ll}}){any_of})" if name[0].isupper() else any_of

    return regex.sub(BLOCK, expression, pattern)


def put_in(rule: Rule, words: Words) -> Rule:
    """Return a rule with the words in its patterns; `words` are those of all families."""
    known = within(words, rule.family)
    return rule.with_patterns(lambda pattern: with_words(pattern, known))


def named_by(rule: Rule, words: Words) -> Words:
    """Return the lists that the patterns of a rule name, by their names alone."""
    known = within(words, rule.family)
    names = dict.fromkeys(name.lower() for _, pattern in rule.patterns for name in unknown_blocks(pattern))
    return {name: known[name] for name in names if name in known}


# As many as there are shipped lists, and several times over: most are named by several patterns, and each twice.
@lru_cache(maxsize=2048)
def _any_of(phrases: tuple[str, ...]) -> str:
    """Return an expression for any of some words, long ones first: none hides another that begins like it."""
    by_borders: dict[tuple[str, str], list[str]] = {}
    folded = {" ".join(fold(phrase).text.split()) for phrase in phrases} - {""}
    for phrase in sorted(folded, key=lambda phrase: (-len(phrase), phrase)):
        quoted = regex.escape(phrase.strip(ANY_LETTERS), literal_spaces=True).replace(" ", r"\s")
        by_borders.setdefault((_border(phrase[0]), _border(phrase[-1])), []).append(quoted)
    ways = (f"{before}(?:{'|'.join(ways)}){behind}" for (before, behind), ways in by_borders.items())
    return f"(?i:{'|'.join(ways) or NEVER})"


def _border(end: str) -> str:
    """Return what stands beside a word that begins or ends with that character."""
    if end == ANY_LETTERS:
        return _ANY_LETTERS
    return r"\b" if regex.match(r"\w", end) and not regex.match(_UNSPACED, end) else ""
