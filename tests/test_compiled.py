"""A pattern read from the cache is the pattern that was compiled."""

from __future__ import annotations

from pathlib import Path

import pytest
import regex

from cleaner import cache, compiled

EXPRESSIONS = [
    r"^\s*(?i:read)\s?[:|]\s*(?P<cut>\S.{0,300}?)$",
    r"(?<=^\s{0,3}|[.!?]\s{0,3})(?:\p{Lu}[\p{L}\p{M}'.-]*+|\p{Lo}{1,20})(?=\s|$)",
    r"(?P<noun>post|article)(?:\s(?P=noun))?",
]
LINES = ["read: ten bridges", "READ | x", "He left. Zoë said so", "see the post post here", "文字 です", ""]


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    compiled._stored.cache_clear()
    return cache.directory()


def found(pattern: regex.Pattern[str]) -> list[list[tuple[tuple[int, int], dict[str, str]]]]:
    return [[(match.span(), match.groupdict()) for match in pattern.finditer(line)] for line in LINES]


def test_stored_patterns_match_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {expression: found(regex.compile(expression)) for expression in EXPRESSIONS}
    compiled.store(EXPRESSIONS)
    with monkeypatch.context() as patch:  # they are not compiled again
        patch.setattr(regex, "compile", {"": regex.compile("")}.__getitem__)
        assert {expression: found(compiled.compile(expression)) for expression in EXPRESSIONS} == expected
    assert any(match for lines in expected.values() for match in lines)


def test_patterns_of_several_rule_sets_are_kept_together() -> None:
    compiled.store(EXPRESSIONS[:1])
    compiled.store(EXPRESSIONS[1:])
    assert sorted(compiled._stored()) == sorted(EXPRESSIONS)


def test_the_oldest_patterns_go_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MAX_PATTERNS", 2)
    compiled.store(EXPRESSIONS[:1])
    compiled.store(EXPRESSIONS[1:2])
    compiled.store(EXPRESSIONS[2:3])
    assert list(compiled._stored()) == [EXPRESSIONS[2], EXPRESSIONS[1]]
    compiled.store(EXPRESSIONS)  # all of one rule set, however many they are
    assert sorted(compiled._stored()) == sorted(EXPRESSIONS)


@pytest.mark.parametrize("content", [b"", b"abc", cache.pack([1]), cache.pack({EXPRESSIONS[0]: b"abc"})])
def test_what_is_no_pattern_is_compiled_again(content: bytes) -> None:
    cache.store(compiled._KEY, content)
    assert found(compiled.compile(EXPRESSIONS[0])) == found(regex.compile(EXPRESSIONS[0]))


def test_a_malformed_pattern_is_an_error() -> None:
    with pytest.raises(regex.error):
        compiled.compile("(")
