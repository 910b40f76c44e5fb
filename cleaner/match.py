"""Whether a rule fires on a line: the only place that decides. Conditions first, then the pattern."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import regex

from .cue import Cue
from .document import Line
from .fold import Folded, fold, skip_lead
from .pattern import compile_pattern, cue_context, expand, looks_into_cue, masked, masks_cue
from .place import Place, normalise
from .rule import ANY_LANGUAGE, Repeats, Rule, RuleSet

#: Seconds a pattern may take on one stretch of text. Honest patterns take microseconds; one that blows up is given up.
TIMEOUT = 1.0

#: A pattern of `strip_span` sees at least this many characters before and behind its cue: the longest footers, with a
#: long headline in them, are shorter. It bounds the cost of a line of any length.
WINDOW = 600


class RuleTimeout(UserWarning):
    """A rule was skipped on a line because its pattern took longer than `TIMEOUT`."""


class Match(NamedTuple):
    """A rule that fires on a line; [`start`, `end`) is the part it matched, in characters of the document."""

    rule: Rule
    line: Line
    start: int
    end: int


def leaves_nothing(line: Line, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether nothing but white space is left of a line without the spans, in characters of the document."""
    position = 0
    for start, end in sorted(spans):
        if line.text[position : start - line.start].strip():
            return False
        position = max(position, end - line.start)
    return not line.text[position:].strip()


#: A condition of a rule: its name, and whether it holds at a place.
Condition = tuple[str, Callable[[Place], bool]]


class Matcher:
    """Decides for one rule set. Holds compiled patterns; immutable once built, so threads may share it."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules.rules
        self._protect = [compile_pattern(pattern) for pattern in rules.protect]
        self._conditions: list[tuple[Condition, ...] | None] = [None] * len(self.rules)

    def matches(self, number: int, cue: Cue | None, place: Place) -> list[Match]:
        """Return the matches of rule `number` at a place, none unless every condition holds."""
        for _, holds in self.conditions(number):
            if not holds(place):
                return []
        if cue is not None and not self.has_cue(cue, place):
            return []
        rule = self.rules[number]
        line = place.line
        spans = [(line.start + start, line.start + end) for start, end in self._spans(rule, cue, place)]
        if not spans or self.is_protected(place):
            return []
        if not rule.prose and line.is_prose and leaves_nothing(line, [*place.page.cuts.get(line.start, ()), *spans]):
            return []
        return [Match(rule, line, start, end) for start, end in spans]

    def obstacle(self, number: int, cue: Cue | None, place: Place) -> str | None:
        """Return the first condition that keeps rule `number` from firing at a place, None if it fires."""
        for name, holds in self.conditions(number):
            if not holds(place):
                return name
        if cue is not None and not self.has_cue(cue, place):
            return "cues"
        spans = self._spans(self.rules[number], cue, place)
        if not spans:
            return "pattern"
        if self.is_protected(place):
            return "protect"
        return None if self.matches(number, cue, place) else "prose"

    def conditions(self, number: int) -> tuple[Condition, ...]:
        """Return the conditions of rule `number`, the cheapest first."""
        conditions = self._conditions[number]
        if conditions is None:
            conditions = self._conditions[number] = tuple(_conditions(self.rules[number]))
        return conditions

    def has_cue(self, cue: Cue, place: Place) -> bool:
        """Whether the line holds the cue, and the cue is one of the document's language or of none."""
        language = place.page.language
        if language and not {language, ANY_LANGUAGE, "en"}.intersection(cue.languages):
            return False
        folded = place.folded
        return cue.is_in(folded.lower, skip_lead(folded.text))

    def is_protected(self, place: Place) -> bool:
        """Whether a `protect` pattern keeps the line."""
        return any(_fires(pattern, place.folded.text, "protect", unsure=True) for pattern in self._protect)

    def _spans(self, rule: Rule, cue: Cue | None, place: Place) -> list[tuple[int, int]]:
        """Return where the rule's pattern matches, in characters of the line as typed."""
        folded = place.folded
        phrase = cue.text if cue else ""
        pattern = compile_pattern(rule.pattern, phrase if looks_into_cue(rule.pattern) else "")
        if rule.action != "strip_span":
            texts = _readings(rule, folded.text, folded.lower, phrase)
            return [(0, len(place.line.text))] if any(_fires(pattern, text, rule.id) for text in texts) else []
        spans = {
            span for start, end in _windows(folded, cue) for span in _cut(rule, pattern, phrase, folded, start, end)
        }
        first, last = len(folded.text) - len(folded.text.lstrip()), len(folded.text.rstrip())
        if any(start <= first and last <= end for start, end in spans):
            return [(0, len(place.line.text))]  # with all the markup of which nothing is seen
        return sorted(folded.original(start, end) for start, end in spans if start < end)


