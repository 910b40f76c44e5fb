"""Why a line stayed: which rules came near, and the condition that held each of them back."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import regex

from .clean import Cleaner
from .condition import IS_PROSE, conditions_of, listed
from .cue import Cue, cues_of
from .document import Line, Lines
from .edit import Edit, Result, cleaned
from .language import counts_in
from .load import prepare
from .match import Matcher, leaves_nothing, obstacles
from .pattern import compile_pattern
from .place import Page, Place
from .rule import TINY, Rule, RuleSet
from .sentence import ends_text
from .timeout import fires


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule that came near a line, and what held it back."""

    rule: str
    reason: str


class Kept:
    """What a cleaner left of a document, and the question of why.

    `rules` are all there are, those of other levels included: that a rule does not run is a reason too.
    """

    def __init__(self, result: Result, cleaner: Cleaner, rules: RuleSet) -> None:
        self._rules = prepare(rules)
        self._runs = {rule.id for rule in cleaner.rules.rules}
        self._matcher = Matcher(self._rules)
        self._cues: list[list[Cue]] = [[] for _ in self._rules.rules]
        for cue in cues_of(self._rules.rules):
            self._cues[cue.rule].append(cue)
        self._result = result
        self._original = Lines(result.document.text)
        document = cleaned(result)
        self._lines = Lines(document.text, document.hints)
        self._page = Page(document, self._lines)
        # By now the zones end where the first and the last prose stand.
        self._prose = [line.start for line in self._lines.down() if line.is_prose]
        self._tail = max((line.start for line in self._lines.down() if ends_text(line)), default=0)

    def near(self, number: int) -> tuple[list[NearMiss], list[str]]:
        """Return the rules that came near a line of the original document, and what held them back.

        That is the rules with a cue in the line, and those without cues whose pattern it matches. With them come the
        ids of the rules without cues that look at the line's place in vain. Lines count from 1. Raises `LookupError`
        if there is no such line, or nothing of it stayed.
        """
        line = self._line(number)
        above, below = map(self._remover, (self._original.previous(line), self._original.next(line)))
        left = self._left_of(line, number)
        near: list[NearMiss] = []
        in_vain: list[str] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cleaning has told of patterns that take too long
            for i, rule in enumerate(self._rules.rules):
                if rule.prunes:
                    continue
                place = self._place(left, rule)
                place.above, place.below = above, below
                cues: list[Cue | None] = [cue for cue in self._cues[i] if _is_word_in(cue, place)]
                if not rule.cues and fires(compile_pattern(rule.pattern), place.folded.text, rule.id):
                    cues = [None]
                elif not rule.cues and _looks_at(rule, place):
                    in_vain.append(rule.id)
                if cues:  # of several cues the one counts that came furthest
                    near.append(NearMiss(rule.id, max(self._reason(i, cue, place) for cue in cues)[1]))
        return near, in_vain

    def _line(self, number: int) -> Line:
        """Return a line of the original."""
        lines = self._result.document.text.split("\n")
        if not 1 <= number <= len(lines):
            raise LookupError(f"there is no line {number}: the document has {len(lines)}")
        if not lines[number - 1].strip():
            raise LookupError(f"line {number} is blank: blank lines go or stay with those around them")
        return self._original.at(sum(len(line) + 1 for line in lines[: number - 1]))

    def _left_of(self, line: Line, number: int) -> Line:
        """Return what is left of a line of the original."""
        if self._taken_by(line):
            rules = dict.fromkeys(edit.rule for edit in self._edits_of(line))
            raise LookupError(f"line {number} did not stay: {', '.join(rules)} took it")
        before = [edit for edit in self._result.edits if edit.start < line.start]
        return self._lines.at(line.start - sum(min(edit.end, line.start) - edit.start for edit in before))

    def _edits_of(self, line: Line) -> list[Edit]:
        """Return the edits that took a line of the original, or a part of it."""
        return [edit for edit in self._result.edits if edit.start < line.end and edit.end > line.start]

    def _taken_by(self, line: Line) -> str:
        """Return the rule that took the last of a line of the original; "" if something is left."""
        edits = self._edits_of(line)
        spans = ((max(edit.start, line.start), min(edit.end, line.end)) for edit in edits)
        return edits[-1].rule if edits and leaves_nothing(line, spans) else ""

    def _remover(self, line: Line | None) -> Rule | None:
        """Return the rule that took a line of the original whole."""
        taken_by = self._taken_by(line) if line else ""
        return next((rule for rule in self._rules.rules if rule.id == taken_by), None)

    def _place(self, line: Line, rule: Rule) -> Place:
        """Return the line as a rule sees it: rules for the ends are tried on the first and last prose too."""
        if not self._prose:
            return Place(self._page, line)
        edge = 1 if rule.zone == "body" else 0
        head, tail = line.start <= self._prose[0] - edge, line.start >= self._tail + edge
        return Place(self._page, line, head=head, tail=tail)

    def _reason(self, number: int, cue: Cue | None, place: Place) -> tuple[int, str]:
        """Return how many steps a rule came towards firing, and what held it back."""
        rule = self._rules.rules[number]
        order = obstacles(rule)
        obstacle = self._matcher.obstacle(number, cue, place)
        if obstacle is None and rule.zone == "any" and not rule.cues and len(place.folded.text) > TINY:
            return len(order), f"without cues it is tried on lines up to {TINY} characters, the line has more"
        if obstacle is None:
            does_not_run = f"it does not run here; its level is {rule.level}"
            return len(order), "nothing any more: it was tried first" if rule.id in self._runs else does_not_run
        return order.index(obstacle), self._words(obstacle, rule, cue, place)

    def _words(self, obstacle: str, rule: Rule, cue: Cue | None, place: Place) -> str:
        """Return what an obstacle asks, and what the line has instead."""
        language = self._page.language
        if obstacle == "cues" and cue is not None:
            if not counts_in(language, cue.languages):
                return f"the cue {cue.text!r} is {listed(cue.languages)}, the document is {language}"
            return f"the cue {cue.text!r} must start the line"
        if obstacle == "pattern":
            return f"the pattern does not match{f' with the cue {cue.text!r}' if cue else ''}"
        unmet = (condition.unmet(place) for condition in conditions_of(rule) if condition.name == obstacle)
        return next(unmet, None) or _ALWAYS_ASKED[obstacle]


#: What every rule asks, whatever its conditions are.
_ALWAYS_ASKED = {
    "protect": "a protect pattern keeps the line",
    "broken": "the line is a piece of a paragraph whose lines were broken",
    "prose": IS_PROSE,
    "said": "the line tells what somebody said",
}


def _looks_at(rule: Rule, place: Place) -> bool:
    """Whether a rule without cues looks at a line for its place alone."""
    if rule.needs_neighbour or rule.when.repeats or rule.zone == "body":
        return False
    if rule.zone == "any":
        return len(place.folded.text) <= TINY
    return (place.head and rule.zone != "tail") or (place.tail and rule.zone != "head")


def _is_word_in(cue: Cue, place: Place) -> bool:
    """Whether a cue stands in a line, if only in the wrong place or for another language."""
    folded = place.folded
    if cue.is_in(folded.lower, place.first_word):
        return True
    if cue.text not in folded.lower:
        return False
    return regex.search(rf"(?<!\w){regex.escape(cue.text)}(?!\w)", folded.lower) is not None
