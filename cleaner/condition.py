"""What a rule asks of a line beside its pattern: each condition a name and a test."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator

import regex

from .document import Line
from .headline import normalise
from .pattern import compile_pattern
from .place import Place
from .rule import Repeats, Rule

#: Seconds a pattern may take on one stretch of text. Honest patterns take microseconds; one that blows up is given up.
TIMEOUT = 1.0

#: A condition of a rule: its name, and whether it holds at a place.
Condition = tuple[str, Callable[[Place], bool]]


#: Conditions that cost as much as a pattern: they are tried when the rule's own has matched.
COSTLY = frozenset(["no_heading", "previous", "next", "repeats", "unless", "unless_near"])


class RuleTimeout(UserWarning):
    """A rule was skipped on a line because its pattern took longer than `TIMEOUT`."""


def conditions_of(rule: Rule) -> Iterator[Condition]:
    """Yield the conditions that a rule sets, the cheap ones first; those it leaves out cost nothing."""
    yield from _of_document(rule)
    yield from _of_line(rule)
    yield from _of_neighbours(rule)
    when = rule.when
    if when.repeats:
        yield "repeats", _REPEATS[when.repeats]
    if when.unless_near:
        yield "unless_near", lambda place: not any(_near(pattern, place, rule) for pattern in when.unless_near)
    if when.unless:
        yield "unless", lambda place: not any(_vetoes(pattern, place, rule) for pattern in when.unless)


def _of_document(rule: Rule) -> Iterator[Condition]:
    when = rule.when
    if rule.zone != "any":
        yield "zone", _ZONES[rule.zone]
    if when.languages:
        languages = frozenset(when.languages)
        yield "languages", lambda place: not place.page.language or place.page.language in languages
    if when.sites:
        yield "sites", lambda place: any(f".{place.page.host}".endswith(f".{site}") for site in when.sites)


def _of_line(rule: Rule) -> Iterator[Condition]:
    when = rule.when
    if rule.action != "strip_span":
        if not rule.prose:  # what keeps a line whole, asked before the pattern is tried
            yield "prose", lambda place: not place.is_prose
        yield "max_chars", lambda place: len(place.folded.text) <= when.max_chars
    if when.min_chars:
        yield "min_chars", lambda place: len(place.folded.text.strip()) >= when.min_chars
    if when.max_words:
        yield "max_words", lambda place: len(place.folded.text.split()) <= when.max_words
    if when.digits:
        yield "digits", lambda place: has_digit(place.folded.text)
    if when.min_link_density:
        yield "min_link_density", lambda place: place.line.hint.link_density >= when.min_link_density
    if when.tags:
        yield "tags", lambda place: place.line.hint.tag in when.tags
    if when.same_site:
        yield "same_site", lambda place: place.line.hint.same_site


def _of_neighbours(rule: Rule) -> Iterator[Condition]:
    when = rule.when
    if when.after:
        yield "after", lambda place: _names(when.after, place.above)
    if when.before:
        yield "before", lambda place: _names(when.before, place.below)
    if when.no_heading:
        yield "no_heading", lambda place: not place.is_heading
    if when.titled:
        yield "titled", lambda place: place.page.headline[0] != place.line
    if when.previous:
        yield "previous", lambda place: _neighbour(when.previous, place, place.page.lines.previous(place.line), rule)
    if when.next:
        yield "next", lambda place: _neighbour(when.next, place, place.page.lines.next(place.line), rule)


def has_digit(text: str) -> bool:
    """Whether a digit of any script stands in a text."""
    return _DIGIT.search(text) is not None


_DIGIT = re.compile(r"\d")

_ZONES: dict[str, Callable[[Place], bool]] = {
    "head": lambda place: place.head,
    "tail": lambda place: place.tail,
    "ends": lambda place: place.head or place.tail,
    "body": lambda place: not place.head and not place.tail,
}


def _names(names: tuple[str, ...], remover: Rule | None) -> bool:
    """Whether `names` name the rule that removed a neighbour, by id, by family or by `any`."""
    return remover is not None and any(name in ("any", remover.id, remover.family) for name in names)


def _neighbour(pattern: str, place: Place, line: Line | None, rule: Rule) -> bool:
    return line is not None and fires(compile_pattern(pattern), place.page.lines.folded(line).text, rule.id)


def _near(pattern: str, place: Place, rule: Rule) -> bool:
    return any(fires(compile_pattern(pattern), text, rule.id, unsure=True) for text in place.texts_around)


def _vetoes(pattern: str, place: Place, rule: Rule) -> bool:
    return fires(compile_pattern(pattern), place.folded.text, rule.id, unsure=True)


def _repeats_earlier_line(place: Place) -> bool:
    return place.page.first_seen.get(normalise(place.line.text), place.line.start) < place.line.start


_REPEATS: dict[Repeats, Callable[[Place], bool]] = {
    "title": lambda place: place.page.repeats_headline(place.line),
    "earlier_line": _repeats_earlier_line,
}


def fires(pattern: regex.Pattern[str], text: str, rule: str, *, unsure: bool = False) -> bool:
    """Whether the pattern matches; `unsure`, with a warning, if it takes too long: whatever keeps the line."""
    try:
        return pattern.search(text, timeout=TIMEOUT) is not None
    except TimeoutError:
        gave_up(rule)
        return unsure


def goes_on(pattern: regex.Pattern[str], text: str, start: int, rule: str) -> bool:
    """Whether the pattern matches at one place; not, with a warning, if it takes too long."""
    try:
        return pattern.match(text, start, timeout=TIMEOUT) is not None
    except TimeoutError:
        gave_up(rule)
        return False


def gave_up(rule: str) -> None:
    """Warn that a rule was skipped."""
    warnings.warn(f"{rule}: skipped on a line: its pattern took over {TIMEOUT:g} s", RuleTimeout, stacklevel=3)
