"""What cleaning promises, tried on hostile text, on every example of every rule and on every fixture."""

from __future__ import annotations

import pickle
import textwrap
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaner import Cleaner, Document, Edit, Result, RuleSet, apply_edits, restore
from cleaner.document import is_prose
from cleaner.fold import fold
from cleaner.headline import headline_forms, same_headline
from cleaner.pattern import compile_pattern

from .texts import PROSE, cleaners, documents, lines, shipped, texts

FIXTURES = Path(__file__).parent.parent / "fixtures"
UNCHANGED = sorted((FIXTURES / "unchanged").glob("*.txt"))
CLEANED = sorted((FIXTURES / "text").glob("*.clean.txt"))

each_cleaner = pytest.mark.parametrize("name", ["engine", "shipped", "aggressive"])


def examples() -> Iterator[Document]:
    """Yield the examples and the look-alikes of all rules."""
    for rule in shipped():
        for language, written in rule.examples.items():
            for one in written:
                yield Document(one.text, title=one.title, url=one.url)
                yield Document(one.text.replace("\n", "\r\n"), title=one.title, url=one.url, language=language)
        for keep in rule.keep:
            yield Document(f"{PROSE[0]}\n\n{keep}\n\n{PROSE[1]}")


def fixtures() -> Iterator[Document]:
    for path in sorted(FIXTURES.rglob("*.txt")):
        yield Document(read(path))


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")


def split_lines(text: str) -> list[str]:
    """Return the lines of a text without their line ends."""
    return [line.removesuffix("\r") for line in text.split("\n")]


def what_is_left(text: str, edits: Sequence[Edit]) -> list[tuple[str, str]]:
    """Return (line as it was, what the edits leave of it) for every line of which something is left to see."""
    kept = list(text)
    for edit in edits:
        kept[edit.start : edit.end] = [""] * (edit.end - edit.start)
    left = []
    position = 0
    for line in text.split("\n"):
        rest = "".join(kept[position : position + len(line)])
        if rest.strip():
            left.append((line.removesuffix("\r"), rest.removesuffix("\r")))
        position += len(line) + 1
    return left


def blank_runs(text: str) -> list[int]:
    """Return the lengths of the runs of blank lines in a text."""
    return [len(list(run)) for blank, run in groupby(split_lines(text), lambda line: not line.strip()) if blank]


def check_edits(document: Document, result: Result) -> None:
    """The output is the input without the edits; these say where, what and by which rule."""
    text = document.text
    assert restore(result.text, result.edits) == text
    assert apply_edits(text, result.edits) == result.text
    position = 0
    for edit in result.edits:
        assert position <= edit.start < edit.end <= len(text)
        assert edit.text == text[edit.start : edit.end]
        assert "/" in edit.rule
        position = edit.end


def check_lines(document: Document, result: Result, strips: set[str]) -> None:
    """Lines stay byte for byte, unless a rule that cuts spans cut there; none are joined."""
    left = what_is_left(document.text, result.edits)
    assert [line for line in split_lines(result.text) if line.strip()] == [after for _, after in left]
    if not any(edit.rule in strips for edit in result.edits):
        assert all(before == after for before, after in left)


def check_blank_lines(document: Document, result: Result) -> None:
    """No run of blank lines is longer than one that was there, and none is made where there was none."""
    if not result.edits:
        return
    before, after = blank_runs(document.text), blank_runs(result.text)
    assert max(after, default=0) <= max(before, default=0) or result.text == ""
    assert sum(after) <= sum(before) or result.text == ""
    if not result.text.strip():
        assert result.text == ""


def tells_what_was_said(line: str) -> bool:
    return compile_pattern("{said}").search(fold(line).text) is not None


def check_prose(document: Document, result: Result, cleaner: Cleaner) -> None:
    """A line of prose that goes in one piece goes by a rule that may take prose, and does not tell what was said."""
    rules = {rule.id: rule for rule in cleaner.rules.rules}
    position = 0
    for line in document.text.split("\n"):
        end = position + len(line)
        for edit in result.edits:
            if edit.start <= position and end <= edit.end and is_prose(line.removesuffix("\r")):
                assert rules[edit.rule].prose and not tells_what_was_said(line)
        position = end + 1


def check_document(document: Document, name: str, *, both_scanners: bool = True) -> None:
    """Check all promises for one document. The reference scanner takes its time: a hundredth of a second for a line."""
    fast, every_pair = cleaners()[name]
    result = fast.explain(document)
    check_edits(document, result)
    check_lines(document, result, {rule.id for rule in fast.rules.rules if rule.action == "strip_span"})
    check_blank_lines(document, result)
    check_prose(document, result, fast)
    assert fast.explain(document._replace(text=result.text)).text == result.text
    if both_scanners:
        assert every_pair.explain(document) == result


@each_cleaner
@given(document=documents())
def test_promises_hold_for_hostile_text(name: str, document: Document) -> None:
    check_document(document, name)


@each_cleaner
def test_promises_hold_for_every_example(name: str) -> None:
    """With the shipped rules as they are used; `cleaner rules check` tries both scanners on each, here every tenth."""
    for number, document in enumerate(examples()):
        if name == "shipped" or number % 10 == 0:
            check_document(document, name, both_scanners=number % 10 == 0)


@each_cleaner
def test_promises_hold_for_every_fixture(name: str) -> None:
    for document in fixtures():
        check_document(document, name)
        check_document(document._replace(text=document.text.replace("\n", "\r\n")), name)


@pytest.mark.parametrize("name", ["shipped", "aggressive"])
@pytest.mark.parametrize("path", UNCHANGED, ids=lambda path: path.stem)
def test_what_is_no_article_stays_byte_for_byte(name: str, path: Path) -> None:
    """Plays, recipes, poems, code: full of words that boilerplate is made of."""
    assert cleaners()[name][0].explain(Document(read(path))).edits == ()


