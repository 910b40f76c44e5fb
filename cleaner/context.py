"""What a pattern asks of the text around its cue, as far as scanners can look for it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import regex

from .parts import Part, parts_of
from .pattern import CUES


class CueContext(NamedTuple):
    """What stands around the cue in every text that a pattern matches.

    `starts_line`: nothing but a lead stands before the cue. `at_edge`: `{edge}` stands there. `capital`: the cue begins
    with a capital letter (`{Cue}`). `behind`: "space", "boundary" or "colon" if that must follow, "" for anything.
    """

    starts_line: bool = False
    at_edge: bool = False
    capital: bool = False
    behind: str = ""


#: Asks for capitals in the cue itself, and leaves behind it what is there.
_IN_CAPITALS = r"(?<=\p{Lu}\p{Lu})"
#: What may follow a cue, as it is written.
_FOLLOWS = {r"\s": "space", r"\b": "boundary", "{colon}": "colon"}


# As many as there are shipped rules, many times over.
@lru_cache(maxsize=8192)
def cue_context(pattern: str) -> CueContext:
    """Return what a pattern asks of the text around its cue: nothing if it matches without one, or cannot be read."""
    parts = parts_of(pattern.replace(_IN_CAPITALS, ""))
    cues = [number for number, part in enumerate(parts) if part["block"] in CUES]
    if not _Reader(parts).all_ways():
        return CueContext()
    behind = {_behind(parts, number + 1) for number in cues}
    return CueContext(
        starts_line=_starts_line(parts),
        at_edge=all(number and parts[number - 1]["block"] == "edge" for number in cues),
        capital=all(parts[number]["block"] == "Cue" for number in cues),
        behind=behind.pop() if len(behind) == 1 else "",
    )


def _starts_line(parts: list[Part]) -> bool:
    """Whether each way of a pattern begins with a cue at the start of the line."""
    starts, depth = [0], 0
    for number, part in enumerate(parts, start=1):
        depth += {"open": 1, "close": -1}.get(part.lastgroup or "", 0)
        if part.lastgroup == "or" and not depth:
            starts.append(number)
    return all(_begins_with_cue(parts[start:]) for start in starts)


def _begins_with_cue(parts: list[Part]) -> bool:
    first = 2 if len(parts) > 1 and parts[1]["block"] == "lead" else 1
    begins = len(parts) > first and parts[0][0] == "^" and parts[first]["block"] in CUES
    return begins and not _may_lack(parts, first)


def _behind(parts: list[Part], number: int) -> str:
    """Return what the part of a number asks for, if it must be there."""
    if number == len(parts) or _may_lack(parts, number):
        return ""
    return _FOLLOWS.get(parts[number][0], "")


def _may_lack(parts: list[Part], number: int) -> bool:
    """Whether a part need not match, by what follows it."""
    if number + 1 == len(parts) or parts[number + 1].lastgroup != "times":
        return False
    return regex.match(r"[?*]|\{0*[,}]", parts[number + 1][0]) is not None


class _Reader:
    """Reads the parts of a pattern from left to right, once: does each of its ways pass a cue?"""

    def __init__(self, parts: list[Part]) -> None:
        self._parts = parts
        self._at = 0

    def all_ways(self) -> bool:
        """Read up to the end of a group: whether all of its alternatives have a cue."""
        every, one = True, False
        while self._at < len(self._parts):
            part = self._parts[self._at]
            self._at += 1
            if part.lastgroup == "close":
                break
            if part.lastgroup == "or":
                every, one = every and one, False
                continue
            has_cue = self.all_ways() if part.lastgroup == "open" else part["block"] in CUES
            # What is ruled out, or may be left out, promises nothing.
            if has_cue and not part[0].endswith("!") and not _may_lack(self._parts, self._at - 1):
                one = True
        return every and one
