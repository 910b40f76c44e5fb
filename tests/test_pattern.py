"""What the building blocks of patterns stand for."""

from __future__ import annotations

import pytest

from cleaner.pattern import compile_pattern


@pytest.mark.parametrize(
    ("prompt", "behind"),
    [
        ("Sign up for our daily newsletter", " Yesterday the mayor left."),
        ("Sign up for our daily newsletter", ' "We waited," he said.'),
        ("Sign up for news from The Harbour Gazette", ". It rained."),
        ("Sign up on Facebook and read it first", ""),
        ("Sign up at harbour.example", ". It rained."),
        ("Sign up", "! It rained."),
    ],
)
def test_the_rest_of_a_prompt_ends_where_another_sentence_begins(prompt: str, behind: str) -> None:
    found = compile_pattern("Sign up{rest}").match(prompt + behind)
    assert found is not None
    assert found[0] == prompt
