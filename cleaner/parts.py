"""The parts that a pattern is written in: escapes, classes, groups, repeats, blocks, letters.

What the engine knows of a pattern before it is tried (`behind`, `needed`) is read off them.
"""

from __future__ import annotations

from typing import TypeAlias

import regex

#: A part of a pattern; the name of its kind is `lastgroup`.
Part: TypeAlias = "regex.Match[str]"

#: The parts by kind. What is none of them, or `far`, changes the meaning of others or has its own from them: flags for
#: all of a pattern, comments, references, conditions, POSIX classes.
_PART = (
    r"(?P<far>\(\?(?![ims]*(?:-[ims]+)?:|P<\w+>|<?[=!]|>)|\\[1-9gKG]|\[\^?+\]?+(?:\\.|[^\]\\])*?\[:)"
    r"|(?P<escape>\\(?:[pPN]\{[^{}]*\}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.))"
    r"|(?P<set>\[\^?+\]?+(?:\\.|[^\]\\])*+\])"
    r"|(?P<open>\((?:\?(?:[ims-]*:|P<\w+>|<?[=!]|>))?)"
    r"|(?P<close>\))|(?P<or>\|)|(?P<times>(?:[?*+]|\{\d*(?:,\d*)?\})[?+]?)"
    r"|\{(?P<block>[a-z_]+|Cue)\}|(?P<place>[.^$])|(?P<literal>[^{])"
)


def parts_of(pattern: str) -> list[Part]:
    """Return the parts of a pattern from left to right; none if it cannot be read part by part.

    >>> [(part.lastgroup, part[0]) for part in parts_of(r"{cue}\\s?x")]
    [('block', '{cue}'), ('escape', '\\\\s'), ('times', '?'), ('literal', 'x')]
    """
    parts = list(regex.finditer(_PART, pattern, regex.DOTALL))
    whole = sum(part.end() - part.start() for part in parts) == len(pattern)
    return parts if whole and all(part.lastgroup != "far" for part in parts) else []