class Group:
    """Rules that are tried at the same time: those with cues where a cue is, those without on every line there.

    The rules without cues are first asked all at once, in one pattern: most lines are told off by that.
    """

    def __init__(self, rules: Sequence[Rule], wanted: Callable[[Rule], bool]) -> None:
        self.numbers = frozenset(number for number, rule in enumerate(rules) if wanted(rule))
        without_cues = [number for number in sorted(self.numbers) if not rules[number].cues]
        self._on_prose = [n for n in without_cues if rules[n].prose or rules[n].action == "strip_span"]
        self._asked = [n for n in without_cues if not rules[n].when.repeats and rules[n].action != "strip_span"]
        self._always = [number for number in without_cues if number not in self._asked]
        self._max_chars = max((rules[number].when.max_chars for number in self._asked), default=0)
        self._patterns = [rules[number].pattern for number in self._asked]

    @cached_property
    def _any(self) -> regex.Pattern[str]:
        """All their patterns as one; compiled when a line asks, because many a short text never does."""
        return regex.compile("|".join(f"(?:{expand(pattern)})" for pattern in dict.fromkeys(self._patterns)))

    def without_cues(self, place: Place) -> list[int]:
        """Return the rules without cues to try at a place, in order."""
        if place.is_prose:
            return self._on_prose
        if self._asked and len(place.folded.text) <= self._max_chars and self._may_match(place.folded.text):
            return sorted(self._asked + self._always)
        return self._always

    def _may_match(self, text: str) -> bool:
        try:
            return self._any.search(text, timeout=TIMEOUT) is not None
        except TimeoutError:
            return True  # one of them takes too long; it is found out, and named, when each is tried


def _windows(folded: Folded, cue: Cue | None) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a line that a pattern of `strip_span` is tried on: around each place of its cue."""
    length = len(folded.text)
    if length <= 4 * WINDOW or cue is None:
        yield 0, length
        return
    position = folded.lower.find(cue.text)
    while position >= 0:
        yield max(0, position - WINDOW), min(length, position + len(cue.text) + 2 * WINDOW)
        # A cue that stands in the first half of this stretch has been tried with enough text behind it.
        position = folded.lower.find(cue.text, position + WINDOW)


def _cut(
    rule: Rule, pattern: regex.Pattern[str], phrase: str, folded: Folded, start: int, end: int
) -> Iterator[tuple[int, int]]:
    """Yield what a pattern of `strip_span` cuts out of a stretch of a line."""
    before = min(start, 1)  # so that the stretch does not look like the start of the line
    text = folded.text[start - before : end]
    group = "cut" if "cut" in pattern.groupindex else 0
    for reading in _readings(rule, text, folded.lower[start - before : end], phrase):
        for found in _find(pattern, reading, before, len(text), rule.id):
            # A match that ends where the stretch was cut might have gone on: not sure, so not made.
            if found.end() < len(text) or end == len(folded.text):
                first, last = found.span(group)
                yield first + start - before, last + start - before


def _readings(rule: Rule, text: str, lowered: str, phrase: str) -> Iterable[str]:
    """Return the texts to match a rule's pattern on: with a place of its cue masked, or as it is."""
    if not phrase or not masks_cue(rule.pattern):
        return [text]
    return masked(text, lowered, phrase, first=cue_context(rule.pattern).starts_line)


