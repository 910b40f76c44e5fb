"""Whether a rule fires on a line: the only place that decides. Conditions first, then the pattern."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import regex

from .behind import first_look
from .condition import conditions_of, has_digit
from .context import cue_context
from .cue import Cue
from .document import NO_HINT, Line
from .fold import Folded
from .language import counts_in
from .pattern import compile_pattern, looks_into_cue, masked, masks_cue
from .place import Place
from .rule import Rule, RuleSet
from .scan import Scanner
from .timeout import fires, goes_on, matches_in

#: A pattern of `strip_span` sees at least this many characters before and behind its cue: the longest footers, with a
#: long headline in them, are shorter. It bounds the cost of a line of any length.
WINDOW = 600

#: Lines of which each group of rules remembers what it said: those of one document, from pass to pass, and those that
#: a site puts into all of its pages. A few megabytes at most.
REMEMBERED = 4096
#: The longest line that is remembered, in characters.
REMEMBERED_CHARS = 1000

#: Rules without cues that are tried as they are: to ask what a line rules out costs as much as to try one.
FEW_RULES = 1


class Match(NamedTuple):
    """A rule that fires on a line; [`start`, `end`) is the part it matched, in characters of the document."""

    rule: Rule
    line: Line
    start: int
    end: int


def obstacles(rule: Rule) -> list[str]:
    """Return what may keep a rule from firing, in the order in which it is asked."""
    trial = Trial(rule)
    cheap, costly = ([name for name, _ in conditions] for conditions in (trial.conditions, trial.costly))
    return [*cheap, "cues", "pattern", *costly, "protect", "broken", "prose", "said"]


def leaves_nothing(line: Line, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether nothing but white space is left of a line without the spans, in characters of the document."""
    position = 0
    for start, end in sorted(spans):
        if line.text[position : start - line.start].strip():
            return False
        position = max(position, end - line.start)
    return not line.text[position:].strip()


class Trial:
    """One rule, ready to be tried on a line."""

    __slots__ = ("_behind", "_pattern", "conditions", "costly", "looks_into_cue", "masks_cue", "rule", "starts_line")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        conditions = list(conditions_of(rule))
        self.conditions = [(condition.name, condition.holds) for condition in conditions if not condition.costly]
        self.costly = [(condition.name, condition.holds) for condition in conditions if condition.costly]
        self.looks_into_cue = looks_into_cue(rule.pattern)
        self.masks_cue = masks_cue(rule.pattern)
        self.starts_line = cue_context(rule.pattern).starts_line
        self._behind = first_look(rule.pattern)
        self._pattern: regex.Pattern[str] | None = None

    def pattern(self, phrase: str) -> regex.Pattern[str]:
        """Return the compiled pattern for a cue; compiled when it is asked for, because few rules ever are."""
        if self.looks_into_cue:
            return compile_pattern(self.rule.pattern, phrase)
        if self._pattern is None:
            self._pattern = compile_pattern(self.rule.pattern)
        return self._pattern

    def readings(self, text: str, lowered: str, phrase: str) -> Iterator[str]:
        """Yield the texts that the pattern may match: with a place of its cue masked, or as it is."""
        if not phrase or not self.masks_cue:
            yield text
            return
        for reading, end in masked(text, lowered, phrase, first=self.starts_line):
            if end < 0 or not self._behind or goes_on(compile_pattern(self._behind), reading, end, self.rule.id):
                yield reading


