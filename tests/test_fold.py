"""Text as a reader sees it, and the way back to the original."""

from __future__ import annotations

import re
import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.characters import ONE_TO_ONE
from cleaner.fold import (
    MARKUP,
    fold,
    fold_characters,
    fold_cue,
    lower,
    markup_lines,
    may_have_markup,
    skip_lead,
    unaccented,
)

from .texts import NOISE, PROSE, UNSEEN, lines

CHARACTERS = [chr(code) for code in range(sys.maxunicode + 1) if chr(code) != "\n"]


def test_folding_keeps_the_length_of_every_character() -> None:
    assert [c for c in CHARACTERS if len(fold_characters(c)) != 1 or len(lower(fold_characters(c))) != 1] == []


def test_folding_twice_changes_nothing() -> None:
    folded = [lower(fold_characters(c)) for c in CHARACTERS]
    assert [c for c in folded if lower(fold_characters(c)) != c] == []


def test_lines_with_markup_are_those_that_may_have_some() -> None:
    text = "a\nb &amp; <i>c</i>\n\ncafe\u0301\n[d](e)\n**f** &\nÉ\n\u00ad"
    starts = [0, *(position + 1 for position, character in enumerate(text) if character == "\n")]
    expected = [start for start, line in zip(starts, text.split("\n"), strict=True) if may_have_markup(line)]
    assert markup_lines(text) == expected == [2, 20, 26, 33, 43]
    assert not UNSEEN & ONE_TO_ONE.keys()  # so folding characters takes no markup away


def test_every_character_that_is_not_seen_is_markup() -> None:
    assert [c for c in UNSEEN if not re.fullmatch(MARKUP, c) and not re.fullmatch(MARKUP, "e" + c)] == []


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("“Don’t” – ‘no’…", "\"Don't\" - 'no'…"),
        ("Lire\xa0aussi\u202f:\u3000dix", "Lire aussi : dix"),
        ("Ｒｅａｄ：（ｘ）", "Read:(x)"),
        ("R&eacute;sum&#233; &amp; co&nbsp;; &unknown; AT&T", "Résumé & co ; &unknown; AT&T"),
        ("a&#10;b&NewLine;c&#0;d&#x2028;e", "a b c\ufffdd e"),
        ("<p class='x'>Read <b>more</b>:<br/> 3 < 4 > 2</p>", "Read more: 3 < 4 > 2"),
        ("[Read more](https://a.b/c?d) [note] (see)", "Read more [note] (see)"),
        ("**Read** more * 2 ** 3", "Read more * 2  3"),
        ("so\u00adft zero\u200bwidth \u200fright\ufe0f", "soft zerowidth right"),
        ("e\u0301t\u00e9 \u0301x", "été x"),
        ("\u092b\u093c \u095e", "\u095e \u095e"),
        ("\u09af\u09bc \u09df", "\u09df \u09df"),
        ("Știri ȚARĂ", "Ştiri ŢARĂ"),
        ("İstanbul ışık", "Istanbul işik"),
        ("أخبار کتاب", "اخبار كتاب"),
        ("كـــتاب كِتاب", "كتاب كتاب"),
        ("a\x00b\ud800c", "a\x00b\ud800c"),
    ],
)
def test_fold(line: str, shown: str) -> None:
    assert fold(line).text == shown


@given(lines())
def test_fold_has_one_lower_case_character_for_each(line: str) -> None:
    folded = fold(line)
    assert len(folded.lower) == len(folded.text)
    assert "\n" not in folded.text
    assert may_have_markup(line) or not re.search(MARKUP, line)
    if not folded.marks:
        assert len(folded.text) == len(line)


@given(st.lists(st.sampled_from([*NOISE, "word", "é", "字"]), max_size=10).map("".join), st.data())
def test_a_span_of_the_shown_text_has_a_span_in_the_original(line: str, data: st.DataObject) -> None:
    """It shows what was asked for; and spans that follow each other never overlap."""
    folded = fold(line)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(folded.text)), min_size=3, max_size=3)))
    spans = [folded.original(start, end) for start, end in pairwise(cuts) if start < end]
    for start, end in spans:
        assert 0 <= start <= end <= len(line)
    starts = [folded.original(i, i + 1)[0] for i in range(len(folded.text))]
    assert starts == sorted(starts)


