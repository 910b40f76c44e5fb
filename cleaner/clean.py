"""One document through the whole engine: scan, match, edit, again until no rule fires."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from .cue import Cue, cues_of
from .document import Document, Line, Lines
from .edit import Result, Span, compose, delete, shift_hints, tidy, to_edits
from .load import prepare
from .match import Group, Match, Matcher, leaves_nothing
from .place import Page, Place
from .rule import LINKED, TINY, Level, Rule, RuleSet
from .scan import Candidates, EveryPair, Fast, Scanner

#: Passes over a document before it is given up and left whole. Real documents need two; a third is rare.
MAX_PASSES = 12


#: The id that `title="drop"` gives the deletion of the headline: the user's wish, not a rule of a file.
HEADLINE = "headline/first-line"


class NoFixedPoint(UserWarning):
    """A document was left as it is: rules went on firing on what other rules had left."""


class Cleaner:
    """Cleans documents with one set of rules. Holds no state that changes: share it between threads, pickle it.

    `title="drop"` takes the headline out of the text as well, if it is a line of its own right above the first prose.
    `scanner` is "fast", or "every-pair" for the slow reference.
    """

    def __init__(
        self,
        rules: RuleSet,
        *,
        level: Level = "balanced",
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        title: Literal["keep", "drop"] = "keep",
        scanner: Literal["fast", "every-pair"] = "fast",
    ) -> None:
        self.rules = prepare(rules).select(level=level, select=tuple(select), ignore=tuple(ignore))
        self._title = title
        self._scanner_name = scanner
        self._matcher = Matcher(self.rules)
        self._plan = Plan(self.rules.rules)
        self._scanner: Scanner = Fast(self.rules) if scanner == "fast" else EveryPair(cues_of(self.rules.rules))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.rules, self._title, self._scanner_name)

    def clean(self, text: str, title: str | None = None, url: str | None = None, language: str | None = None) -> str:
        """Return `text` without its boilerplate. `title` is the headline, if it is kept outside the text."""
        return self.explain(Document(text, title=title, url=url, language=language)).text

    def explain(self, document: Document) -> Result:
        """Return the cleaned text of a document, with every deletion and the rule that made it.

        Raises `TypeError` for bytes: decode them first.
        """
        if not isinstance(document.text, str):
            raise TypeError(f"the text of a document is str, not {type(document.text).__name__}: decode it first")
        text = document.text
        hints = dict(document.hints)
        spans: list[Span] = []
        for _ in range(MAX_PASSES):
            found = tidy(text, self._pass(document, Lines(text, hints)))
            if not found:
                return Result(document, text, to_edits(document.text, spans))
            spans = compose(spans, found) if spans else found
            hints = shift_hints(text, hints, found) if hints else hints
            text = delete(text, found)
        warnings.warn(f"document {document.id or ''} left whole: no end to its rules", NoFixedPoint, stacklevel=2)
        return Result(document, document.text, ())

    def _pass(self, document: Document, lines: Lines) -> list[Span]:
        page = Page(document, lines)
        candidates = self._scanner.candidates(lines)
        for start, hint in lines.hints.items():
            if hint.link_density >= LINKED:
                candidates.setdefault(start, []).append(None)
        look = Pass(self._matcher, self._plan, page, candidates)
        return look.run() + (look.headline() if self._title == "drop" else [])


def _rebuild(rules: RuleSet, title: Literal["keep", "drop"], scanner: Literal["fast", "every-pair"]) -> Cleaner:
    return Cleaner(rules, level="aggressive", title=title, scanner=scanner)


class Plan:
    """The rules, grouped by when in a pass they are tried."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.anywhere = Group(rules, lambda rule: _time(rule) == "any")
        self.at_ends = Group(rules, lambda rule: _time(rule) == "ends")
        self.in_body = Group(rules, lambda rule: _time(rule) == "body")
        self.repeating = Group(rules, lambda rule: _time(rule) == "repeats")
        self.repeating_anywhere = Group(rules, lambda rule: _time(rule) == "repeats" and rule.zone in ("any", "body"))
        self.beside = Group(rules, lambda rule: _time(rule) == "beside")


def _time(rule: Rule) -> str:
    if rule.prunes:
        return "before"  # formats.html is done with it when there are lines
    if rule.needs_neighbour:
        return "beside"
    if rule.when.repeats:
        return "repeats"
    return rule.zone if rule.zone in ("any", "body") else "ends"


