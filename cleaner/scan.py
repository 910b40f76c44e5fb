"""Which rules may fire on which lines: a filter that must never miss a line that a rule would match.

Cues decide. A cue that starts its line is found by the first letters of each line, a cue that may stand anywhere by
Hyperscan, over the UTF-8 bytes of the whole document at once. `EveryPair` is the definition; `Fast` must agree.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, Protocol

from . import cache
from .cue import UNLIMITED, Cue, cues_of
from .document import Lines
from .fold import fold, fold_characters, lower, skip_lead
from .literal import Literals
from .pattern import CueContext
from .rule import TINY, Rule, RuleSet

#: First characters of a line that select the cues to compare with it; a shorter cue is selected by all it has. With
#: five, one line of news in twenty is compared with a cue; with four, twice as many.
PREFIX = 5

#: Beginnings of lines that are remembered: those of most lines of many languages, in a few megabytes.
MAX_HEADS = 1 << 16

#: A cue of this many characters is so rare that what stands around it need not be looked for: a plain literal takes a
#: tenth of the room in the database.
LONG_CUE = 9

#: For each line, by the offset of its first character: the cues it may hold. The cue None stands for rules without
#: cues that are tried on every tiny line.
Candidates = dict[int, list[Cue | None]]


class Scanner(Protocol):
    """Finds the lines that may hold a cue."""

    def candidates(self, lines: Lines) -> Candidates:
        """Return at least every line that holds a cue, with that cue."""
        ...


class EveryPair:
    """The reference: looks for every cue in every line."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        self.cues = list(cues)

    def candidates(self, lines: Lines) -> Candidates:
        """Return the lines that hold a cue, with those cues."""
        found: Candidates = {}
        for line in lines.down():
            folded = fold(line.text)
            first_word = skip_lead(folded.text)
            held: list[Cue | None] = [cue for cue in self.cues if cue.is_in(folded.lower, first_word)]
            if len(folded.text) <= TINY:
                held.append(None)
            if held:
                found[line.start] = held
        return found


class Index(NamedTuple):
    """The cues of a rule set as `Fast` looks them up, each list of cues packed until a text asks for it.

    `starts` has the cues that start a line by their first characters, `anywhere` the others, a list for each literal;
    `longest` is the length of the longest cue that starts a line, `name` what the index is known by in the cache.
    """

    starts: dict[str, bytes]
    anywhere: list[bytes]
    longest: int
    name: str


def index_of(rules: RuleSet) -> Index:
    """Return the index of prepared rules; it is stored for the next time if the rules come from files."""
    name = (
        cache.key(f"index 2 {PREFIX} {LONG_CUE} {cache.FORMAT}", rules.digest, *(rule.id for rule in rules.rules))
        if rules.digest
        else ""
    )
    if name and (stored := cache.load(name)) is not None:
        with contextlib.suppress(ValueError):
            return Index(*cache.unpack(stored))
    starts, anywhere = _by_place(rules.rules)
    index = Index(
        {key: _pack(cues) for key, cues in starts.items()},
        [_pack(cues) for cues in anywhere.values()],
        max((len(cue.first_words) for cues in starts.values() for cue in cues), default=0),
        name or cache.key("index", *(f"{text}\0{context}" for text, context in anywhere)),
    )
    if name:
        cache.store(name, cache.pack(tuple(index)))
    return index


def _by_place(rules: Iterable[Rule]) -> tuple[dict[str, list[Cue]], dict[tuple[str, CueContext], list[Cue]]]:
    """Return the cues that start a line, by their first characters, and the others, by text and context."""
    starts: dict[str, list[Cue]] = {}
    anywhere: dict[tuple[str, CueContext], list[Cue]] = {}
    for cue in cues_of(rules):
        if cue.context.starts_line:
            starts.setdefault(cue.first_words[:PREFIX], []).append(cue)
        else:
            context = cue.context if len(cue.text) < LONG_CUE else CueContext()
            anywhere.setdefault((cue.text, context), []).append(cue)
    return starts, anywhere


def _pack(cues: list[Cue]) -> bytes:
    return cache.pack([(*cue[:3], tuple(cue.context), *cue[4:]) for cue in cues])


@lru_cache(maxsize=65536)
def _unpack(cues: bytes) -> list[Cue]:
    return [
        Cue(text, rule, languages, CueContext(*context), max_chars, word)
        for text, rule, languages, context, max_chars, word in cache.unpack(cues)
    ]


