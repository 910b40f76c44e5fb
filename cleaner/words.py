"""Lists of words that patterns name: `{weekday}` stands for any word that rule files have under `weekday`.

So a pattern is no longer than its grammar, and who knows a language adds to a list without reading it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import regex

from .fold import fold_characters
from .pattern import BLOCK
from .rule import Rule, RuleSet

#: Scripts that leave no space between words, or hang endings on them: their words begin and end anywhere.
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"

#: At an end of a word it stands for letters that may go before or follow: as many as the longest compounds add.
ANY_LETTERS = "*"
_ANY_LETTERS = r"[\p{L}\p{M}]{0,30}"


def with_words(pattern: str, words: Mapping[str, Iterable[str]]) -> str:
    """Return a pattern with an expression for its words in place of each `{name}` that `words` has.

    Case does not matter, but `{Name}` stands for words that begin with no small letter. They are whole words, in
    scripts that leave spaces between them.

    >>> with_words(r"^\\d+ {unit}$", {"unit": ["hour*", "小时"]})
    '^\\\\d+ (?i:\\\\b(?:hour)[\\\\p{L}\\\\p{M}]{0,30}|(?:小时))$'
    """

    def expression(found: regex.Match[str]) -> str:
        name = found[1]
        if (phrases := words.get(name.lower())) is None:
            return found[0]
        return rf"(?:(?!\p{{Ll}}){_any_of(phrases)})" if name[0].isupper() else _any_of(phrases)

    return regex.sub(BLOCK, expression, pattern)


def put_in(rules: RuleSet) -> RuleSet:
    """Return a rule set with its words in its patterns."""
    if not rules.words:
        return rules
    words = {
        name: [phrase for phrases in by_language.values() for phrase in phrases]
        for name, by_language in rules.words.items()
    }
    protect = tuple(with_words(pattern, words) for pattern in rules.protect)
    return rules._replace(rules=tuple(_with_words(rule, words) for rule in rules.rules), protect=protect, words={})


def _with_words(rule: Rule, words: Mapping[str, Iterable[str]]) -> Rule:
    when = rule.when._replace(
        previous=with_words(rule.when.previous, words),
        next=with_words(rule.when.next, words),
        unless=tuple(with_words(pattern, words) for pattern in rule.when.unless),
    )
    return rule._replace(pattern=with_words(rule.pattern, words), when=when)


def _any_of(phrases: Iterable[str]) -> str:
    """Return an expression for any of some words, long ones first: none hides another that begins like it."""
    by_borders: dict[tuple[str, str], list[str]] = {}
    for phrase in sorted({" ".join(fold_characters(phrase).split()) for phrase in phrases}, key=lambda p: (-len(p), p)):
        quoted = regex.escape(phrase.strip(ANY_LETTERS), special_only=True).replace(" ", r"\s")
        by_borders.setdefault((_border(phrase[0]), _border(phrase[-1])), []).append(quoted)
    ways = (f"{before}(?:{'|'.join(ways)}){behind}" for (before, behind), ways in by_borders.items())
    return f"(?i:{'|'.join(ways)})"


def _border(end: str) -> str:
    """Return what stands beside a word that begins or ends with that character."""
    if end == ANY_LETTERS:
        return _ANY_LETTERS
    return r"\b" if regex.match(r"\w", end) and not regex.match(_UNSPACED, end) else ""
