"""How typed code uses the package: checked by `mypy --strict`, not run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cleaner import (
    Cleaner,
    Document,
    Edit,
    Result,
    RuleError,
    RuleSet,
    apply_edits,
    clean,
    explain,
    load_rules,
    restore,
)

if TYPE_CHECKING:
    text: str = clean("x", title="y", url="https://example.com", language="de")
    result: Result = explain("x", title=None)
    edits: tuple[Edit, ...] = result.edits
    rule: str = edits[0].rule
    spans: list[tuple[int, int]] = [(edit.start, edit.end) for edit in edits]
    original: str = restore(result.text, result.edits)
    cleaned: str = apply_edits(original, edits)

    rules: RuleSet = load_rules("mine.yaml", shipped=False)
    cleaner = Cleaner(rules, level="safe", select=["crosslink"], ignore=("share",), scanner="every-pair")
    step: Callable[[str], str] = cleaner.clean
    documents: list[Document] = [Document("x", id="1", metadata={"source": "feed"})]
    results: list[Result] = [cleaner.explain(document) for document in documents]

    try:
        load_rules("none.yaml")
    except RuleError as error:
        lines: list[int] = [problem.line for problem in error.problems]

    clean(b"bytes")  # type: ignore[arg-type]
    Cleaner(rules, level="reckless")  # type: ignore[arg-type]
    documents[0].text = "y"  # type: ignore[misc]
