"""What a pattern asks right behind its cue: tried first, at the cue, it tells off most lines that hold one."""

from __future__ import annotations

import regex

from .pattern import CUE

#: A part of a regular expression: an escaped character, a class, or what opens, parts or closes a group.
_PART = r"\\.|\[\^?+\]?+(?:\\.|[^\]\\])*+\]|\(\?P<cut>|[()|]"
#: What changes the meaning of other parts, or takes its own from them: flags, comments, references, conditions.
_FAR = r"\(\?[a-zA-Z0-9-]+\)|\(\?#|\\[1-9gKG]|\(\?P[=>]|\(\?[&(R\d+-]|\[\^?\[:"
#: Groups that leave what is inside as it is; "" stands for none.
_PLAIN = ("", "(?P<cut>")
_TIMES = r"[?*+]|\{\d"


def behind_cue(pattern: str) -> str:
    """Return what every match of a pattern has right behind its cue, as a pattern; "" where that cannot be told.

    >>> behind_cue("(?<=[.!?] )(?P<cut>{cue} ?: ?[^.]+)$")
    ' ?: ?[^.]+$'
    """
    before, *rest = regex.split(CUE, pattern)
    if len(rest) != 1 or regex.search(_FAR, pattern) or not _is_plain(before):
        return ""
    return _unclosed(rest[0])


def _is_plain(before: str) -> bool:
    """Whether what stands before the cue is one way to it and not one of several."""
    around = [""]  # the groups that are open, or what parts them
    for part in regex.finditer(_PART, before):
        if part[0].startswith("("):
            around.append(part[0])
        elif part[0] == "|":
            around[-1] = "|"
        elif part[0] == ")" and len(around) > 1:
            around.pop()
    return all(group in _PLAIN for group in around)


def _unclosed(rest: str) -> str:
    """Return a pattern's end without what closes the groups around its start; "" if it need not match."""
    pieces: list[str] = []
    depth = position = 0
    if regex.match(_TIMES, rest):
        return ""
    for part in regex.finditer(_PART, rest):
        if part[0].startswith("("):
            depth += 1
        elif part[0] == ")" and depth:
            depth -= 1
        elif part[0] == "|" and not depth:
            return ""
        elif part[0] == ")":
            if regex.match(_TIMES, rest[part.end() :]):
                return ""
            pieces.append(rest[position : part.start()])
            position = part.end()
    return "".join((*pieces, rest[position:]))
