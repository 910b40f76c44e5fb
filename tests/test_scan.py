"""The fast scanner finds at least what the reference finds: every line that holds a cue."""

from __future__ import annotations

import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Document
from cleaner.characters import ONE_TO_ONE
from cleaner.cue import cues_of
from cleaner.document import Lines
from cleaner.fold import fold, fold_characters, fold_cue, lower
from cleaner.load import prepare
from cleaner.match import Matcher
from cleaner.place import Page, Place
from cleaner.rule import Rule, RuleSet
from cleaner.scan import Candidates, EveryPair, Fast

from .texts import NOISE, UNSEEN, cleaner_of, cleaners, documents, texts


def rule(name: str, pattern: str, *phrases: str) -> Rule:
    return Rule(f"test/{name}", "", pattern, cues={"any": phrases})


def scanners(*rules: Rule) -> tuple[Fast, EveryPair]:
    prepared = prepare(RuleSet(rules))
    return Fast(prepared), EveryPair(cues_of(prepared.rules))


def found(candidates: Candidates) -> set[tuple[int, str]]:
    """Return (start of the line, text of the cue) for all candidates with a cue."""
    return {(start, cue.text) for start, cues in candidates.items() for cue in cues if cue is not None}


PHRASES = ["i", "s", "字", "ok", "via", "read", "watch", "read more", "à lire aussi", "διαβάστε επίσης", "фото", "पढ़ें"]
START = rule("start", "^{lead}{cue}", *PHRASES)
ANYWHERE = rule("anywhere", "{cue}", *PHRASES)
COMBINING = {character for character in UNSEEN if unicodedata.combining(character)}
#: All characters of Unicode, by what they are looked up as.
SPELLINGS: dict[str, list[str]] = {}
for raw in map(chr, range(sys.maxunicode + 1)):
    SPELLINGS.setdefault(lower(fold_characters(raw)), []).append(raw)
