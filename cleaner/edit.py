"""Deletions: from spans to edits over the original text, applied at once, and undone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from .document import Document, Hint


@dataclass(frozen=True, slots=True)
class Edit:
    """A deletion: `text` stood at [`start`, `end`) of the original document, in characters; `rule` is the rule's id."""

    start: int
    end: int
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came out of a document (`text`), and what went and why (`edits`, in order, none overlapping)."""

    document: Document
    text: str
    edits: tuple[Edit, ...]


#: A span to delete, [start, end) in characters, with the id of its rule.
Span = tuple[int, int, str]


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` without the edits' spans."""
    return _without(text, ((edit.start, edit.end) for edit in edits))


def restore(text: str, edits: Iterable[Edit]) -> str:
    """Return the original of a cleaned text.

    Raises `ValueError` if the edits are not those of this text.
    """
    pieces: list[str] = []
    taken = 0  # characters of `text` used
    position = 0  # in the original
    for edit in sorted(edits, key=lambda edit: edit.start):
        kept = edit.start - position
        if kept < 0 or taken + kept > len(text) or len(edit.text) != edit.end - edit.start:
            raise ValueError(f"the edit at {edit.start} ({edit.rule}) does not fit the text")
        pieces += (text[taken : taken + kept], edit.text)
        taken += kept
        position = edit.end
    pieces.append(text[taken:])
    return "".join(pieces)


def tidy(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return the spans ordered, without overlaps, and grown over the white space that their removal leaves behind.

    Inside a line one space stays between words. Where whole lines go, at most one blank line stays; none at the two
    ends of the text.
    """
    ordered = _disjoint(spans)
    grown = _disjoint([(*_grow_in_line(text, start, end), rule) for start, end, rule in ordered])
    if not grown:
        return grown
    tidied: list[Span] = []
    for first, last in _runs(text, grown):
        run = grown[first : last + 1]
        start, end = _grow_over_blank_lines(text, run[0][0], run[-1][1])
        bounds = [start, *(span[0] for span in run[1:]), end]
        tidied += [(bounds[i], bounds[i + 1], span[2]) for i, span in enumerate(run)]
    return _disjoint(tidied)


def to_edits(text: str, spans: Sequence[Span]) -> tuple[Edit, ...]:
    """Return spans as edits that carry the text they take."""
    return tuple(Edit(start, end, rule, text[start:end]) for start, end, rule in spans)


def compose(earlier: Sequence[Span], later: Sequence[Span]) -> list[Span]:
    """Return `earlier` spans together with `later` ones, which count in the text that `earlier` left, as one list.

    All positions of the result count in the text that `earlier` counts in.
    """
    gone = list(accumulate((end - start for start, end, _ in earlier), initial=0))
    # Where each earlier span closed up, in the text it left.
    seams = [start - gone[i] for i, (start, _, _) in enumerate(earlier)]
    spans = list(earlier)
    for start, end, rule in later:
        while start < end:
            i = bisect_right(seams, start)
            stop = min(end, seams[i]) if i < len(seams) else end
            spans.append((start + gone[i], stop + gone[i], rule))
            start = stop
    return sorted(spans)


def shift_hints(hints: dict[int, Hint], spans: Sequence[Span]) -> dict[int, Hint]:
    """Return the hints of the lines that stay, by their offsets after the deletion of `spans`."""
    starts = [start for start, _, _ in spans]
    gone = list(accumulate((end - start for start, end, _ in spans), initial=0))
    shifted: dict[int, Hint] = {}
    for position, hint in hints.items():
        i = bisect_right(starts, position)
        if i and position < spans[i - 1][1]:
            # The line's beginning went. The rest of the line, if any, now stands where the span began.
            shifted.setdefault(starts[i - 1] - gone[i - 1], hint)
        else:
            shifted[position - gone[i]] = hint
    return shifted


def delete(text: str, spans: Iterable[Span]) -> str:
    """Return `text` without the spans, which are ordered and disjoint."""
    return _without(text, ((start, end) for start, end, _ in spans))


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end in spans:
        pieces.append(text[position:start])
        position = end
    pieces.append(text[position:])
    return "".join(pieces)


def _disjoint(spans: Iterable[Span]) -> list[Span]:
    """Order the spans; where two overlap, the later one loses what they share."""
    kept: list[Span] = []
    reach = 0
    for start, end, rule in sorted(spans, key=lambda span: (span[0], -span[1])):
        start = max(start, reach)
        if start < end:
            kept.append((start, end, rule))
            reach = end
    return kept


def _grow_in_line(text: str, start: int, end: int) -> tuple[int, int]:
    """Take the white space beside a span inside a line, so that one space is left between what it stood between.

    A span that leaves nothing of its line takes the line end too.
    """
    if end and text[end - 1] == "\n":
        return start, end
    left = start
    while left and text[left - 1] in " \t\xa0":
        left -= 1
    right = end
    while right < len(text) and text[right] in " \t\xa0\r":
        right += 1
    begins = left == 0 or text[left - 1] == "\n"
    ends = right == len(text) or text[right] == "\n"
    if begins and ends:
        return left, min(right + 1, len(text))
    if ends:
        return left, right - (text[right - 1 : right] == "\r")
    if begins or left < start:
        return start if not begins else left, right
    return start, end


def _runs(text: str, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Return first and last index of each run of spans with nothing but white space between their whole lines."""
    runs: list[tuple[int, int]] = []
    first = 0
    for i in range(1, len(spans) + 1):
        if i == len(spans) or not _only_blank_lines_between(text, spans[i - 1][1], spans[i][0]):
            runs.append((first, i - 1))
            first = i
    return runs


def _only_blank_lines_between(text: str, end: int, start: int) -> bool:
    at_line_start = end == 0 or text[end - 1] == "\n"
    return at_line_start and (end == start or (text[start - 1] == "\n" and text[end:start].isspace()))


def _grow_over_blank_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """Grow a span of whole lines over the blank lines around it, one blank line excepted."""
    if (start and text[start - 1] != "\n") or (end < len(text) and text[end - 1] != "\n"):
        return start, end
    above = _content_end(text, start)
    below = _content_start(text, end)
    if above == 0:
        return 0, below
    if below == len(text):
        # The text goes on ending as it did: with a line end or without.
        return (above if text.endswith("\n") else above - _line_end_length(text, above)), len(text)
    if above < start:  # keep the first blank line above
        blank_end = text.index("\n", above) + 1
        return blank_end, below
    if below > end:  # keep the last blank line below
        return start, text.rfind("\n", 0, below - 1) + 1
    return start, end


def _content_end(text: str, position: int) -> int:
    """Return where the last line above `position` that is not blank ends, its line end included; 0 if there is none."""
    while position:
        start = text.rfind("\n", 0, position - 1) + 1
        line = text[start:position]
        if not line.isspace():
            return position
        position = start
    return 0


def _content_start(text: str, position: int) -> int:
    """Return where the first line from `position` on that is not blank starts; the end of the text if there is none."""
    while position < len(text):
        newline = text.find("\n", position)
        end = len(text) if newline < 0 else newline + 1
        if not text[position:end].isspace():
            return position
        position = end
    return len(text)


def _line_end_length(text: str, position: int) -> int:
    return 2 if text[max(0, position - 2) : position] == "\r\n" else 1
