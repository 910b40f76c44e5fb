"""What a rule asks of a line beside its pattern: each condition with its name, its test and what it says when unmet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .document import Line
from .fold import fold
from .headline import normalise
from .pattern import compile_pattern
from .place import Place
from .rule import Repeats, Rule, When
from .timeout import fires

#: The pattern of a neighbour that must not be there: no line that is not blank matches it.
NO_LINE = "^$"

#: Characters of another line that are shown where it is what keeps a rule from firing.
MAX_SHOWN = 60

#: Why a rule that does not say so takes no line of prose, wherever that is asked.
IS_PROSE = "the line is prose, and the rule does not say prose: true"


class Condition(NamedTuple):
    """What a rule asks of a place: under which name, whether it holds there, and what to say where it does not.

    A costly one takes as long as a pattern: it is asked when the rule's own has matched.
    """

    name: str
    holds: Callable[[Place], bool]
    unmet: Callable[[Place], str]
    costly: bool = False


def conditions_of(rule: Rule) -> Iterator[Condition]:
    """Yield the conditions that a rule sets, the cheap ones first; those it leaves out cost nothing."""
    yield from _of_document(rule)
    yield from _of_length(rule)
    yield from _of_page(rule.when)
    yield from _of_removed_neighbours(rule.when)
    yield from _of_headings(rule.when)
    yield from _of_other_lines(rule)
    yield from _vetoes(rule)


def _of_document(rule: Rule) -> Iterator[Condition]:
    when = rule.when
    if rule.zone != "any":
        yield Condition("zone", _ZONES[rule.zone], lambda place: f"zone {rule.zone}, the line is {_where(place)}")
    if when.languages:
        yield Condition(
            "languages",
            lambda place: not place.page.language or place.page.language in when.languages,
            lambda place: f"languages {listed(when.languages)}, the document is {place.page.language}",
        )
    if when.sites:
        yield Condition(
            "sites",
            lambda place: any(f".{place.page.host}".endswith(f".{site}") for site in when.sites),
            lambda place: f"sites {listed(when.sites)}, the document is of {place.page.host or 'an unknown site'}",
        )


def _of_length(rule: Rule) -> Iterator[Condition]:
    when = rule.when
    if rule.action != "strip_span":
        if not rule.prose:  # what keeps a line whole, asked before the pattern is tried
            yield Condition("prose", lambda place: not place.is_prose, lambda place: IS_PROSE)
        yield Condition(
            "max_chars",
            lambda place: len(place.folded.text) <= when.max_chars,
            lambda place: f"max_chars {when.max_chars}, the line has {len(place.folded.text)}",
        )
    if when.min_chars:
        yield Condition(
            "min_chars",
            lambda place: len(place.folded.text.strip()) >= when.min_chars,
            lambda place: f"min_chars {when.min_chars}, the line has {len(place.folded.text.strip())}",
        )
    if when.max_words:
        yield Condition(
            "max_words",
            lambda place: len(place.folded.text.split()) <= when.max_words,
            lambda place: f"max_words {when.max_words}, the line has {len(place.folded.text.split())}",
        )
    if when.digits:
        yield Condition("digits", lambda place: has_digit(place.folded.text), lambda place: "digits, the line has none")


def _of_page(when: When) -> Iterator[Condition]:
    if when.min_link_density:
        asked = f"min_link_density {when.min_link_density:g}"
        yield Condition(
            "min_link_density",
            lambda place: place.line.hint.link_density >= when.min_link_density,
            lambda place: f"{asked}, the line has {place.line.hint.link_density:g}",
        )
    if when.tags:
        yield Condition(
            "tags",
            lambda place: place.line.hint.tag in when.tags,
            lambda place: f"tags {listed(when.tags)}, the line is {place.line.hint.tag or 'of no known element'}",
        )
    if when.same_site:
        yield Condition(
            "same_site",
            lambda place: place.line.hint.same_site,
            lambda place: "same_site, the line has no links, or some that lead elsewhere",
        )


def _of_removed_neighbours(when: When) -> Iterator[Condition]:
    if when.after:
        yield _removed("after", when.after, _ABOVE)
    if when.before:
        yield _removed("before", when.before, _BELOW)


def _of_headings(when: When) -> Iterator[Condition]:
    if when.no_heading:
        yield Condition(
            "no_heading",
            lambda place: not place.is_heading,
            lambda place: "no_heading, and the line heads what stands below it",
            costly=True,
        )
    if when.titled:
        yield Condition(
            "titled",
            lambda place: place.page.headline[0] != place.line,
            lambda place: "titled, and the line may be the headline: none stays above it",
        )


def _of_other_lines(rule: Rule) -> Iterator[Condition]:
    when = rule.when
    if when.previous:
        yield _matching("previous", when.previous, _ABOVE, rule)
    if when.next:
        yield _matching("next", when.next, _BELOW, rule)
    if when.repeats:
        holds, unmet = _REPEATS[when.repeats]
        yield Condition("repeats", holds, lambda place: f"repeats {when.repeats}, {unmet}", costly=True)


def _vetoes(rule: Rule) -> Iterator[Condition]:
    when = rule.when
    if when.unless_near:
        yield Condition(
            "unless_near",
            lambda place: not any(_veto(when.unless_near, text, rule) for text in place.texts_around),
            lambda place: f"unless_near {listed(when.unless_near)}, and a line around has it",
            costly=True,
        )
    if when.unless:
        yield Condition(
            "unless",
            lambda place: not _veto(when.unless, place.folded.text, rule),
            lambda place: f"unless {_veto(when.unless, place.folded.text, rule)!r}, and the line has it",
            costly=True,
        )


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


def _where(place: Place) -> str:
    if not any(line.is_prose for line in place.page.lines.down()):
        return "in a document without prose, which has no head and no tail"
    names = [name for name, holds in (("head", place.head), ("tail", place.tail)) if holds]
    return f"in the {' and '.join(names) or 'body'}"


class _Side(NamedTuple):
    """Where a neighbour stands, how it is found, and the rule that has taken it."""

    name: str
    line: Callable[[Place], Line | None]
    remover: Callable[[Place], Rule | None]


_ABOVE = _Side("above", lambda place: place.page.lines.previous(place.line), lambda place: place.above)
_BELOW = _Side("below", lambda place: place.page.lines.next(place.line), lambda place: place.below)


def _removed(field: str, names: tuple[str, ...], side: _Side) -> Condition:
    """Return the condition that a rule of these names, by id, by family or by `any`, has taken a neighbour."""

    def holds(place: Place) -> bool:
        remover = side.remover(place)
        return remover is not None and any(name in ("any", remover.id, remover.family) for name in names)

    def unmet(place: Place) -> str:
        if remover := side.remover(place):
            fate = f"{remover.id} took the line {side.name}"
        else:
            fate = f"the line {side.name} stays" if side.line(place) else f"there is no line {side.name}"
        return f"{field} {listed(names)}, {fate}"

    return Condition(field, holds, unmet)


def _matching(field: str, pattern: str, side: _Side, rule: Rule) -> Condition:
    """Return the condition that a neighbour matches a pattern, or is missing where that is what is asked."""

    def holds(place: Place) -> bool:
        line = side.line(place)
        if line is None:
            return pattern == NO_LINE
        return fires(compile_pattern(pattern), place.page.lines.folded(line).text, rule.id)

    def unmet(place: Place) -> str:
        line = side.line(place)
        text = fold(line.text).text if line else ""
        shown = text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."
        is_ = f"the line {side.name} is {shown!r}" if line else f"there is no line {side.name}"
        return f"{field} {pattern!r}, {is_}"

    return Condition(field, holds, unmet, costly=True)


_REPEATS: dict[Repeats, tuple[Callable[[Place], bool], str]] = {
    "title": (lambda place: place.page.repeats_headline(place.line), "the line does not repeat it"),
    "earlier_line": (
        lambda place: place.page.first_seen.get(normalise(place.line.text), place.line.start) < place.line.start,
        "no line above is the same",
    ),
}


def _veto(patterns: tuple[str, ...], text: str, rule: Rule) -> str:
    """Return the first of some patterns that a text has, "" if it has none."""
    has = (pattern for pattern in patterns if fires(compile_pattern(pattern), text, rule.id, unsure=True))
    return next(has, "")


def listed(names: tuple[str, ...] | frozenset[str]) -> str:
    """Return names as messages show them."""
    return ", ".join(sorted(names))
