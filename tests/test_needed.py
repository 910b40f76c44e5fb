"""What a pattern needs stands in all that it matches."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.fold import fold, fold_characters
from cleaner.load import parse_rules, prepare
from cleaner.needed import needed
from cleaner.pattern import compile_pattern
from cleaner.scan import EveryPair, Fast
from cleaner.sources import read_sources


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("^Read: .+$", {"read: "}),
        ("(?:foto|Bild)s?$", {"foto", "bild"}),
        (r"\d+ (?i:Views|likes?)", {"views", "like"}),
        (r"\s(?:© \d|ⓒ)\s", {"© ", "ⓒ"}),
        ("[@#]x", {"@", "#"}),
        (r"\#\w+", {"#"}),
        ("^{lead}{names}, dpa$", {", dpa"}),
        ("(?=.*via)by", {"via"}),
        ("(?<=foto )by", {"foto "}),
        ("(?!via)by", {"by"}),
        ("ab+c", set()),  # letters of ASCII by themselves are everywhere
        ("(?:abc)+d", {"abc"}),
        ("(?:abc){2}", {"abc"}),
        ("(?:abc){0,2}de", {"de"}),
        ("(?:abc)?", set()),
        ("(?:abc)*", set()),
        ("abc|", set()),
        ("abc|.", set()),
        ("[^ab]", set()),
        ("[a-c]", set()),
        (r"[\d#]", set()),
        (r"\bfoto\b", {"foto"}),
        (r"\x41bc", {"bc"}),
        (r"\p{Lu}bc", {"bc"}),
        ("(?i)abc", set()),  # a flag for all of it
        ("(?x: a b c )", set()),
        ("(?#abc)", set()),
        ("[[:alpha:]]abc", set()),
        ("(?P<x>abc)(?P=x)", set()),
        ("(?:abc){e<=1}", set()),  # some other letters will do
    ],
)
def test_needed(pattern: str, words: set[str]) -> None:
    assert needed(pattern) == words


ATOMS = st.sampled_from(
    ["ab", "cd", "ß", "İ", "Σ", "ſ", "@", r"\.", ".", r"\d", "[#@]", "[^a]", "[a-c]", "^", "$", r"\b"]
)
TIMES = st.sampled_from(["", "", "?", "*", "+", "{0}", "{2}", "{0,2}", "{,1}", "??", "*+"])
OPEN = st.sampled_from(["(?:", "(?i:", "(?-i:", "(", "(?P<cut>", "(?=", "(?!", "(?<=", "(?<!", "(?>"])


def grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    way = st.lists(st.tuples(parts, TIMES).map("".join), min_size=1, max_size=3).map("".join)
    group = st.tuples(OPEN, st.lists(way, min_size=1, max_size=3).map("|".join), st.just(")"), TIMES).map("".join)
    return way | group


@settings(max_examples=1000)  # of few examples none has an alternative that needs nothing and matches
@given(st.recursive(ATOMS, grown, max_leaves=8), st.lists(st.sampled_from("abcdßẞsSſİiıIΣςσ@#.1 "), max_size=12))
def test_every_match_has_what_its_pattern_needs(pattern: str, letters: list[str]) -> None:
    text = fold("".join(letters)).text
    try:
        compiled = regex.compile(pattern)
    except regex.error:  # a name twice, a place that is repeated
        return
    words = needed(pattern)
    if words and compiled.search(text):
        assert any(word in text.casefold() for word in words)


def test_letters_that_are_one_to_the_library_are_one_here() -> None:
    cased = [c for c in map(chr, range(sys.maxunicode + 1)) if len({c, c.lower(), c.upper(), c.casefold()}) > 1]
    everything = "".join(cased)
    for letter in cased:
        same = {found.casefold() for found in regex.findall(f"(?i:{letter})", everything) if fold(found).text == found}
        assert same <= {fold_characters(letter).casefold()}, letter


def test_no_rule_is_ruled_out_on_a_line_that_it_matches() -> None:
    written = parse_rules(read_sources())
    rules = prepare(written)
    scanner = Fast(rules)
    without_cues = [number for number, rule in enumerate(rules.rules) if not rule.cues and not rule.prunes]
    texts = [example.text for rule in written.rules for examples in rule.examples.values() for example in examples]
    lines = {fold(line).text for text in texts for line in text.split("\n")}
    matched = ruled_out = 0
    for line in lines:
        out = scanner.ruled_out(line)
        ruled_out += len(out)
        fired = {n for n in without_cues if compile_pattern(rules.rules[n].pattern).search(line)}
        matched += len(fired)
        assert not fired & out, line
    assert matched > len(rules.rules)
    assert ruled_out > len(lines) * 10
    assert not EveryPair([]).ruled_out("© 2026")


def test_every_process_makes_the_same_index() -> None:
    """Parts of it are stored, and found by other processes."""
    code = (
        "from cleaner.index import index_of; from cleaner.rule import Rule, RuleSet; from cleaner.load import prepare;"
        "rule = Rule('test/x', '', '(?:foto|bild|image|photo|kuva|obraz)', cues={});"
        "print(list(index_of(prepare(RuleSet((rule,)))).needed))"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert made == {b"['bild', 'foto', 'image', 'kuva', 'obraz', 'photo']\n"}
