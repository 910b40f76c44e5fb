"""Which rules may fire on which lines: a filter that must never miss a line that a rule would match.

Cues decide. The document is folded at once. Then a cue that starts its line is found by the first letters of each line,
a cue that may stand anywhere by Hyperscan, in the whole document. `EveryPair` is the definition; `Fast` must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from typing import Literal, NamedTuple, Protocol

from . import cache
from .context import CueContext
from .cue import UNLIMITED, Cue
from .document import Lines
from .fold import fold, lower, markup_lines, skip_lead
from .index import PREFIX, index_of, literals
from .literal import Literals
from .rule import TINY, RuleSet

#: Beginnings of lines that are remembered: those of most lines of many languages, in a few megabytes.
MAX_HEADS = 1 << 16

#: For each line, by the offset of its first character: the cues it may hold. The cue None stands for rules without
#: cues that are tried on every tiny line.
Candidates = dict[int, list[Cue | None]]


#: What the scanners are called: `Fast`, and `EveryPair`, the slow reference.
ScannerName = Literal["fast", "every-pair"]
SCANNERS: tuple[ScannerName, ...] = ("fast", "every-pair")


class Scanner(Protocol):
    """Finds the lines that may hold a cue."""

    def candidates(self, lines: Lines) -> Candidates:
        """Return at least every line that holds a cue, with that cue."""
        ...

    def ruled_out(self, text: str) -> Set[int]:
        """Return rules without cues, by number, that cannot fire on a folded line, whatever else it is."""
        ...


class EveryPair:
    """The reference: looks for every cue in every line that has the cue's first two letters."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        # By what stands in every line that holds them, and that by its first letters.
        self._cues: dict[str, dict[str, list[Cue]]] = {}
        for cue in cues:
            words = cue.first_words if cue.context.starts_line else cue.text
            self._cues.setdefault(words[:2], {}).setdefault(words, []).append(cue)

    def candidates(self, lines: Lines) -> Candidates:
        """Return the lines that hold a cue, with those cues."""
        found: Candidates = {}
        for line in lines.down():
            folded = fold(line.text)
            first_word = skip_lead(folded.text)
            letters = {*folded.lower, *map("".join, pairwise(folded.lower))}
            near = (self._cues[first].items() for first in sorted(self._cues.keys() & letters))
            known = [cue for words, cues in chain.from_iterable(near) if words in folded.lower for cue in cues]
            held: list[Cue | None] = [cue for cue in known if cue.is_in(folded.lower, first_word)]
            if len(folded.text) <= TINY:
                held.append(None)
            if held:
                found[line.start] = held
        return found

    def ruled_out(self, text: str) -> Set[int]:
        """Return no rule: all are tried."""
        return frozenset()


class Beginning(NamedTuple):
    """What a line may start with, by its first letters: some of `words`, each the first words of some `cues`.

    `limit` is the length of the longest line that one of them may fire on, or that is tiny; `lengths` are those of the
    words.
    """

    limit: int
    words: tuple[str, ...]
    lengths: tuple[int, ...]
    cues: dict[str, list[Cue]]


