"""What a pattern asks right behind its cue: tried first, at the cue, it tells off most lines that hold one.

A look-behind there asks for the cue itself, of which only the kinds of characters can be seen.
"""

from __future__ import annotations

from .context import cue_context
from .parts import Part, parts_of
from .pattern import CUES

#: The categories of the characters that cues are masked with (`pattern.masked`), and those that hold them.
_SEEN = frozenset(["L", "Lu", "Ll", "Lo", "N", "Nd", "P", "Po"])


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


def first_look(pattern: str) -> str:
    """Return what is tried at the cue before a pattern is, "" where the pattern tells a line off as fast by itself."""
    return "" if cue_context(pattern).starts_line else behind_cue(pattern)


def look_into_cue(pattern: str) -> str:
    """Return a look-behind that reads letters of the cue before it, which are masked where a pattern is matched; or "".

    >>> look_into_cue(r"{cue}(?:\\s|(?<=d')un)")
    "(?<=d')"
    """
    parts = parts_of(pattern)
    behind = False  # whether the cue stands right before a part
    groups: list[bool] = []  # the same for the groups that are open, where they begin
    for number, part in enumerate(parts):
        if part["block"] in ("cue", "Cue"):
            behind = True
        elif part.lastgroup == "open":
            look = _group(parts[number:]) if behind and part[0].startswith("(?<") else []
            if any(map(_is_masked, look)):
                return "".join(inner[0] for inner in look)
            groups.append(behind)
        elif part.lastgroup == "or":
            behind = bool(groups) and groups[-1]
        elif part.lastgroup != "times":
            behind = False
    return ""


def _group(parts: list[Part]) -> list[Part]:
    """Return the parts of the group that begins with the first of some parts."""
    depth = 0
    for length, part in enumerate(parts, start=1):
        depth += {"open": 1, "close": -1}.get(part.lastgroup or "", 0)
        if not depth:
            return parts[:length]
    return parts


def _is_masked(part: Part) -> bool:
    """Whether no cue has a part once it is masked: a character, or a script."""
    if part.lastgroup == "literal":
        return not part[0].isspace()
    return part[0].startswith(r"\p{") and part[0][3:-1] not in _SEEN


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
