"""Deletions over the original text: grown over white space, put together over passes, undone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Edit, apply_edits, restore
from cleaner.document import Hint
from cleaner.edit import Span, compose, delete, shift, tidy, to_edits

from .texts import texts


def without(text: str, *cut: str) -> str:
    """Return the text without the first occurrence of each string, tidied."""
    spans = [(start := text.index(words), start + len(words), words) for words in cut]
    return delete(text, tidy(text, spans))


@pytest.mark.parametrize(
    ("text", "cut", "left"),
    [
        # whole lines
        ("A\n\nX\n\nB\n", ["X\n"], "A\n\nB\n"),
        ("A\nX\nB\n", ["X\n"], "A\nB\n"),
        ("A\nX\n\nB", ["X\n"], "A\n\nB"),
        ("A\n\nX\nB", ["X\n"], "A\n\nB"),
        ("A\n \n\t\nX\n\n\n\nB", ["X\n"], "A\n \nB"),
        ("A\n\nX\n\nY\n\n\nB", ["X\n", "Y\n"], "A\n\nB"),
        ("A\nX\nY\n\n\nB", ["X\n", "Y\n"], "A\n\nB"),
        ("\n\nX\n\nA\n", ["X\n"], "A\n"),
        ("A\n\nX\n", ["X\n"], "A\n"),
        ("A\n\nX", ["X"], "A"),
        ("A\n\nX\n\n\n", ["X\n"], "A\n"),
        ("A\n\nX\n  ", ["X\n"], "A"),
        ("A\r\n\r\nX\r\n\r\nB\r\n", ["X\r\n"], "A\r\n\r\nB\r\n"),
        ("A\r\n\r\nX", ["X"], "A"),
        ("X", ["X"], ""),
        (" \nX\n\n", ["X\n"], ""),
        # spans
        ("A. X B.", ["X"], "A. B."),
        ("A.X B.", ["X"], "A. B."),
        ("A. XB.", ["X"], "A. B."),
        ("A.XB.", ["X"], "A.B."),
        ("A.  X\u3000B.", ["X"], "A.  B."),
        ("  X A.", ["X"], "A."),
        ("A. X \nB", ["X"], "A.\nB"),
        ("A. X\r\nB", ["X"], "A.\r\nB"),
        ("A. X", ["X"], "A."),
        ("A. X \r", ["X"], "A.\r"),
        # spans that leave nothing of their line
        ("A\n\n X \n\nB", ["X"], "A\n\nB"),
        ("A\n\nX Y\n\nB", ["X", "Y"], "A\n\nB"),
        ("A\n\nX\tY Z\n", ["X", "Y", "Z"], "A\n"),
        # spans beside whole lines: the blank line between paragraphs stays
        ("A\n\nX\n\nYB", ["X\n", "Y"], "A\n\nB"),
        ("A\nX\n\nY B", ["X\n", "Y"], "A\n\nB"),
        ("AX\n\nY\n\nB", ["X", "Y\n"], "A\n\nB"),
        ("A. X Y B.", ["X", "Y"], "A. B."),
    ],
)
def test_tidy(text: str, cut: list[str], left: str) -> None:
    assert without(text, *cut) == left


def test_a_span_with_a_carriage_return_above_a_last_line() -> None:
    assert tidy("A. X\r\nY", [(3, 5, "x"), (6, 7, "y")]) == [(2, 5, "x"), (5, 7, "y")]


def test_tidy_names_each_rule_for_what_it_took() -> None:
    text = "A\n\nX\n\nY\n\nB. Z Z"
    spans = [(3, 5, "x"), (6, 8, "y"), (12, 13, "z"), (14, 15, "zz")]
    assert tidy(text, spans) == [(3, 6, "x"), (6, 9, "y"), (11, 14, "z"), (14, 15, "zz")]


def test_where_spans_overlap_the_first_and_longest_keeps_its_own() -> None:
    assert tidy("ABCDEFG", [(2, 4, "late"), (1, 3, "early"), (1, 2, "short")]) == [(1, 3, "early"), (3, 4, "late")]


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """A text and some spans: whole lines and parts of lines."""
    text = draw(texts())
    spans: list[Span] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        kind = draw(st.integers(0, 3))
        if kind == 0:
            spans.append((start, min(end + 1, len(text)), "line"))
        elif kind == 1 and line.strip():
            first = draw(st.integers(start, end - 1))
            spans.append((first, draw(st.integers(first + 1, end)), "span"))
        start = end + 1
    return text, [span for span in spans if span[0] < span[1]]


@given(cut_texts())
def test_tidied_spans_take_white_space_only(cut: tuple[str, list[Span]]) -> None:
    text, spans = cut
    tidied = tidy(text, spans)
    assert all(start < end for start, end, _ in tidied)
    assert all(before[1] <= after[0] for before, after in pairwise(tidied))
    kept = {i for i in range(len(text)) if not any(start <= i < end for start, end, _ in spans)}
    still_kept = {i for i in range(len(text)) if not any(start <= i < end for start, end, _ in tidied)}
    assert still_kept <= kept
    assert "".join(text[i] for i in sorted(kept - still_kept)).strip() == ""


@given(cut_texts())
def test_edits_are_undone(cut: tuple[str, list[Span]]) -> None:
    text, spans = cut
    tidied = tidy(text, spans)
    edits = to_edits(text, tidied)
    assert apply_edits(text, edits) == delete(text, tidied)
    assert restore(delete(text, tidied), edits) == text
    assert restore(delete(text, tidied), reversed(edits)) == text


@given(cut_texts(), st.data())
def test_two_passes_compose_to_one(cut: tuple[str, list[Span]], data: st.DataObject) -> None:
    text, spans = cut
    first = tidy(text, spans)
    middle = delete(text, first)
    points = sorted(data.draw(st.sets(st.integers(0, len(middle)), max_size=6)))
    second = [(start, end, "later") for start, end in zip(points[::2], points[1::2], strict=False)]
    both = compose(first, second)
    assert delete(text, both) == delete(middle, second)
    assert all(before[1] <= after[0] for before, after in pairwise(both))


def test_compose_puts_a_span_around_what_went_before() -> None:
    composed = compose([(2, 4, "a"), (6, 7, "b")], [(1, 5, "c")])
    assert composed == [(1, 2, "c"), (2, 4, "a"), (4, 6, "c"), (6, 7, "b"), (7, 8, "c")]


@pytest.mark.parametrize(
    ("edits", "text"),
    [
        ([Edit(5, 6, "r", "x")], "abc"),
        ([Edit(0, 2, "r", "x")], "abc"),
        ([Edit(0, 2, "r", "xx"), Edit(1, 2, "r", "x")], "abc"),
        ([Edit(-1, 0, "r", "x")], "abc"),
    ],
)
def test_edits_of_another_text_are_refused(edits: list[Edit], text: str) -> None:
    with pytest.raises(ValueError, match="does not fit the text"):
        restore(text, edits)


LINKS, TAG = Hint(link_density=1.0), Hint(tag="li")


@pytest.mark.parametrize(
    ("cut", "hints"),
    [
        ([], {0: LINKS, 3: TAG}),
        ([(0, 3, "r")], {0: TAG}),  # the line above is gone
        ([(3, 6, "r")], {0: LINKS}),  # the hint goes with its line, and not to the one below
        ([(3, 4, "r")], {0: LINKS, 3: TAG}),  # the beginning of a line is gone
        ([(0, 1, "r"), (1, 3, "r")], {0: TAG}),  # in two pieces
        ([(0, 1, "r")], {0: LINKS, 2: TAG}),
        ([(1, 2, "r")], {0: LINKS, 2: TAG}),
        ([(3, 9, "r")], {0: LINKS}),
        ([(2, 9, "r")], {0: LINKS}),
    ],
)
def test_hints_go_with_their_lines(cut: list[Span], hints: dict[int, Hint]) -> None:
    assert shift("ab\ncd\nef\n", {0: LINKS, 3: TAG}, cut) == hints