class Matcher:
    """Decides for one rule set. What it compiles when it is asked for changes no result, so threads may share it."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules.rules
        self._protect = [compile_pattern(pattern) for pattern in rules.protect]
        self._trials: list[Trial | None] = [None] * len(self.rules)

    def matches(self, number: int, cue: Cue | None, place: Place) -> list[Match]:
        """Return the matches of rule `number` at a place, none unless every condition holds."""
        obstacle, found = self._decide(self._trial(number), cue, place)
        if obstacle:
            return []
        rule, line = self.rules[number], place.line
        return [Match(rule, line, line.start + start, line.start + end) for start, end in found]

    def obstacle(self, number: int, cue: Cue | None, place: Place) -> str | None:
        """Return which of its `obstacles` keeps rule `number` from firing at a place, None if it fires."""
        return self._decide(self._trial(number), cue, place)[0] or None

    def _decide(self, trial: Trial, cue: Cue | None, place: Place) -> tuple[str, list[tuple[int, int]]]:
        """Return what keeps a rule from firing at a place, "" if nothing does, and where its pattern matches."""
        for name, holds in trial.conditions:
            if not holds(place):
                return name, []
        if cue is not None and not self.has_cue(cue, place):
            return "cues", []
        found = self._spans(trial, cue, place)
        if not found:
            return "pattern", []
        for name, holds in trial.costly:
            if not holds(place):
                return name, found
        if self.is_protected(place):
            return "protect", found
        return self._kept_by(trial.rule, place, found), found

    def has_cue(self, cue: Cue, place: Place) -> bool:
        """Whether the line holds the cue, and the cue counts in the document's language."""
        return counts_in(place.page.language, cue.languages) and cue.is_in(place.folded.lower, place.first_word)

    def is_protected(self, place: Place) -> bool:
        """Whether a `protect` pattern keeps the line."""
        return any(fires(pattern, place.folded.text, "protect", unsure=True) for pattern in self._protect)

    def keeps_whole(self, rule: Rule, place: Place) -> str:
        """Return why a rule may not take a line whole: it is "broken", or "prose", or "said"; "" if it may."""
        if place.is_piece:
            return "broken"
        if not rule.prose:
            return "prose" if place.is_prose else ""
        return "said" if fires(compile_pattern("{said}"), place.folded.text, rule.id, unsure=True) else ""

    def _kept_by(self, rule: Rule, place: Place, spans: list[tuple[int, int]]) -> str:
        """Return why spans (characters of the line) may not go: nothing is left, or half of a sentence; or ""."""
        line = place.line
        if rule.action == "strip_span":
            if max(end for _, end in spans) >= len(line.text.rstrip()) and place.goes_on_below:
                return "broken"
            found = [(line.start + start, line.start + end) for start, end in spans]
            if not leaves_nothing(line, [*place.page.cuts.get(line.start, ()), *found]):
                return ""
        return self.keeps_whole(rule, place)

    def _trial(self, number: int) -> Trial:
        trial = self._trials[number]
        if trial is None:
            trial = self._trials[number] = Trial(self.rules[number])
        return trial

    def _spans(self, trial: Trial, cue: Cue | None, place: Place) -> list[tuple[int, int]]:
        """Return where the rule's pattern matches, in characters of the line as typed."""
        folded = place.folded
        phrase = cue.text if cue else ""
        whole = [(0, len(place.line.text))]
        if trial.rule.action != "strip_span":
            readings = trial.readings(folded.text, folded.lower, phrase)
            return whole if any(fires(trial.pattern(phrase), text, trial.rule.id) for text in readings) else []
        spans = {span for start, end in _windows(folded, cue) for span in _cut(trial, phrase, folded, start, end)}
        if not spans:
            return []
        first, last = len(folded.text) - len(folded.text.lstrip()), len(folded.text.rstrip())
        if any(start <= first and last <= end for start, end in spans):
            return whole  # with all the markup of which nothing is seen
        return sorted(folded.original(start, end) for start, end in spans if start < end)


class Group:
    """Rules that are tried at the same time: those with cues where a cue is.

    Those without cues are tried on every line there (`tries_every_line`), or on tiny lines and lists of links only.
    """

    def __init__(self, rules: Mapping[int, Rule], scanner: Scanner, *, tries_every_line: bool) -> None:
        """`rules` are in order, by their place in the rule set; `scanner` tells most of those without cues off."""
        self.rules = rules
        self._scanner = scanner
        self.tries_every_line = tries_every_line
        without_cues = [(number, rule) for number, rule in rules.items() if not rule.cues]
        self.has_rules_without_cues = bool(without_cues)
        # By whether the line is prose, and whether it is of a page.
        self._without_cues = {
            (prose, page): [
                (number, rule)
                for number, rule in without_cues
                if (page or not rule.asks_page) and (rule.prose or rule.action == "strip_span" or not prose)
            ]
            for prose in (False, True)
            for page in (False, True)
        }
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._ask)

    def without_cues(self, place: Place) -> list[int]:
        """Return the rules without cues to try at a place, in order: most lines are told off by all of them."""
        kind = (place.is_prose, place.line.hint is not NO_HINT)
        if not self._without_cues[kind]:
            return []
        text = place.folded.text
        return self._remembered(text, kind) if len(text) <= REMEMBERED_CHARS else self._ask(text, kind)

    def _ask(self, text: str, kind: tuple[bool, bool]) -> list[int]:
        """Return the rules without cues that may fire on a line of a kind, by its text alone."""
        digits = has_digit(text)
        left = [
            (number, rule)
            for number, rule in self._without_cues[kind]
            if (digits or not rule.when.digits) and (len(text) <= rule.when.max_chars or rule.action == "strip_span")
        ]
        is_prose = kind[0]  # a long line, for few rules: to look through it costs more than to try them
        ruled_out = self._scanner.ruled_out(text) if len(left) > FEW_RULES and not is_prose else ()
        return [
            number
            for number, rule in left
            if number not in ruled_out and fires(compile_pattern(rule.pattern), text, rule.id)
        ]


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


def _cut(trial: Trial, phrase: str, folded: Folded, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield what a pattern of `strip_span` cuts out of a stretch of a line."""
    before = min(start, 1)  # so that the stretch does not look like the start of the line
    text = folded.text[start - before : end]
    for reading in trial.readings(text, folded.lower[start - before : end], phrase):
        for found in matches_in(trial.pattern(phrase), reading, before, trial.rule.id):
            # A match that ends where the stretch was cut might have gone on: not sure, so not made.
            if found.end() < len(text) or end == len(folded.text):
                first, last = found.span("cut" if "cut" in found.re.groupindex else 0)
                yield first + start - before, last + start - before