TAGGED = st.sampled_from(["word ", "é", "字", "<b>", "</b>", "<i>", "</i>", "[x](http://y)", "**", "<br>"])


@given(st.lists(TAGGED, max_size=12).map("".join), st.data())
def test_what_a_span_takes_leaves_no_tag_open(line: str, data: st.DataObject) -> None:
    """Cutting the words of a span out of text whose tags nest leaves text whose tags nest, if the span's own do."""
    folded = fold(line)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    if start == end or not nests(line):
        return
    first, last = folded.original(start, end)
    inner = line[first:last]
    if "[" not in line:  # half a link is shown
        assert fold(inner).text == folded.text[start:end]
    if nests(inner):
        assert nests(line[:first] + line[last:])


def nests(line: str) -> bool:
    """Whether every tag that opens is closed, and the other way round."""
    opened: list[str] = []
    for mark in fold(line).marks:
        if mark.turn > 0:
            opened.append(mark.name)
        elif mark.turn < 0 and (not opened or opened.pop() != mark.name):
            return False
    return not opened


@pytest.mark.parametrize(
    ("line", "words", "taken"),
    [
        ("<b>Read more:</b> <a href=x>X</a>", "Read more: X", "<b>Read more:</b> <a href=x>X</a>"),
        ("It closed. <a href=x>Read: X</a> It", "Read: X", "<a href=x>Read: X</a>"),
        ("<p><a href=x>Read: </a>X</p>", "Read: ", "<a href=x>Read: </a>"),
        ("<a href=x>Read: X</a>", "Read:", "Read:"),
        ("<b>It closed.</b>Read: X<b>It</b>", "Read: X", "Read: X"),
        ("It closed. [Read: X](http://a) It", "Read: X", "[Read: X](http://a)"),
        ("**It** closed. **Read:** X. **It**", "Read: X.", "**Read:** X."),
        ("It closed.<br>Read: X<br>It", "Read: X", "Read: X"),
        ("A &amp; B Read:&nbsp;X &amp; Y", "Read: X &", "Read:&nbsp;X &amp;"),
        ("e\u0301 Rea\u0301d e\u0301", "Reád", "Rea\u0301d"),
        ("It ▶\ufe0f Read\ufe0f x", "Read", "Read\ufe0f"),
        ("<A>\u200b<b>Read</B></a>!", "Read", "<A>\u200b<b>Read</B></a>"),
        ("a &fjlig;ord b", "jord", "&fjlig;ord"),
    ],
)
def test_markup_at_the_edges_goes_with_what_it_belongs_to(line: str, words: str, taken: str) -> None:
    folded = fold(line)
    start = folded.text.index(words)
    first, last = folded.original(start, start + len(words))
    assert line[first:last] == taken


@pytest.mark.parametrize("line", [*PROSE, "Read more: İ"])
def test_text_without_markup_stays_where_it_is(line: str) -> None:
    folded = fold(line)
    assert folded.marks == ()
    assert folded.original(3, 7) == (3, 7)


def test_fold_cue_and_unaccented() -> None:
    assert fold_cue("  À  LIRE\u00a0Aussi’s ") == "à lire aussi's"
    assert fold_cue("ΔΙΑΒΆΣΤΕ ΕΠΊΣΗΣ") == "διαβάστε επίσησ"
    assert unaccented("à lire, διαβάστε, फ़ोटो, ёлка, Việt") == "a lire, διαβαστε, फ़ोटो, ёлка, Viet"


@given(st.sampled_from(PROSE))
def test_unaccented_text_is_composed(text: str) -> None:
    assert unicodedata.is_normalized("NFC", unaccented(text))


def test_skip_lead() -> None:
    assert skip_lead("• “【🙂Read") == 5
    assert skip_lead("...") == 3
    assert skip_lead("") == 0
