"""`cleaner restore`: from the output and what was removed back to the original, byte for byte."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.cli import main
from cleaner.edit import Edit, apply_edits
from cleaner.formats import undo
from cleaner.formats.jsonl import cut

TEXT = "Boats of today: three\n\nThe \u201cferry\u201d left at a/b.\r\n\nBoats of today: \U0001f600 é\n"


@pytest.fixture(autouse=True)
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ship one rule, so that rules are read in no time."""
    shipped = tmp_path / "rules"
    shipped.mkdir()
    (shipped / "mine.yaml").write_text(
        "rules:\n- name: boats\n  description: Boats.\n  pattern: '^{lead}{cue}:'\n  cues: {en: [boats of today]}\n"
    )
    monkeypatch.setattr("cleaner.sources.shipped_directory", lambda: shipped)


def cleaned(source: Path, *options: str) -> tuple[str, str]:
    """Clean a file; return where the output and what was removed are."""
    output, removed = str(source.with_stem("out")), str(source.with_name("removed"))
    assert main([str(source), "-o", output, "--removed", removed, *options]) == 0
    assert Path(output).read_bytes() != source.read_bytes()
    return output, removed


def refused(*arguments: str, code: int = 3) -> None:
    with pytest.raises(SystemExit) as exit:
        main(["restore", *arguments])
    assert exit.value.code == code


@pytest.mark.parametrize("data", [TEXT.encode(), b"Boats of today: \xff\xfe\n\n\xc3kept\n", b"Boats of today: all"])
def test_text(tmp_path: Path, data: bytes) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(data)
    output, removed = cleaned(source)
    back = tmp_path / "back.txt"
    assert main(["restore", output, "--removed", removed, "-o", str(back)]) == 0
    assert back.read_bytes() == data


LINES = [
    json.dumps({"id": "a", "n": 1.0, "text": TEXT, "z": "ä"}, ensure_ascii=False),
    json.dumps({"text": TEXT, "id": 7}),
    json.dumps({"text": TEXT.replace('"', "")}).replace("/", "\\/"),
    '{"text": "kept", "text": "Boats of today: \\n\\u000akept", "big": 123456789012345678901234567890}',
    '{"text": "Boats of today: \\ud800\\n\\nkept"}',
    '{"text": null}',
    "",
    json.dumps({"id": "a", "text": TEXT}),
]