PIECES = st.one_of(
    st.sampled_from([*NOISE, "\n", "\r\n", " "]),
    st.sampled_from(PHRASES).map(str.upper),
    st.sampled_from(PHRASES),
    st.characters(codec=None),
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_scanners_agree_on_hostile_text(text: str) -> None:
    fast, every_pair = scanners(START, ANYWHERE)
    assert found(fast.candidates(Lines(text))) == found(every_pair.candidates(Lines(text)))


@pytest.mark.parametrize("name", ["engine", "shipped", "aggressive"])
@given(document=documents())
def test_matches_are_a_subset_of_candidates(name: str, document: Document) -> None:
    """Whatever rule with cues would fire on a line, the fast scanner has named that cue for that line."""
    fast, every_pair = cleaners()[name]
    lines = Lines(document.text)
    candidates = fast._scanner.candidates(lines)
    matcher, page = Matcher(fast.rules), Page(document, lines)
    for start, cues in every_pair._scanner.candidates(lines).items():
        for head, tail in ((False, False), (True, False), (False, True)):
            place = Place(page, lines.at(start), head=head, tail=tail)
            for cue in cues:
                if cue is not None and cue not in candidates.get(start, ()):
                    assert matcher.matches(cue.rule, cue, place) == []


@given(texts())
def test_candidates_are_starts_of_lines(text: str) -> None:
    fast, _ = cleaners()["shipped"]
    starts = {0} | {i + 1 for i, character in enumerate(text) if character == "\n"}
    assert set(fast._scanner.candidates(Lines(text))) <= starts


@pytest.mark.parametrize("lead", ["", "• ", "“", "【", "：", "｜", "🙂 ", "&bull; ", "<li>", "**", "\u200b", "- [ ] "])
def test_a_cue_starts_its_line_behind_bullets_and_markup(lead: str) -> None:
    for scanner in scanners(START):
        assert (0, "read more") in found(scanner.candidates(Lines(f"{lead}Read more: x")))
        assert (4, "read more") in found(scanner.candidates(Lines(f"abc\n{lead}READ MORE\r\n")))


@pytest.mark.parametrize("cue", ["via", "文", "x", "tv", "ok!", "“quoted”", "ΠΗΓΗ", "ışık", "ß"])
def test_short_cues_are_found(cue: str) -> None:
    shown = fold_cue(cue)
    for scanner in scanners(rule("start", "^{cue}", cue), rule("anywhere", "x?{cue}", cue)):
        assert found(scanner.candidates(Lines(f"ab\n{cue}"))) == {(3, shown)}
        assert found(scanner.candidates(Lines(f"ab\n{cue.upper()} cd\r\n"))) == {(3, fold_cue(cue.upper()))}


def test_every_spelling_of_every_character_is_found() -> None:
    """Each character that folds to one of the cue, in the cue's place, both at the start of a line and inside."""
    cue = "kåω-' [сеا"
    fast, every_pair = scanners(rule("start", "^{lead}{cue}", cue), rule("anywhere", "{cue}", cue))
    spellings = [
        cue[:position] + raw + cue[position + 1 :]
        for position, character in enumerate(cue)
        for raw in SPELLINGS[character]
    ]
    text = "\n".join(line for spelling in spellings for line in (spelling, f"x {spelling} x"))
    assert len(spellings) > 40
    assert len(fast.candidates(Lines(text))) == len(every_pair.candidates(Lines(text))) == 2 * len(spellings)
    for spelling in spellings:  # and without any other character that makes the scanner look at folded text
        assert found(fast.candidates(Lines(spelling))) == found(every_pair.candidates(Lines(spelling)))


@pytest.mark.parametrize("unseen", sorted(UNSEEN | {"<b>", "</b>", "<br/>", "**"}))
def test_what_is_not_seen_hides_no_cue(unseen: str) -> None:
    """Inside and before a cue; an accent may make another letter of the one it stands on, or of the bullet before."""
    for line in (f"read{unseen} more", f"-{unseen}read more"):
        shown = fold(line).lower
        for scanner in scanners(START, ANYWHERE):
            assert ((0, "read more") in found(scanner.candidates(Lines(line)))) == ("read more" in shown)
        assert "read more" in shown or unseen in COMBINING


def test_what_is_not_seen_folds_to_nothing_else() -> None:
    assert not set(ONE_TO_ONE) & UNSEEN


def test_a_line_names_each_cue_once_however_often_it_is_there() -> None:
    fast, _ = scanners(ANYWHERE)
    cues = fast.candidates(Lines("Read more: " * 1000))[0]
    assert len(cues) == len(set(cues))


@pytest.mark.parametrize("line", ["|" * 12, "<strong>" + "|" * 12 + "</strong>", "\u200b" * 20 + "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_tiny_lines_are_counted_as_shown(line: str, newline: str) -> None:
    for one in cleaners()["engine"]:
        assert None in one._scanner.candidates(Lines(f"a{newline}{line}{newline}")).get(1 + len(newline), [])


def test_a_limit_in_characters_counts_no_carriage_return() -> None:
    cleaner = cleaner_of(
        "rules: [{name: x, description: '', cues: {en: [read]}, pattern: '^{cue}', when: {max_chars: 20}}]"
    )
    line = "Read".ljust(20, "x")
    assert cleaner.clean(f"a\r\n{line}\r\nb") == "a\r\nb"
    assert cleaner.clean(f"a\r\n{line}x\r\nb") == f"a\r\n{line}x\r\nb"


def test_threads_share_a_scanner() -> None:
    fast, every_pair = scanners(ANYWHERE)
    text = "abc\nRead more\n" * 500
    expected = found(every_pair.candidates(Lines(text)))
    with ThreadPoolExecutor(8) as threads:
        for candidates in threads.map(lambda _: fast.candidates(Lines(text)), range(16)):
            assert found(candidates) == expected


def test_cues_of_a_language_are_one_with_those_of_another() -> None:
    rules = prepare(RuleSet((Rule("test/x", "", "{cue}", cues={"en": ("photo",), "fr": ("photo", "à lire")}),)))
    cues = cues_of(rules.rules)
    assert sorted(cue.text for cue in cues) == ["a lire", "photo", "à lire"]
    assert next(set(cue.languages) for cue in cues if cue.text == "photo") == {"en", "fr"}


def test_a_cue_of_punctuation_alone_may_stand_anywhere() -> None:
    for scanner in scanners(rule("x", "^{lead}{cue}", "»»")):
        assert found(scanner.candidates(Lines("ab\nab »» c\n»» d"))) == {(3, "»»"), (11, "»»")}