class Pass:
    """One look at a document: which lines and spans go, as long as nothing has gone yet.

    Rules for any place come first. Then both ends are peeled, line by line, up to the first prose that stays: so the
    zones do not depend on how many lines of boilerplate stand there. Rules for lines that repeat another come when it
    is known whether the other one stays, and rules that need a removed neighbour come last.
    """

    def __init__(self, matcher: Matcher, plan: Plan, page: Page, candidates: Candidates) -> None:
        self.matcher = matcher
        self.plan = plan
        self.page = page
        self.lines = page.lines
        self.candidates = candidates
        self.order = sorted(candidates)
        self.spans: list[Span] = []
        self.removed = page.removed
        self.head_end = 0
        self.tail_start = len(page.lines.text)
        self.ends: list[Place] = []

    def run(self) -> list[Span]:
        """Return the spans to delete, in no order."""
        self._try_candidates(self.plan.anywhere)
        self._peel_both_ends()
        self._try_candidates(self.plan.in_body)
        for place in self.ends:
            if place.line.start not in self.removed:
                self._try(place, self.plan.repeating)
        self._try_candidates(self.plan.repeating_anywhere)
        self._spread()
        return self.spans

    def headline(self) -> list[Span]:
        """Return the span of the first line, if prose follows it: by then it is the headline and nothing else."""
        first = next(self.lines.down(), None)
        below = self.lines.next(first) if first else None
        if first is None or below is None or first.is_prose or not below.is_prose:
            return []
        if first.start in self.removed or below.start in self.removed:
            return []
        return [(first.start, self.lines.after(first.end), HEADLINE)]

    def _try_candidates(self, group: Group) -> None:
        """Try rules on the lines that hold a cue, from the top down."""
        if not group.numbers:
            return
        for start in self.order:
            line = self.lines.at(start)
            if start not in self.removed and line.text and not line.text.isspace():
                self._try(self._place(line), group)

    def _peel_both_ends(self) -> None:
        """Try the rules for the ends. Without any prose that stays there are none, and nothing goes by them."""
        before = list(self.spans), dict(self.removed), {start: list(cuts) for start, cuts in self.page.cuts.items()}
        head_end = self._peel(self.lines.down(), head=True)
        if head_end is None:
            self.spans, self.removed, self.page.cuts = before
            self.page.removed = self.removed
            self.ends.clear()
            return
        tail_start = self._peel(self.lines.up(len(self.lines.text) + 1), head=False)
        self.head_end = head_end
        self.tail_start = head_end if tail_start is None else tail_start

    def _peel(self, lines: Iterable[Line], *, head: bool) -> int | None:
        """Try the rules for one end of the document; return the first prose that stays, None if none does.

        Nothing is tried before there is prose: a text without any has no ends.
        """
        waiting: list[Place] = []
        for line in lines:
            if line.start in self.removed:
                continue
            waiting.append(Place(self.page, line, head=head, tail=not head))
            if not waiting[-1].is_prose:
                continue
            for place in waiting:
                self._try(place, self.plan.at_ends)
                if place.line.start not in self.removed:
                    self.ends.append(place)
            if line.start not in self.removed:
                return line.start
            waiting.clear()
        return None

    def _spread(self) -> None:
        """Try the rules for lines beside removed ones, and beside those that go by this."""
        if not self.plan.beside.numbers:
            return
        todo = list(self.removed)
        while todo:
            line = self.lines.at(todo.pop())
            for neighbour in (self.lines.next(line), self.lines.previous(line)):
                if neighbour is not None and neighbour.start not in self.removed:
                    self._try(self._place_beside(neighbour), self.plan.beside)
                    if neighbour.start in self.removed:
                        todo.append(neighbour.start)

    def _place(self, line: Line) -> Place:
        return Place(self.page, line, head=line.start < self.head_end, tail=line.start > self.tail_start)

    def _place_beside(self, line: Line) -> Place:
        place = self._place(line)
        above, below = self.lines.previous(line), self.lines.next(line)
        place.above = self.removed.get(above.start) if above else None
        place.below = self.removed.get(below.start) if below else None
        return place

    def _try(self, place: Place, group: Group) -> None:
        """Try the rules of a group on a line, in the order of the rule set, until one takes it whole."""
        pairs: list[tuple[int, Cue | None]] = []
        without_cues = group not in (self.plan.anywhere, self.plan.in_body, self.plan.repeating_anywhere)
        for cue in self.candidates.get(place.line.start, ()):
            if cue is None:
                few = len(place.folded.text) <= TINY or place.line.hint.link_density >= LINKED
                without_cues = without_cues or few
            elif cue.rule in group.numbers:
                pairs.append((cue.rule, cue))
        if without_cues:
            pairs += [(number, None) for number in group.without_cues(place)]
        if len(pairs) > 1:
            pairs.sort(key=_order)
        for number, cue in pairs:
            if matches := self.matcher.matches(number, cue, place):
                self._take(place.line, self.matcher.rules[number], matches)
                if place.line.start in self.removed:
                    return

    def _take(self, line: Line, rule: Rule, matches: list[Match]) -> None:
        """Note what the matches of one rule take of a line, or of the lines from it on."""
        if rule.action == "strip_span":
            cuts = self.page.cuts.setdefault(line.start, [])
            cuts += ((match.start, match.end) for match in matches)
            self.spans += ((match.start, match.end, rule.id) for match in matches)
            if leaves_nothing(line, cuts):
                self.removed[line.start] = rule
            return
        for taken in self._lines_from(line, rule):
            self.removed[taken.start] = rule
            end = min(self.lines.after(taken.end), len(self.lines.text))
            self.spans.append((taken.start, end, rule.id))

    def _lines_from(self, line: Line, rule: Rule) -> Iterator[Line]:
        """Yield the lines a rule takes from `line` on: with `drop_block` its block, with `cut_tail` all up to prose."""
        yield line
        if rule.action not in ("drop_block", "cut_tail"):
            return
        end = line.end
        for below in self.lines.down(self.lines.after(end)):
            if rule.action == "drop_block" and below.start != self.lines.after(end):
                return
            if (below.is_prose and not rule.prose) or self.matcher.is_protected(Place(self.page, below)):
                return
            remover = self.removed.get(below.start)
            if remover and _reaches_as_far(remover, rule):
                return
            if not remover:
                yield below
            end = below.end


def _reaches_as_far(remover: Rule, rule: Rule) -> bool:
    """Whether all that `rule` takes below a line has gone with it: so that no line is looked at again and again."""
    far = remover.action == "cut_tail" or remover.action == rule.action == "drop_block"
    return far and (remover.prose or not rule.prose)


def _order(pair: tuple[int, Cue | None]) -> tuple[int, str]:
    number, cue = pair
    return number, cue.text if cue else ""