class Fast:
    """Looks at each line's first letters, and at the whole text with Hyperscan. Safe to use from several threads."""

    def __init__(self, rules: RuleSet) -> None:
        index = index_of(rules)
        # As many as there are packed lists, and several times over: each is some tens of bytes.
        self._unpack = lru_cache(maxsize=1 << 16)(index.unpack)
        self._starts = index.starts
        self._anywhere = index.anywhere
        self._capitals = index.capitals
        # What was looked up, and the longest lines that a rule may fire on, by their first letters: both change no
        # result, only what it costs.
        self._by_head: dict[str, Beginning] = {}
        self._longest_by_head: dict[str, int] = {}
        self._literals = Literals(index.name, lambda: literals(rules.rules))
        self._rules_by_need = list(index.needed.values())
        self._needing = frozenset(chain.from_iterable(self._rules_by_need))
        name = index.name and index.name + cache.key("needed")
        self._needs = Literals(name, lambda: ((word, CueContext()) for word in index.needed), once=True)

    def candidates(self, lines: Lines) -> Candidates:
        """Return the lines that may hold a cue, with those cues."""
        shown = _shown(lines)
        if not self._anywhere:  # a few rules need few lines in lower case
            return _by_offset(lines.text, self._line_starts(shown.split("\n"), lower, plain=not lines.hints))
        lowered = lower(shown) if lines.has_markup else lines.lower
        found = self._line_starts(lowered.split("\n"), str, plain=not lines.hints)
        for number, cues in self._elsewhere(shown, lowered):
            found.setdefault(number, []).extend(cues)
        return _by_offset(lines.text, found)

    def ruled_out(self, text: str) -> Set[int]:
        """Return rules without cues, by number, that cannot fire on a folded line: it has no word that they need."""
        hits = self._needs.find(text.casefold().encode("utf-8", "surrogatepass"))
        return self._needing.difference(*(self._rules_by_need[number] for _, number in hits))

    def _line_starts(self, lines: list[str], low: Callable[[str], str], *, plain: bool) -> dict[int, list[Cue | None]]:
        """Return the cues that start a line, and None for tiny lines, by the line's number; `low` makes lower case."""
        longest = self._longest_by_head if plain else {}
        # Most lines end here: too long for any rule whose cue begins like them.
        maybe = [
            number for number, line in enumerate(lines) if line and len(line) <= longest.get(line[:PREFIX], UNLIMITED)
        ]
        return {number: held for number in maybe if (held := self._held(lines[number], low, plain))}

    def _held(self, line: str, low: Callable[[str], str], plain: bool) -> list[Cue | None]:
        """Return the cues that the line starts with, and None if it may be tiny; `plain` text has prose lines."""
        length = len(line) - line.endswith("\r")
        held: list[Cue | None] = [None] if length <= TINY else []
        first = skip_lead(line)
        typed = line[first : first + PREFIX]
        head = low(typed)
        limit, words, lengths, cues = self._by_head.get(head) or self._look_up(head)
        if first == 0 and len(self._longest_by_head) < MAX_HEADS:
            self._longest_by_head[typed] = limit + (limit < UNLIMITED)  # with a carriage return
        if words and (line := low(line)).startswith(words, first):
            held += [
                cue
                for size in lengths
                for cue in cues.get(line[first : first + size], ())
                if not plain or length <= cue.max_chars
            ]
        return held

    def _look_up(self, head: str) -> Beginning:
        """Return the cues that a line may start with whose first letters these are."""
        keys = [head[:end] for end in range(1, len(head) + 1)]
        cues = [cue for key in keys if key in self._starts for cue in self._unpack(self._starts[key])]
        limit = max((cue.max_chars for cue in cues), default=TINY)
        by_words: dict[str, list[Cue]] = {}
        for cue in cues:
            by_words.setdefault(cue.first_words, []).append(cue)
        beginning = Beginning(max(limit, TINY), tuple(by_words), tuple({len(words) for words in by_words}), by_words)
        if len(self._by_head) < MAX_HEADS:
            self._by_head[head] = beginning
        return beginning

    def _elsewhere(self, shown: str, lowered: str) -> Iterator[tuple[int, list[Cue]]]:
        """Yield a line's number and the cues of each literal that stands in it."""
        data = lowered.encode("utf-8", "surrogatepass")
        hits = _in_characters(lowered, data, self._literals.find(data))
        counted = line = 0
        known: set[tuple[int, int]] = set()
        for end, number in hits:
            if number in self._capitals:
                # What is behind the cue may belong to the hit.
                start = lowered.rfind(self._capitals[number], 0, end)
                if shown[start] == lowered[start]:
                    continue
            line += lowered.count("\n", counted, end)
            counted = end
            if (line, number) not in known:
                known.add((line, number))
                yield line, self._unpack(self._anywhere[number])


def _shown(lines: Lines) -> str:
    """Return a text as a reader sees it."""
    if not lines.has_markup:
        return lines.plain
    pieces: list[str] = []
    position = 0
    for start in markup_lines(lines.plain):
        line = lines.at(start)
        pieces += (lines.plain[position:start], lines.folded(line).text)
        position = line.end
    return "".join((*pieces, lines.plain[position:]))


def _by_offset(text: str, found: dict[int, list[Cue | None]]) -> Candidates:
    """Return what was found in lines, given by their numbers, by the offsets of the lines."""
    if not found:
        return {}
    ends = list(accumulate(map(len, text.split("\n"))))
    return {ends[number - 1] + number if number else 0: found[number] for number in sorted(found)}


def _in_characters(text: str, data: bytes, hits: list[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Return hits in order, given by their ends in bytes of `data`, by their ends in characters of `text`."""
    hits.sort()
    return hits if len(data) == len(text) else _decoded(data, hits)


def _decoded(data: bytes, hits: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    position = byte = 0
    for end, number in hits:
        position += len(data[byte:end].decode("utf-8", "surrogatepass"))
        byte = end
        yield position, number