class Fast:
    """Looks at each line's first letters, and at the whole text with Hyperscan. Safe to use from several threads."""

    def __init__(self, rules: RuleSet) -> None:
        index = index_of(rules)
        self._starts = index.starts
        self._anywhere = index.anywhere
        self._longest = index.longest
        # The longest lines that a rule may fire on, by their first letters: it changes no result, only what it costs.
        self._longest_by_head: dict[str, int] = {}
        self._literals = Literals(index.name, lambda: _by_place(rules.rules)[1], len(index.anywhere))

    def candidates(self, lines: Lines) -> Candidates:
        """Return the lines that may hold a cue, with those cues."""
        hits, marked = self._literals.find(lines.text)
        if marked:
            return self._in_marked_lines(lines)
        found: Candidates = {}
        self._line_starts(lines.text, found, plain=not lines.hints)
        for start, number in dict.fromkeys(_line_of_each(lines.text, hits)):
            found.setdefault(start, []).extend(_unpack(self._anywhere[number]))
        return found

    def _line_starts(self, text: str, found: Candidates, *, plain: bool) -> None:
        lines = text.split("\n")
        longest = self._longest_by_head if plain else {}
        # Most lines end here: too long for any rule whose cue begins like them.
        maybe = [
            number for number, line in enumerate(lines) if line and len(line) <= longest.get(line[:PREFIX], UNLIMITED)
        ]
        position = before = 0
        for number in maybe:
            position += sum(map(len, lines[before:number])) + number - before
            before = number
            if held := self._held(lines[number], plain):
                found.setdefault(position, []).extend(held)

    def _held(self, line: str, plain: bool) -> list[Cue | None]:
        """Return the cues that the line starts with, and None if it may be tiny; `plain` text has prose lines."""
        shown = len(line) - line.endswith("\r")
        first = skip_lead(line)
        head = lower(fold_characters(line[first : first + PREFIX]))
        keys = [head[:length] for length in range(1, len(head) + 1) if head[:length] in self._starts]
        cues = [cue for key in keys for cue in _unpack(self._starts[key])]
        if first == 0 and len(self._longest_by_head) < MAX_HEADS:
            limit = max((cue.max_chars for cue in cues), default=TINY)
            self._longest_by_head[line[:PREFIX]] = max(limit, TINY) + (limit < UNLIMITED)  # with a carriage return
        held: list[Cue | None] = [None] if shown <= TINY else []
        if cues := [cue for cue in cues if not plain or shown <= cue.max_chars]:
            lowered = lower(fold_characters(line[first : first + self._longest]))
            held += [cue for cue in cues if lowered.startswith(cue.first_words)]
        return held

    def _in_marked_lines(self, lines: Lines) -> Candidates:
        """Find cues in a text that a reader sees otherwise than it is typed: scan it as the reader sees it."""
        starts: list[int] = []
        shown: list[str] = []
        for line in lines.down():
            starts.append(line.start)
            shown.append(fold(line.text).text)
        flat = "\n".join(shown)
        found_in_flat: Candidates = {}
        self._line_starts(flat, found_in_flat, plain=not lines.hints)
        for start, number in dict.fromkeys(_line_of_each(flat, self._literals.find(flat)[0])):
            found_in_flat.setdefault(start, []).extend(_unpack(self._anywhere[number]))
        found: Candidates = {}
        position = 0
        for start, text in zip(starts, shown, strict=True):
            if position in found_in_flat:
                found[start] = found_in_flat[position]
            position += len(text) + 1
        return found


def _line_of_each(text: str, hits: list[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Yield the start of its line (characters) and the number of each hit, given as (end in bytes, number)."""
    data = b"" if text.isascii() else text.encode("utf-8", "surrogatepass")
    position = byte = line_start = 0
    line_end = -1
    for end, number in sorted(hits):
        position = position + len(data[byte:end].decode("utf-8", "surrogatepass")) if data else end
        byte = end
        # `position` is behind the cue, whose last character is in the line: a cue holds no line feed.
        if position - 1 > line_end:
            line_start = text.rfind("\n", 0, position - 1) + 1
            line_end = text.find("\n", position - 1)
            line_end = len(text) if line_end < 0 else line_end
        yield line_start, number
