"""Deletions: from spans to edits over the original text, applied at once, and undone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple, TypeVar

from .document import Document, Lines


class Edit(NamedTuple):
    """A deletion: `text` stood at [`start`, `end`) of the original document, in characters; `rule` is the rule's id."""

    start: int
    end: int
    rule: str
    text: str


class Result(NamedTuple):
    """What came out of a document (`text`), and what went and why (`edits`, in order, none overlapping)."""

    document: Document
    text: str
    edits: tuple[Edit, ...]


T = TypeVar("T")

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


def cleaned(result: Result) -> Document:
    """Return the document of a result as it is now, with what its page says of the lines that stay."""
    document = result.document
    spans = [(edit.start, edit.end, edit.rule) for edit in result.edits]
    return document._replace(text=result.text, hints=shift(document.text, document.hints, spans))


def tidy(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return the spans ordered, without overlaps, and grown over the white space that their removal leaves behind.

    Inside a line the white space of one side stays. Where whole lines go, at most one blank line stays; none at the
    two ends of the text.
    """
    ordered = _disjoint(spans)
    if not ordered:
        return []
    stretches = [_stretch(group, *_grow_in_line(text, group)) for group in _groups(ordered, _beside(text))]
    tidied: list[Span] = []
    for group in _groups(stretches, _around_blank_lines(text)):
        run = [span for stretch in group for span in stretch]
        tidied += _stretch(run, *_grow_over_blank_lines(text, run[0][0], run[-1][1]))
    # A last line takes the line end above, of which a span may hold the carriage return.
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


def shift(text: str, known: Mapping[int, T], spans: Sequence[Span]) -> dict[int, T]:
    """Return what is known of the lines that stay, by their offsets after the deletion of `spans` from `text`."""
    shifted: dict[int, T] = {}
    if not known:
        return shifted
    starts = [start for start, _, _ in spans]
    gone = list(accumulate((end - start for start, end, _ in spans), initial=0))
    for position, of_line in known.items():
        i = bisect_right(starts, position)
        kept = max(position, spans[i - 1][1] if i else 0)
        while i < len(spans) and starts[i] == kept > position and text[kept - 1] != "\n":
            kept = spans[i][1]
            i += 1
        # A line whose beginning went keeps its hint, one that went up to its end has none.
        if kept == position or (kept < len(text) and text[kept - 1] != "\n"):
            shifted[kept - gone[i]] = of_line
    return shifted


def delete(text: str, spans: Iterable[Span]) -> str:
    """Return `text` without the spans, which are ordered and disjoint."""
    return _without(text, ((start, end) for start, end, _ in spans))


def delete_from(lines: Lines, spans: Sequence[Span]) -> Lines:
    """Return the lines of a text without the spans, which are ordered and disjoint."""
    text, plain, lowered = (delete(form, spans) for form in (lines.text, lines.plain, lines.lower))
    return Lines(text, shift(lines.text, lines.hints, spans), plain, lowered)


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


def _groups(items: Iterable[T], together: Callable[[T, T], bool]) -> Iterator[list[T]]:
    """Yield the runs of items in which each goes together with the one before."""
    group: list[T] = []
    for item in items:
        if group and not together(group[-1], item):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _stretch(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """Return spans that follow each other without a gap from `start` to `end`."""
    bounds = [start, *(span[0] for span in spans[1:]), end]
    return [(bounds[i], bounds[i + 1], span[2]) for i, span in enumerate(spans)]


def _beside(text: str) -> Callable[[Span, Span], bool]:
    """Whether two spans stand in one line with nothing but white space between."""

    def together(first: Span, second: Span) -> bool:
        between = text[first[1] : second[0]]
        return text[first[1] - 1] != "\n" and "\n" not in between and (not between or between.isspace())

    return together


def _around_blank_lines(text: str) -> Callable[[list[Span], list[Span]], bool]:
    """Whether two stretches are whole lines with nothing but blank lines between."""

    def together(first: list[Span], second: list[Span]) -> bool:
        between = text[first[-1][1] : second[0][0]]
        return _whole(text, first) and _whole(text, second) and (not between or between.isspace())

    return together


def _whole(text: str, stretch: Sequence[Span]) -> bool:
    """Whether a stretch of spans takes whole lines, with their line ends."""
    start, end = stretch[0][0], stretch[-1][1]
    return (start == 0 or text[start - 1] == "\n") and (end == len(text) or text[end - 1] == "\n")


def _grow_in_line(text: str, spans: Sequence[Span]) -> tuple[int, int]:
    """Return a stretch that takes the white space beside spans of one line.

    The white space before it stays if there is any, else the one behind; none at the ends of the line. A stretch that
    leaves nothing of its line takes the line end too.
    """
    start, end = spans[0][0], spans[-1][1]
    if text[end - 1] == "\n":
        return start, end
    left = start
    while left and text[left - 1] != "\n" and text[left - 1].isspace():
        left -= 1
    right = end
    while right < len(text) and text[right] != "\n" and text[right].isspace():
        right += 1
    begins = left == 0 or text[left - 1] == "\n"
    ends = right == len(text) or text[right] == "\n"
    if begins and ends:
        return left, min(right + 1, len(text))
    if ends:
        return left, right - (right > end and text[right - 1] == "\r")
    if begins:
        return left, right
    return (start, right) if left < start else (start, end)


def _grow_over_blank_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """Return whole lines together with the blank lines around them, one blank line excepted."""
    if not _whole(text, [(start, end, "")]):
        return start, end
    above = _content_end(text, start)
    below = _content_start(text, end)
    if above == 0:
        return 0, below
    if below == len(text):
        # The text goes on ending as it did: with a line end or without.
        return (above if text.endswith("\n") else above - _line_end_length(text, above)), len(text)
    if above < start:  # keep the first blank line above
        return text.index("\n", above) + 1, below
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
