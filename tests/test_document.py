"""Documents, their lines, and which of them are prose."""

from __future__ import annotations

import pytest
from hypothesis import given

from cleaner.document import Hint, Line, Lines, is_prose
from cleaner.fold import fold

from .texts import PROSE, texts


def texts_of(lines: list[Line]) -> list[str]:
    return [line.text for line in lines]


def test_lines_end_at_line_feeds_only() -> None:
    lines = Lines("a\r\nb\u2028c\x0bd\x85e\rf\n \t\n\r\n\u3000\ng")
    assert texts_of(list(lines.down())) == ["a", "b\u2028c\x0bd\x85e\rf", "g"]


def test_a_line_knows_where_it_stands() -> None:
    text = "one\r\n\r\ntwo\nthree"
    for line in Lines(text).down():
        assert text[line.start : line.end] == line.text
    assert [(line.start, line.end) for line in Lines(text).down()] == [(0, 3), (7, 10), (11, 16)]


@given(texts())
def test_up_is_down_reversed(text: str) -> None:
    lines = Lines(text)
    assert list(lines.up(len(text) + 1)) == list(lines.down())[::-1]


@given(texts())
def test_neighbours_are_the_nearest_lines_that_are_not_blank(text: str) -> None:
    lines = Lines(text)
    every = list(lines.down())
    assert [lines.next(line) for line in every] == [*every[1:], None][: len(every)]
    assert [lines.previous(line) for line in every] == [None, *every][: len(every)]


@pytest.mark.parametrize("text", ["", "\n", "\r\n \r\n"])
def test_a_text_of_blank_lines_has_no_lines(text: str) -> None:
    assert list(Lines(text).down()) == list(Lines(text).up(len(text) + 1)) == []


@given(texts())
def test_a_line_of_a_folded_text_is_that_line_folded(text: str) -> None:
    lines = Lines(text)
    for line in lines.down():
        assert lines.folded(line) == fold(line.text)


def test_hints_belong_to_the_lines_that_start_there() -> None:
    hint = Hint(link_density=0.9, tag="li")
    first, second = Lines("a\nb", {2: hint}).down()
    assert (first.hint, second.hint) == (Hint(), hint)


@pytest.mark.parametrize("text", PROSE)
def test_sentences_are_prose_in_every_script(text: str) -> None:
    assert is_prose(text)
    assert is_prose(f"  {text}\t")
    assert not is_prose(text[:30])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Read: Ten other mayors",
        "A sentence that is too short to be more than a label.",
        "Ten bridges that closed | Ten that opened | Ten that never did | Ten that no one has ever seen at all",
        "Written by J. R. Smith and P. Q. Jones for the Daily Post and all of its partners in 12 countries",
    ],
)
def test_labels_are_not_prose(text: str) -> None:
    assert not is_prose(text)


def test_a_line_so_long_is_prose_however_it_ends() -> None:
    assert is_prose("ten bridges " * 25)
    assert not is_prose("ten bridges " * 24)


def test_a_line_of_links_is_no_prose() -> None:
    assert Line(0, 0, PROSE[0], Hint(link_density=0.5)).is_prose
    assert not Line(0, 0, PROSE[0], Hint(link_density=0.9)).is_prose
