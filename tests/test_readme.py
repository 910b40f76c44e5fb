"""The README is true: its made parts are up to date, its Python and its rules work, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from cleaner import Cleaner, load_rules
from cleaner.cli import COMMANDS
from cleaner.language import ANY_LANGUAGE
from cleaner.load import parse_rules
from cleaner.pattern import compile_pattern
from cleaner.sources import Source
from cleaner.words import with_words

from .readme import README, ROOT, with_parts

TEXT = README.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, flags=re.DOTALL | re.MULTILINE)


def test_what_is_made_is_up_to_date() -> None:
    assert with_parts(TEXT) == TEXT, "run `python -m tests.readme`"


def test_the_python_of_the_readme_runs() -> None:
    exec(blocks("python")[0], {})


def test_the_rules_know_as_many_languages_as_it_says() -> None:
    languages = {language for rule in load_rules().rules for language in rule.cues if language != ANY_LANGUAGE}
    [promised] = re.findall(r"in over (\d+) languages", TEXT)
    assert int(promised) < len(languages) < int(promised) + 10


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_named(name: str) -> None:
    assert f"cleaner {name}" in TEXT


def test_every_linked_file_is_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", TEXT) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_overruling_file_of_the_readme_does_what_it_says(tmp_path: Path) -> None:
    [overrule] = [block for block in blocks("yaml") if block.startswith("cues")]
    file = tmp_path / "mine.yaml"
    file.write_text(overrule)
    line = "Read more about our method of counting ferries"
    cleaner = Cleaner(load_rules(file))
    assert cleaner.clean(f"{line}\n\nThe ferry left.\n\nLaD je: Ten ferries") == f"{line}\n\nThe ferry left."
    prose = "The council voted on Tuesday to close the old bridge, and the mayor said it would not open again."
    assert cleaner.clean(f"{prose}\n\nDaHjaj, 14:30") == prose


def test_the_rule_of_the_readme_holds() -> None:
    [text] = [block for block in blocks("yaml") if block.startswith("rules")]
    rules = parse_rules([Source("mine.yaml", text)])
    cleaner = Cleaner(rules)
    [rule] = rules.rules
    examples = [example for written in rule.examples.values() for example in written]
    assert [cleaner.clean(example.text) for example in examples] == [example.clean for example in examples]
    assert [cleaner.clean(line) for line in rule.keep] == list(rule.keep)


def test_the_words_of_the_readme_stand_in_its_pattern() -> None:
    [lists] = [block for block in blocks("yaml") if block.startswith("words")]
    [pattern] = re.findall(r"`'(.*?\{unit\}.*?)'`", TEXT)
    words = yaml.safe_load(lists)["words"] | {"ago": {"en": ["ago"]}}
    compiled = compile_pattern(with_words(pattern, words))
    found = [bool(compiled.search(line)) for line in ("2 Hours ago", "3 Minuten ago", "2 hourly ago", "two hours ago")]
    assert found == [True, True, False, False]
