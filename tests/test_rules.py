"""The shipped rules keep their promises: each example and each keep line is a test of its own, by both scanners."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
import yaml

from cleaner.catalogue import markdown
from cleaner.check import Claim, Prover, claims
from cleaner.lint import doubles, faults, needless
from cleaner.node import Node
from cleaner.rule import Rule
from cleaner.schema import schema_text
from cleaner.sources import SCHEMA, Source, read_sources, shipped_directory
from cleaner.written import read_rules

SOURCES = read_sources()
WRITTEN = read_rules(SOURCES)
RULES = WRITTEN.rules.rules
CLAIMS = [claim for rule in RULES for claim in claims(rule)]


@pytest.fixture(scope="session")
def prover() -> Prover:
    """The cleaners of all tests, each built once."""
    return Prover(WRITTEN.rules)


def test_files_have_no_mistakes() -> None:
    assert [str(problem) for problem in WRITTEN.problems] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.path)
def test_every_yaml_reader_understands(source: Source) -> None:
    """PyYAML without its C library is stricter, on a question mark in a list for one."""
    with_library, without = (yaml.load(source.text, Loader=loader) for loader in (yaml.CBaseLoader, yaml.BaseLoader))
    assert with_library == without


class Core(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the library in C is optional
    """Reads as YAML 1.2 is read, by editors among others: unquoted, `null` is nothing and `12` a number."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("(?:~|null|Null|NULL|)$"), None)
Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("(?i:true|false)$"), None)
Core.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"(?:[-+]?\d+|0[ox][\da-fA-F]+)$"), None)
Core.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE]\S+)?$"), None)


def others(node: Node) -> Iterator[str]:
    """Yield what stands where a text should, but for the numbers and switches of a rule."""
    if node.id == "scalar" and not node.tag.endswith(":str"):
        yield f"line {node.start_mark.line + 1}: {node.value}"
    for child in node.value if node.id != "scalar" else ():
        if node.id == "sequence":
            yield from others(child)
        elif child[0].value not in ("when", "prose"):
            yield from others(child[1])


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.path)
def test_every_text_is_one_to_newer_readers(source: Source) -> None:
    assert list(others(yaml.compose(source.text, Loader=Core))) == []


def test_there_are_rules() -> None:
    assert len(RULES) >= len({rule.family for rule in RULES}) > 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_lint(rule: Rule) -> None:
    assert [str(WRITTEN.problem(rule, *fault)) for fault in faults(rule, WRITTEN.rules.words)] == []


def test_no_cue_twice_for_the_same() -> None:
    assert [str(WRITTEN.problem(rule, *fault)) for rule, fault in doubles(RULES)] == []


def test_no_word_that_another_stands_for() -> None:
    assert {name: found for name, words in WRITTEN.rules.words.items() if (found := list(needless(words)))} == {}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_proof(claim: Claim, prover: Prover) -> None:
    faults = {trial: fault for trial in claim.trials if (fault := prover.fault(claim, *trial))}
    assert not faults, str(WRITTEN.problem(claim.rule, claim.steps, f"{claim.what}: {faults}"))


@pytest.mark.parametrize(
    ("name", "made", "command"),
    [(SCHEMA, schema_text(), "schema"), ("README.md", markdown(RULES), "catalogue")],
    ids=["schema", "catalogue"],
)
def test_what_is_made_from_the_rules_is_up_to_date(name: str, made: str, command: str) -> None:
    shipped = (shipped_directory() / name).read_text(encoding="utf-8")
    assert shipped == made, f"rules/{name} is old; run: cleaner rules {command} > rules/{name}"