def test_json_lines(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text("\n".join(LINES), encoding="utf-8")
    output, removed = cleaned(source)
    back = tmp_path / "back.jsonl"
    assert main(["restore", output, "--removed", removed, "-o", str(back)]) == 0
    before, after = (path.read_text(encoding="utf-8").split("\n") for path in (source, back))
    # An escape in what went, of a kind that nothing tells, comes back as a shorter one: the text is the same.
    assert after[3] == before[3].replace("\\u000a", "\\n")
    assert json.loads(after[3]) == json.loads(before[3])
    assert [*after[:3], *after[4:]] == [*before[:3], *before[4:]]


def test_records_keep_their_numbers_where_some_are_left_out_and_others_follow(tmp_path: Path) -> None:
    good = json.dumps({"text": TEXT}) + "\n"
    (tmp_path / "a.jsonl").write_text(f"{good}\nno JSON\n{good}")
    (tmp_path / "b.jsonl").write_text(good.rstrip())
    first, second, output, removed, back = (
        str(tmp_path / name) for name in ("a.jsonl", "b.jsonl", "out.jsonl", "removed", "back.jsonl")
    )
    assert main([first, second, second, "-o", output, "--removed", removed, "--on-error", "skip"]) == 0
    assert main(["restore", output, "--removed", removed, "-o", back]) == 0
    assert Path(back).read_text() == f"{good}\n{good * 3}".rstrip()


def test_another_field(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text(json.dumps({"text": "x", "body": TEXT}))
    output, removed = cleaned(source, "--text-field", "body")
    back = tmp_path / "back.jsonl"
    assert main(["restore", output, "--removed", removed, "--text-field", "body", "-o", str(back)]) == 0
    assert back.read_bytes() == source.read_bytes()


def test_to_stdout(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(TEXT.encode())
    output, removed = cleaned(source)
    assert main(["restore", output, "--removed", removed]) == 0
    assert capfdbinary.readouterr().out == TEXT.encode()


def test_nothing_was_removed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("kept\n")
    (tmp_path / "removed").write_text("")
    back = tmp_path / "back.txt"
    assert main(["restore", str(tmp_path / "a.txt"), "--removed", str(tmp_path / "removed"), "-o", str(back)]) == 0
    assert back.read_text() == "kept\n"


def row(**fields: object) -> str:
    """Return a line of removed text."""
    return json.dumps({"id": None, "record": 1, "rule": "a/b", "start": 0, "end": 1, "text": "x"} | fields) + "\n"


@pytest.mark.parametrize(
    ("name", "output", "removed", "message"),
    [
        ("a.txt", "abc", row(start=9, end=10), "record 1: the edit at 9 (a/b) does not fit the text"),
        ("a.txt", "abc", row(end=2), "record 1: the edit at 0 (a/b) does not fit the text"),
        ("a.txt", "abc", "[]\n", "line 1 is no removed text: it needs rule, start, end and text"),
        ("a.txt", "abc", row() + "{\n", "line 2 is no removed text"),
        ("a.txt", "abc", row(start="0"), "line 1 is no removed text"),
        (
            "a.txt",
            "abc",
            row(id="b") + row(id="c"),
            "text was removed from 2 documents (document 'b', document 'c', ...); name one with --id",
        ),
        ("a.jsonl", '{"body": "a"}\n', row(), "record 1, byte 0: no field 'text'"),
        ("a.jsonl", '{"text": "a"}\n', row(record=2), "what was removed from record 2 has no record here"),
        ("a.jsonl", '{"text": "a", "id": "b"}\n', row(id="c"), "record 1 has the id 'b', what was removed is of 'c'"),
        ("a.jsonl", '{"text": "a"}\n', row(start=5, end=6), "record 1: the edit at 5 (a/b) does not fit the text"),
    ],
)
def test_what_does_not_belong_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, output: str, removed: str, message: str
) -> None:
    (tmp_path / name).write_text(output)
    (tmp_path / "removed").write_text(removed)
    back = tmp_path / "back"
    refused(str(tmp_path / name), "--removed", str(tmp_path / "removed"), "-o", str(back))
    assert message in capsys.readouterr().err
    assert not back.exists()


def test_one_of_several_documents(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("bc")
    (tmp_path / "removed").write_text(row(id="a.txt") + row(id="b.txt", start=1, end=2, text="-"))
    back = tmp_path / "back"
    options = ["--removed", str(tmp_path / "removed"), "-o", str(back)]
    assert main(["restore", str(tmp_path / "b.txt"), *options, "--id", "b.txt"]) == 0
    assert back.read_text() == "b-c"
    refused(str(tmp_path / "b.txt"), *options, "--id", "c.txt")


def test_files_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("a")
    refused(str(tmp_path / "a.txt"), "--removed", str(tmp_path / "none"), code=2)
    assert f"{tmp_path}/none: No such file or directory" in capsys.readouterr().err


@st.composite
def cuts(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """Draw a text and deletions of it."""
    text = draw(st.text(st.characters(exclude_categories=[])) | st.text('ab\n\\"/é\U0001f600\ud800'))
    bounds = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = zip(bounds[::2], bounds[1::2], strict=False)
    return text, [Edit(start, end, "a/b", text[start:end]) for start, end in pairs]


@given(cuts(), st.booleans())
def test_any_json_string_comes_back(drawn: tuple[str, list[Edit]], ascii_only: bool) -> None:
    text, edits = drawn
    raw = json.dumps(text, ensure_ascii=ascii_only)
    assert json.loads(undo.insert(cut(raw, edits), edits)) == text


@given(cuts())
def test_any_text_comes_back(drawn: tuple[str, list[Edit]]) -> None:
    text = "".join(character for character in drawn[0] if not "\ud800" <= character <= "\udfff")
    spans = [(edit.start, edit.end) for edit in drawn[1] if edit.end <= len(text)]
    edits = [Edit(start, end, "a/b", text[start:end]) for start, end in spans]
    rows = "".join(row(start=edit.start, end=edit.end, text=edit.text) for edit in edits)
    for removed in undo.read_removed(io.BytesIO(rows.encode())):
        assert undo.restore_text(apply_edits(text, edits).encode(), removed) == text.encode()