def _find(pattern: regex.Pattern[str], text: str, start: int, end: int, rule: str) -> list[regex.Match[str]]:
    """Return all matches; none, with a warning, if the pattern takes too long."""
    try:
        return list(pattern.finditer(text, start, end, timeout=TIMEOUT))
    except TimeoutError:
        warnings.warn(f"{rule}: skipped on a line: its pattern took over {TIMEOUT:g} s", RuleTimeout, stacklevel=2)
        return []


def _fires(pattern: regex.Pattern[str], text: str, rule: str, *, unsure: bool = False) -> bool:
    """Whether the pattern matches; `unsure`, with a warning, if it takes too long: whatever keeps the line."""
    try:
        return pattern.search(text, timeout=TIMEOUT) is not None
    except TimeoutError:
        warnings.warn(f"{rule}: skipped on a line: its pattern took over {TIMEOUT:g} s", RuleTimeout, stacklevel=2)
        return unsure


def _conditions(rule: Rule) -> Iterator[Condition]:
    """Yield the conditions that a rule sets; those it leaves out cost nothing."""
    when = rule.when
    if rule.zone != "any":
        yield "zone", _ZONES[rule.zone]
    if when.languages:
        languages = frozenset(when.languages)
        yield "languages", lambda place: not place.page.language or place.page.language in languages
    if when.sites:
        yield "sites", lambda place: any(f".{place.page.host}".endswith(f".{site}") for site in when.sites)
    if rule.action != "strip_span":
        if not rule.prose:
            yield "prose", lambda place: not place.is_prose
        yield "max_chars", lambda place: len(place.folded.text) <= when.max_chars
    if when.min_chars:
        yield "min_chars", lambda place: len(place.folded.text.strip()) >= when.min_chars
    if when.max_words:
        yield "max_words", lambda place: len(place.folded.text.split()) <= when.max_words
    if when.min_link_density:
        yield "min_link_density", lambda place: place.line.hint.link_density >= when.min_link_density
    if when.tags:
        yield "tags", lambda place: place.line.hint.tag in when.tags
    if when.after:
        yield "after", lambda place: _names(when.after, place.above)
    if when.before:
        yield "before", lambda place: _names(when.before, place.below)
    if when.previous:
        yield "previous", lambda place: _neighbour(when.previous, place.page.lines.previous(place.line), rule)
    if when.next:
        yield "next", lambda place: _neighbour(when.next, place.page.lines.next(place.line), rule)
    if when.repeats:
        yield "repeats", _REPEATS[when.repeats]
    if when.unless:
        yield "unless", lambda place: not any(_vetoes(pattern, place, rule) for pattern in when.unless)


_ZONES: dict[str, Callable[[Place], bool]] = {
    "head": lambda place: place.head,
    "tail": lambda place: place.tail,
    "ends": lambda place: place.head or place.tail,
    "body": lambda place: not place.head and not place.tail,
}


def _names(names: tuple[str, ...], remover: Rule | None) -> bool:
    """Whether `names` name the rule that removed a neighbour, by id, by family or by `any`."""
    return remover is not None and any(name in ("any", remover.id, remover.family) for name in names)


def _neighbour(pattern: str, line: Line | None, rule: Rule) -> bool:
    return line is not None and _fires(compile_pattern(pattern), fold(line.text).text, rule.id)


def _vetoes(pattern: str, place: Place, rule: Rule) -> bool:
    return _fires(compile_pattern(pattern), place.folded.text, rule.id, unsure=True)


def _repeats_earlier_line(place: Place) -> bool:
    return place.page.first_seen.get(normalise(place.line.text), place.line.start) < place.line.start


_REPEATS: dict[Repeats, Callable[[Place], bool]] = {
    "title": lambda place: place.page.repeats_headline(place.line),
    "earlier_line": _repeats_earlier_line,
}
