"""A pattern tried on a text, with a limit: one that blows up is given up, and the line stays."""

from __future__ import annotations

import warnings

import regex

#: Seconds a pattern may take on one stretch of text. Honest patterns take microseconds; one that blows up is given up.
TIMEOUT = 1.0


class RuleTimeout(UserWarning):
    """A rule was skipped on a line because its pattern took longer than `TIMEOUT`."""


def fires(pattern: regex.Pattern[str], text: str, rule: str, *, unsure: bool = False) -> bool:
    """Whether the pattern matches; `unsure`, with a warning, if it takes too long: whatever keeps the line."""
    try:
        return pattern.search(text, timeout=TIMEOUT) is not None
    except TimeoutError:
        _gave_up(rule)
        return unsure


def goes_on(pattern: regex.Pattern[str], text: str, start: int, rule: str) -> bool:
    """Whether the pattern matches at one place; not, with a warning, if it takes too long."""
    try:
        return pattern.match(text, start, timeout=TIMEOUT) is not None
    except TimeoutError:
        _gave_up(rule)
        return False


def matches_in(pattern: regex.Pattern[str], text: str, start: int, rule: str) -> list[regex.Match[str]]:
    """Return all matches from a place on; none, with a warning, if the pattern takes too long."""
    try:
        return list(pattern.finditer(text, start, timeout=TIMEOUT))
    except TimeoutError:
        _gave_up(rule)
        return []


def _gave_up(rule: str) -> None:
    warnings.warn(f"{rule}: skipped on a line: its pattern took over {TIMEOUT:g} s", RuleTimeout, stacklevel=3)
