"""One look at a document: which rules are tried on which lines, in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from .cue import Cue
from .document import MAX_KNOWN, Line
from .edit import Span
from .match import Group, Match, Matcher, leaves_nothing
from .place import Page, Place
from .rule import LINKED, TINY, Rule
from .scan import Candidates, Scanner
from .sentence import ends_text, has_two_sentences

#: The id that `title="drop"` gives the deletion of the headline: the user's wish, not a rule of a file.
HEADLINE = "headline/first-line"

#: The cues that lines may hold, by the offset of the line's first character.
Held = dict[int, list[Cue]]


class Plan:
    """The rules, grouped by when in a pass they are tried; or only those that look at other lines."""

    def __init__(self, rules: Sequence[Rule], scanner: Scanner, *, only_looking_elsewhere: bool = False) -> None:
        tried = [rule for rule in enumerate(rules) if not only_looking_elsewhere or rule[1].looks_elsewhere]
        times: dict[str, dict[int, Rule]] = {}
        for number, rule in tried:
            times.setdefault(_time(rule), {})[number] = rule
        repeating = times.get("repeats", {})
        anywhere = {number: rule for number, rule in repeating.items() if rule.zone in ("any", "body")}
        self.anywhere = Group(times.get("any", {}), scanner, tries_every_line=False)
        self.at_ends = Group(times.get("ends", {}), scanner, tries_every_line=True)
        self.in_body = Group(times.get("body", {}), scanner, tries_every_line=False)
        self.repeating = Group(repeating, scanner, tries_every_line=True)
        self.repeating_anywhere = Group(anywhere, scanner, tries_every_line=False)
        self.beside = Group(times.get("beside", {}), scanner, tries_every_line=True)
        groups = (self.anywhere, self.at_ends, self.in_body, self.repeating, self.repeating_anywhere, self.beside)
        self.has_rules_without_cues = any(group.has_rules_without_cues for group in groups)
        self._groups_of: dict[int, list[Group]] = {}
        for group in groups:
            for number in group.rules:
                self._groups_of.setdefault(number, []).append(group)

    def sort(self, candidates: Candidates) -> tuple[dict[Group, Held], set[int]]:
        """Return the candidates of each group, and the lines that rules without cues are tried on wherever they are."""
        sorted_out: dict[Group, Held] = defaultdict(lambda: defaultdict(list))
        special: set[int] = set()
        for start in sorted(candidates):
            for cue in candidates[start]:
                if cue is None:
                    special.add(start)
                    continue
                for group in self._groups_of.get(cue.rule, ()):
                    sorted_out[group][start].append(cue)
        return sorted_out, special


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
        self.held, self.special = plan.sort(candidates)
        self._places: dict[int, Place] = {}
        self.spans: list[Span] = []
        self.head_end = 0
        self.tail_start = len(page.lines.text)
        # The lines at the two ends that stay, and whether each was met from above.
        self.ends: list[tuple[Line, bool]] = []
        # Whether the lines that stay are as they were, in the zones they were in: so that after this pass only rules
        # that look at other lines may find something new.
        self.is_settled = True

    def run(self) -> list[Span]:
        """Return the spans to delete, in no order."""
        if not self.held and not self.plan.has_rules_without_cues:
            return []  # so that a user's few rules cost no more than the scan
        self._try_candidates(self.plan.anywhere)
        self._peel_both_ends()
        removed = set(self.page.removed)
        self._try_candidates(self.plan.in_body)
        for line, head in self.ends:
            if line.start not in self.page.removed:
                self._try(self._at(line, head=head, tail=not head), self.plan.repeating)
        self._try_candidates(self.plan.repeating_anywhere)
        self._spread()
        prose_went = any(ends_text(self.lines.at(start)) for start in self.page.removed.keys() - removed)
        # What is a piece of a paragraph depends on the lines around it.
        self.is_settled = not self.page.cuts and not prose_went and not self.page.paragraphs.any_met
        return self.spans

    def headline(self) -> list[Span]:
        """Return the span of the first line, if prose follows it: by then it is the headline and nothing else.

        Where the headline stands outside the text, it is a subheading.
        """
        first = None if self.page.document.title else next(self.lines.down(), None)
        below = self.lines.next(first) if first else None
        if first is None or below is None or first.is_prose or not below.is_prose:
            return []
        if first.start in self.page.removed or below.start in self.page.removed:
            return []
        return [(first.start, self.lines.after(first.end), HEADLINE)]

    def _try_candidates(self, group: Group) -> None:
        """Try rules on the lines that hold a cue of theirs, from the top down."""
        held = self.held.get(group, {})
        for start in sorted(self.special.union(held)) if group.has_rules_without_cues else held:
            line = self.lines.at(start)
            if start not in self.page.removed and line.text and not line.text.isspace():
                self._try(self._place(line), group)

    def _peel_both_ends(self) -> None:
        """Try the rules for the ends. Without any prose that stays there are none, and nothing goes by them."""
        before = (
            list(self.spans),
            dict(self.page.removed),
            {start: list(cuts) for start, cuts in self.page.cuts.items()},
        )
        head_end = self._peel(self.lines.down(), head=True)
        if head_end is None:
            self.spans, self.page.removed, self.page.cuts = before
            self.ends.clear()
            return
        tail_start = self._peel(self.lines.up(len(self.lines.text) + 1), head=False)
        self.head_end = head_end
        self.tail_start = head_end if tail_start is None else tail_start

    def _peel(self, lines: Iterable[Line], *, head: bool) -> int | None:
        """Try the rules for one end of the document; return the first prose that stays, None if none does.

        In the tail two sentences on a line do as well. Nothing is tried before there is prose: a text without any has
        no ends.
        """
        waiting: list[Place] = []
        for line in lines:
            if line.start in self.page.removed:
                continue
            waiting.append(self._at(line, head=head, tail=not head))
            if not waiting[-1].is_prose and (head or not has_two_sentences(line)):
                continue
            for place in waiting:
                self._try(place, self.plan.at_ends)
                if place.line.start not in self.page.removed:
                    self.ends.append((place.line, head))
            if line.start not in self.page.removed:
                return line.start
            waiting.clear()
        return None

    def _spread(self) -> None:
        """Try the rules for lines beside removed ones, and beside those that go by this."""
        todo = list(self.page.removed)
        while todo:
            line = self.lines.at(todo.pop())
            for neighbour in (self.lines.next(line), self.lines.previous(line)):
                if neighbour is not None and neighbour.start not in self.page.removed:
                    self._try(self._place_beside(neighbour), self.plan.beside)
                    if neighbour.start in self.page.removed:
                        todo.append(neighbour.start)

    def _place(self, line: Line) -> Place:
        return self._at(line, head=line.start < self.head_end, tail=line.start > self.tail_start)

    def _at(self, line: Line, *, head: bool, tail: bool) -> Place:
        """Return the place of a line as it is seen now; what was asked of it is remembered."""
        place = self._places.get(line.start)
        if place is None:
            place = Place(self.page, line)
            if len(self._places) < MAX_KNOWN:
                self._places[line.start] = place
        place.head = head
        place.tail = tail
        return place

    def _place_beside(self, line: Line) -> Place:
        place = self._place(line)
        above, below = self.lines.previous(line), self.lines.next(line)
        place.above = self.page.removed.get(above.start) if above else None
        place.below = self.page.removed.get(below.start) if below else None
        return place

    def _try(self, place: Place, group: Group) -> None:
        """Try the rules of a group on a line, in the order of the rule set, until one takes it whole."""
        start = place.line.start
        pairs: list[tuple[int, Cue | None]] = []
        if group in self.held:
            pairs += [(cue.rule, cue) for cue in self.held[group].get(start, ())]
        if group.has_rules_without_cues and (group.tries_every_line or self._is_special(place)):
            pairs += [(number, None) for number in group.without_cues(place)]
        if len(pairs) > 1:
            pairs.sort()  # a rule has each cue once, or none at all: more is not compared
        for number, cue in pairs:
            if matches := self.matcher.matches(number, cue, place):
                self._take(place.line, self.matcher.rules[number], matches)
                if start in self.page.removed:
                    return

    def _is_special(self, place: Place) -> bool:
        """Whether rules without cues are tried on a line wherever it stands."""
        if place.line.start not in self.special:
            return False
        return len(place.folded.text) <= TINY or place.line.hint.link_density >= LINKED

    def _take(self, line: Line, rule: Rule, matches: list[Match]) -> None:
        """Note what the matches of one rule take of a line, or of the lines from it on."""
        if rule.action == "strip_span":
            cuts = self.page.cuts.setdefault(line.start, [])
            cuts += ((match.start, match.end) for match in matches)
            self.spans += ((match.start, match.end, rule.id) for match in matches)
            if leaves_nothing(line, cuts):
                self.page.removed[line.start] = rule
            return
        for taken in self._lines_from(line, rule):
            self.page.removed[taken.start] = rule
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
            place = self._at(below, head=False, tail=False)
            if self.matcher.is_protected(place) or self.matcher.keeps_whole(rule, place):
                return
            remover = self.page.removed.get(below.start)
            if remover and _reaches_as_far(remover, rule):
                return
            if not remover:
                yield below
            end = below.end


def _reaches_as_far(remover: Rule, rule: Rule) -> bool:
    """Whether all that `rule` takes below a line has gone with it: so that no line is looked at again and again."""
    far = remover.action == "cut_tail" or remover.action == rule.action == "drop_block"
    return far and (remover.prose or not rule.prose)
