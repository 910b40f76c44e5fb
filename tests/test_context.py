"""What scanners look for around a cue stands there in all that its pattern matches."""

from __future__ import annotations

import warnings

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaner
from cleaner.context import CueContext, cue_context
from cleaner.load import prepare
from cleaner.pattern import cue_block, expand
from cleaner.rule import Rule, RuleSet


@pytest.mark.parametrize(
    ("pattern", "context"),
    [
        ("^{cue}", CueContext(starts_line=True)),
        (r"^{lead}{Cue}\b: x", CueContext(starts_line=True, capital=True, behind="boundary")),
        (r"{edge}{cue}\s+x", CueContext(at_edge=True, behind="space")),
        (r"x?{cue}(?<=\p{Lu}\p{Lu})\s", CueContext(behind="space")),
        ("(?:{edge}{cue}{colon}|a {edge}{Cue}{colon})", CueContext(at_edge=True, behind="colon")),
        ("^{cue} a|^{lead}{cue} b", CueContext(starts_line=True)),
        ("^{cue} a|{cue}: b", CueContext()),  # the second way begins anywhere
        ("^{cue}|a$", CueContext()),  # the second has no cue
        (r"^(?:{Cue}\b|a)", CueContext()),
        (r"(?:{edge}{cue}\s)?a", CueContext()),
        (r"(?:{Cue}\s){0,2}a", CueContext()),
        ("^{cue}?a", CueContext()),
        (r"^{cue}?a{cue}", CueContext()),
        (r"(?!{Cue}\s)a", CueContext()),
        (r"(?={Cue}\s)a", CueContext(capital=True, behind="space")),
        ("{edge}?{cue}", CueContext()),
        ("{cue}{colon}?", CueContext()),
        (r"{cue}\s*", CueContext()),
        (r"{cue}\s{0,3}", CueContext()),
        (r"{cue}\s{1,3}", CueContext(behind="space")),
        (r"(?:{cue}\sa|{cue}\bb)", CueContext()),
        (r"(?P<a>b){Cue}(?P=a)", CueContext()),  # not to be read part by part
        ("", CueContext()),
    ],
)
def test_context(pattern: str, context: CueContext) -> None:
    assert cue_context(pattern) == context


CUES = st.sampled_from(["{cue}", "{Cue}", "{edge}{cue}", r"{cue}\s", r"{Cue}\b", "{cue}{colon}", "^{lead}{cue}"])
OTHERS = st.sampled_from([r"\s", r"\b", "{colon}", ":", "a", "^", "$", "{lead}", "{edge}", r"\w+", ".{0,5}", "{end}"])
TIMES = st.sampled_from(["", "", "", "?", "+", "*", "{0,2}"])
OPEN = st.sampled_from(["(?:", "(?i:", "(?=", "(?!", "(?P<cut>", "(?<="])


def grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    way = st.lists(parts, min_size=1, max_size=3).map("".join)
    group = st.tuples(OPEN, st.lists(way, min_size=1, max_size=2).map("|".join), st.just(")"), TIMES).map("".join)
    return way | group


PATTERNS = st.lists(st.recursive(CUES | OTHERS, grown, max_leaves=6), min_size=1, max_size=2).map("|".join)
WORDS = ["watch", "Watch", "WATCH", "a", "b", ":", " ", ". ", "wat", "- ", "“", "\u200b", "<b>"]
TEXTS = st.lists(st.sampled_from([*WORDS, "\n"]), max_size=12).map("".join)


@settings(max_examples=500)  # of few patterns none has a way without its cue that matches
@given(
    PATTERNS.filter(cue_block), st.sampled_from(["drop_line", "strip_span"]), st.lists(TEXTS, min_size=4, max_size=4)
)
def test_both_scanners_agree_on_any_pattern(pattern: str, action: str, texts: list[str]) -> None:
    try:
        regex.compile(expand(pattern))
    except regex.error:  # a name twice, a place that is repeated
        return
    rule = Rule("test/x", "", pattern, action=action, prose=True, cues={"en": ("watch",)})  # type: ignore[arg-type]
    rules = prepare(RuleSet((rule,)))
    fast, every_pair = Cleaner(rules), Cleaner(rules, scanner="every-pair")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some have no fixed point
        for text in texts:
            assert fast.clean(text) == every_pair.clean(text)