@pytest.mark.parametrize("name", ["shipped", "aggressive"])
@pytest.mark.parametrize("path", CLEANED, ids=lambda path: path.stem.removesuffix(".clean"))
def test_an_article_comes_out_clean(name: str, path: Path) -> None:
    article = read(path.with_name(path.name.replace(".clean", "")))
    assert cleaners()[name][0].clean(article) == read(path)


@each_cleaner
@given(batch=st.lists(documents(), min_size=2, max_size=5))
def test_a_document_is_unaffected_by_others(name: str, batch: list[Document]) -> None:
    cleaner = cleaners()[name][0]
    alone = [cleaner.explain(document) for document in batch]
    assert [cleaner.explain(document) for document in reversed(batch)] == alone[::-1]
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(cleaner.explain, batch)) == alone


@each_cleaner
def test_a_pickled_cleaner_cleans_the_same(name: str) -> None:
    cleaner = cleaners()[name][0]
    copy: Cleaner = pickle.loads(pickle.dumps(cleaner))
    for document in [*fixtures(), *list(examples())[::7]]:
        assert copy.explain(document) == cleaner.explain(document)


@pytest.mark.parametrize("name", ["engine", "shipped"])
@given(first=st.sampled_from(PROSE), body=texts(), last=st.sampled_from(PROSE))
def test_prose_is_sacred(name: str, first: str, body: str, last: str) -> None:
    """Plain prose stays whatever stands around it, as long as no rule says `prose: true`."""
    text = f"{first}\n\n{body}\n\n{last}"
    left = careful(name).clean(text).split("\n")
    assert (left[0], left[-1]) == (first, last)


@pytest.mark.parametrize("name", ["shipped", "aggressive"])
def test_what_somebody_said_is_sacred(name: str) -> None:
    """A line that a rule takes as prose does not go whole any more once it ends by telling who said it."""
    cleaner = cleaners()[name][0]
    told = 0
    for document in examples():
        taken = "\n".join(edit.text for edit in cleaner.explain(document).edits)
        for line in set(split_lines(document.text)).intersection(split_lines(taken)):
            if is_prose(line):
                report = f"{line.rstrip(' .')}, said the mayor."
                result = cleaner.explain(document._replace(text=document.text.replace(line, report)))
                assert all(report not in edit.text for edit in result.edits)
                told += 1
    assert told


@cache
def careful(name: str) -> Cleaner:
    """Return a cleaner without the rules that may take prose and those that need them."""
    rules = tuple(rule for rule in cleaners()[name][0].rules.rules if not rule.prose)
    return Cleaner(RuleSet(rules, prepared=True), level="aggressive")


@each_cleaner
@given(headline=lines().filter(bool), document=documents())
def test_a_headline_in_the_record_stays_out_of_the_way(name: str, headline: str, document: Document) -> None:
    """With a title of its own a document's text is cleaned of repeats only: no other line goes because of the title."""
    cleaner = cleaners()[name][0]
    with_title = cleaner.explain(document._replace(title=headline))
    forms = headline_forms(headline)
    rules = {rule.id: rule for rule in cleaner.rules.rules}
    for edit in with_title.edits:
        if rules[edit.rule].when.repeats == "title" and rules[edit.rule].action == "drop_line":
            assert any(same_headline(forms, headline_forms(line)) for line in edit.text.split("\n"))


@each_cleaner
@pytest.mark.parametrize("site", ["", " - The Daily Post", " | Daily Post"])
def test_a_headline_is_kept_once(name: str, site: str) -> None:
    headline = "The old bridge closes in spring"
    text = f"{headline}{site}\n\n{headline}\n\n{PROSE[0]}\n\n{PROSE[1]}\n\n{headline.upper()}\n"
    cleaner = cleaners()[name][0]
    assert cleaner.clean(text) == f"{headline}{site}\n\n{PROSE[0]}\n\n{PROSE[1]}\n"
    assert cleaner.clean(text, title=headline + site) == f"{PROSE[0]}\n\n{PROSE[1]}\n"


@each_cleaner
@given(line_end=st.sampled_from(["\n", "\r\n"]), tail=st.sampled_from(["", "\n", "\n\n"]))
@example(line_end="\r\n", tail="")
def test_line_ends_stay_as_they_are(name: str, line_end: str, tail: str) -> None:
    text = f"{PROSE[0]}\n\nRead more: Ten bridges\n\n{PROSE[1]}{tail}".replace("\n", line_end)
    assert cleaners()[name][0].clean(text) == f"{PROSE[0]}\n\n{PROSE[1]}{tail}".replace("\n", line_end)


def test_text_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError):
        cleaners()["engine"][0].clean(b"Read more: x")  # type: ignore[arg-type]


#: Words of a sentence, among them many that labels and buttons are made of.
WORDS = [
    "the", "old", "ferry", "river", "captain", "harbour", "nobody", "which", "and", "of", "with", "again", "source",
    "photo", "share", "comments", "advertisement", "read", "more", "newsletter", "subscribe", "tags", "updated",
    "author", "related", "print", "topics", "video", "follow", "donate", "copyright", "menu", "disclaimer",
]  # fmt: skip
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=30, max_size=60)


@given(st.lists(SENTENCES, min_size=1, max_size=3), st.integers(60, 100))
def test_a_paragraph_broken_at_any_width_stays(sentences: list[list[str]], width: int) -> None:
    text = "\n\n".join(textwrap.fill(f"The {' '.join(words)}.", width) for words in sentences)
    for name in ("engine", "shipped"):
        assert cleaners()[name][0].clean(text) == text
