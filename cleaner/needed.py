"""What a pattern cannot match without: words and signs of which each of its matches has one.

A rule without cues is tried on every line of its zone. Most lines are told off by what they lack: without a ©, the
pattern that asks for one need not be tried. RE2 does the same for sets of patterns (its `FilteredRE2`).
"""

from __future__ import annotations

from functools import cache

import regex

from .fold import fold_characters
from .parts import Part, parts_of
from .pattern import CUES, expand

#: The most characters of a class that are looked for one by one: one of a longer class is in nearly every line.
MAX_LISTED = 8


def needed(pattern: str) -> frozenset[str]:
    """Return words of which every text has one that the pattern matches; none if that cannot be told.

    They are folded, and in the form of `str.casefold`, as the text must be: what is one letter to `regex` is one there.

    >>> sorted(needed(r"^{lead}(?:foto: .+|(?:Bild|Картинка)s? von {name})$"))
    [' von ', 'foto: ']
    """
    return frozenset(fold_characters(word).casefold() for word in _Reader(parts_of(pattern)).ways())


class _Reader:
    """Reads the parts of a pattern from left to right, once."""

    def __init__(self, parts: list[Part]) -> None:
        self._parts = parts
        self._at = 0

    def ways(self) -> frozenset[str]:
        """Read up to the end of a group: what its alternatives need, all together."""
        ways = [self._way()]
        while self._next("or"):
            ways.append(self._way())
        self._next("close")
        return frozenset().union(*ways) if all(ways) else frozenset()

    def _way(self) -> frozenset[str]:
        """Read one alternative: of all that it needs, what is rarest."""
        found: list[frozenset[str]] = []
        letters = ""
        while part := self._next("escape", "set", "open", "block", "place", "literal"):
            words = self._words(part)
            times = self._least_times()
            if times is None and words and part.lastgroup in ("escape", "literal"):
                letters += "".join(words)
                continue
            found += (frozenset([letters]), words if times != 0 else frozenset())
            letters = ""
        rarest = max((*found, frozenset([letters])), key=_rarity)
        return rarest if _rarity(rarest) else frozenset()

    def _words(self, part: Part) -> frozenset[str]:
        """Return what one part needs, with the rest of its group if it opens one."""
        if part.lastgroup == "open":
            words = self.ways()
            return frozenset() if part[0].endswith("!") else words
        if part.lastgroup == "set":
            return _listed(part[0])
        if part.lastgroup == "block":
            return frozenset() if part["block"] in CUES else _of_block(part[0])
        if part.lastgroup == "literal":
            return frozenset([part[0]])
        # A backslash before a letter or digit makes it another thing.
        return frozenset(regex.findall(r"^\\(\W)$", part[0], regex.DOTALL))

    def _least_times(self) -> int | None:
        """Return how often a part stands there at least, None if just once."""
        least = None
        while times := self._next("times"):
            given = regex.match(r"\+|\{(\d+)", times[0])
            least = 0 if given is None or least == 0 else int(given[1] or 1)
        return least

    def _next(self, *kinds: str) -> Part | None:
        """Return the next part and go on, if it is of one of these kinds."""
        if self._at == len(self._parts) or self._parts[self._at].lastgroup not in kinds:
            return None
        self._at += 1
        return self._parts[self._at - 1]


@cache
def _of_block(block: str) -> frozenset[str]:
    return needed(expand(block))


def _listed(characters: str) -> frozenset[str]:
    """Return the characters of a class that lists a few; none for any other."""
    inside = characters[1:-1]
    if regex.search(r"^\^|\\\w|.-.", inside):
        return frozenset()
    listed = frozenset(regex.sub(r"\\(.)", r"\1", inside))
    return listed if len(listed) <= MAX_LISTED else frozenset()


def _rarity(words: frozenset[str]) -> int:
    """Return how rare the commonest of some words is: long ones are rarer, and so are letters of several bytes.

    Zero stands for what is in nearly every line: nothing, white space, a letter of ASCII by itself.
    """
    return min(map(_bytes, words), default=0)


def _bytes(word: str) -> int:
    common = word.isspace() or (len(word) == 1 and word.isascii() and word.isalpha())
    return 0 if common else len(word.encode("utf-8", "surrogatepass"))
