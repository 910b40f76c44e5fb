"""Why a line stayed: which rules came near, and the condition that held each of them back."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import regex

from .clean import Cleaner
from .condition import fires
from .cue import Cue, cues_of
from .document import Line, Lines
from .edit import Edit, Result, cleaned
from .fold import fold
from .language import counts_in
from .load import prepare
from .match import Matcher, leaves_nothing, obstacles
from .pattern import compile_pattern
from .place import Page, Place
from .rule import TINY, Rule, RuleSet, When
from .sentence import ends_text


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
        """Return a condition with its value and what the line has instead."""
        when, line, page = rule.when, place.line, self._page
        if obstacle == "zone":
            return f"zone {rule.zone}, the line is {self._where(place)}"
        if obstacle == "cues" and cue is not None:
            if not counts_in(page.language, cue.languages):
                return f"the cue {cue.text!r} is {_listed(cue.languages)}, the document is {page.language}"
            return f"the cue {cue.text!r} must start the line"
        if obstacle == "pattern":
            return f"the pattern does not match{f' with the cue {cue.text!r}' if cue else ''}"
        if obstacle in ("after", "before", "previous", "next"):
            return self._about_neighbour(obstacle, when, place)
        if obstacle == "unless":
            text = place.folded.text
            vetoes = (veto for veto in when.unless if fires(compile_pattern(veto), text, rule.id, unsure=True))
            veto = next(vetoes, when.unless[0])
            return f"unless {veto!r}, and the line has it"
        if obstacle == "unless_near":
            return f"unless_near {_listed(when.unless_near)}, and a line around has it"
        known = {
            "languages": f"languages {_listed(when.languages)}, the document is {page.language}",
            "sites": f"sites {_listed(when.sites)}, the document is of {page.host or 'an unknown site'}",
            "max_chars": f"max_chars {when.max_chars}, the line has {len(place.folded.text)}",
            "min_chars": f"min_chars {when.min_chars}, the line has {len(place.folded.text.strip())}",
            "max_words": f"max_words {when.max_words}, the line has {len(place.folded.text.split())}",
            "digits": "digits, the line has none",
            "min_link_density": f"min_link_density {when.min_link_density:g}, the line has {line.hint.link_density:g}",
            "tags": f"tags {_listed(when.tags)}, the line is {line.hint.tag or 'of no known element'}",
            "same_site": "same_site, the line has no links, or some that lead elsewhere",
            "no_heading": "no_heading, and the line heads what stands below it",
            "titled": "titled, and the line may be the headline: none stays above it",
            "repeats": "repeats title, the line does not repeat it"
            if when.repeats == "title"
            else "repeats earlier_line, no line above is the same",
            "said": "the line tells what somebody said",
            "broken": "the line is a piece of a paragraph whose lines were broken",
            "protect": "a protect pattern keeps the line",
            "prose": "the line is prose, and the rule does not say prose: true",
        }
        return known[obstacle]

    def _about_neighbour(self, obstacle: str, when: When, place: Place) -> str:
        above = obstacle in ("after", "previous")
        side = "above" if above else "below"
        other = self._lines.previous(place.line) if above else self._lines.next(place.line)
        remover = place.above if above else place.below
        if obstacle in ("after", "before") and remover:
            has = f"{remover.id} took the line {side}"
        elif other is None:
            has = f"there is no line {side}"
        elif obstacle in ("after", "before"):
            has = f"the line {side} stays"
        else:
            has = f"the line {side} is {_quoted(other.text)}"
        asked = getattr(when, obstacle)
        return f"{obstacle} {repr(asked) if isinstance(asked, str) else _listed(asked)}, {has}"

    def _where(self, place: Place) -> str:
        if not self._prose:
            return "in a document without prose, which has no head and no tail"
        names = [name for name, holds in (("head", place.head), ("tail", place.tail)) if holds]
        return f"in the {' and '.join(names) or 'body'}"


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


def _listed(names: object) -> str:
    return ", ".join(sorted(map(str, names))) if isinstance(names, (tuple, frozenset)) else str(names)


def _quoted(text: str) -> str:
    shown = fold(text).text
    return repr(shown if len(shown) <= 60 else f"{shown[:57]}...")
