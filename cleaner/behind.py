"""What a pattern asks right behind its cue: tried first, at the cue, it tells off most lines that hold one."""

from __future__ import annotations

from .parts import Part, parts_of
from .pattern import CUES


def behind_cue(pattern: str) -> str:
    """Return what every match of a pattern has right behind its cue, as a pattern; "" where that cannot be told.

    >>> behind_cue("(?<=[.!?] )(?P<cut>{cue} ?: ?[^.]+)$")
    ' ?: ?[^.]+$'
    """
    parts = parts_of(pattern)
    cues = [number for number, part in enumerate(parts) if part["block"] in CUES]
    if len(cues) != 1 or not _is_plain(parts[: cues[0]]):
        return ""
    return _unclosed(parts[cues[0] + 1 :])


def _is_plain(before: list[Part]) -> bool:
    """Whether what stands before the cue is one way to it and not one of several."""
    around = [""]  # the groups that are open, or what parts them
    for part in before:
        if part.lastgroup == "open":
            around.append(part[0])
        elif part.lastgroup == "or":
            around[-1] = part[0]
        elif part.lastgroup == "close" and len(around) > 1:
            around.pop()
    # Such a group leaves what is inside as it is: it is no look around, and sets no flag.
    return all(group in ("", "(", "(?:", "(?P<cut>") for group in around)


def _unclosed(rest: list[Part]) -> str:
    """Return a pattern's end without what closes the groups around its start; "" if it need not match."""
    pieces: list[str] = []
    depth = 0
    closes = True  # the part before is the cue, or closes a group around it
    for part in rest:
        if (closes and part.lastgroup == "times") or (part.lastgroup == "or" and not depth):
            return ""
        closes = part.lastgroup == "close" and not depth
        if not closes:
            depth += {"open": 1, "close": -1}.get(part.lastgroup or "", 0)
            pieces.append(part[0])
    return "".join(pieces)
