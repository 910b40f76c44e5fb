"""What a pattern asks behind its cue is no more than what it asks."""

from __future__ import annotations

import pytest

from cleaner.behind import behind_cue
from cleaner.fold import fold
from cleaner.load import parse_rules, prepare
from cleaner.pattern import compile_pattern, masked, masks_cue
from cleaner.sources import read_sources


@pytest.mark.parametrize(
    ("pattern", "behind"),
    [
        ("(?<=[.] ){cue} ?: .+$", " ?: .+$"),
        ("(?P<cut>{cue} here)$", " here$"),
        (r"[(|\[]{cue}[)|]\)?", r"[)|]\)?"),
        ("(?:a|b){cue}(?:c|d)", "(?:c|d)"),
        ("{cue}", ""),
        ("a|{cue} b", ""),  # another way to match
        ("{cue} b|a", ""),
        ("(?P<cut>{cue} b|a)", ""),
        ("(?:{cue} a)?b", ""),
        ("(?P<cut>{cue} a)?b", ""),
        ("{cue}?a", ""),
        ("{cue}{2}a", ""),
        ("(?={cue})a", ""),
        ("(?i){cue} a", ""),  # a flag for all of it
        (r"(?P<x>a){cue}(?P=x)", ""),
        (r"(a){cue}\1", ""),
        ("{cue} and {cue}", ""),
        (r"\(?(?:{cue}) [^)]+\)?", r" [^)]+\)?"),  # an escaped bracket is no group
        (r"(?:{cue}) (a(?:b|c))", " (a(?:b|c))"),
    ],
)
def test_behind_cue(pattern: str, behind: str) -> None:
    assert behind_cue(pattern) == behind


def test_every_match_of_a_shipped_pattern_has_it() -> None:
    written = parse_rules(read_sources())
    seen = 0
    for rule, prepared in zip(written.rules, prepare(written).rules, strict=True):
        if not masks_cue(prepared.pattern) or not (behind := behind_cue(prepared.pattern)):
            continue
        texts = [
            line for examples in rule.examples.values() for example in examples for line in example.text.split("\n")
        ]
        cues = {cue for phrases in prepared.cues.values() for cue in phrases}
        for folded in map(fold, texts):
            for cue in filter(folded.lower.__contains__, cues):
                for reading, end in masked(folded.text, folded.lower, cue):
                    if compile_pattern(prepared.pattern).search(reading):
                        seen += 1
                        assert compile_pattern(behind).match(reading, end), (rule.id, reading)
    assert seen > len(written.rules)
