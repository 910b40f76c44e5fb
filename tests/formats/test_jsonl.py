"""JSON Lines: what is not deleted stays byte for byte."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.document import Document
from cleaner.edit import Edit, Result
from cleaner.formats.jsonl import Fields, JsonRecord, Reader, cut, locate
from cleaner.formats.record import BadRecord

FIELDS = Fields(title="title", url="url", language="lang")


def records(data: bytes, fields: Fields = FIELDS) -> list[JsonRecord]:
    found = list(Reader(fields).read(io.BytesIO(data)))
    assert all(isinstance(record, JsonRecord) for record in found), found
    return [record for record in found if isinstance(record, JsonRecord)]


def without(record: JsonRecord, *spans: tuple[int, int]) -> bytes:
    text = record.document.text
    edits = tuple(Edit(start, end, "family/rule", text[start:end]) for start, end in spans)
    return record.render(Result(record.document, "", edits))


def bad(data: bytes) -> BadRecord:
    [record] = Reader(FIELDS).read(io.BytesIO(data))
    assert isinstance(record, BadRecord)
    return record


def test_fields_become_the_document() -> None:
    [record] = records(b'{"id": 7, "title": "T", "url": "http://a.example/", "lang": "de", "text": "x", "n": [1]}')
    assert record.document == Document("x", id="7", title="T", url="http://a.example/", language="de")


def test_every_other_byte_stays() -> None:
    line = (
        rb'{ "big": 12345678901234567890, "n":1.0,"n" : 1.0, "e": "\/\u00e9", "text" : "ab\ncd\u00e9\/e" , "z": null }'
        + b"\r\n"
    )
    [record] = records(line)
    assert without(record) == line
    assert without(record, (1, 4)) == line.replace(rb'"ab\ncd\u00e9', rb'"ad\u00e9')


def test_escapes_around_a_cut_stay_as_written() -> None:
    [record] = records(rb'{"text": "\ud83d\ude00\u00e9\"x\"\\"}')
    assert record.document.text == '😀é"x"\\'
    assert without(record, (1, 2)) == rb'{"text": "\ud83d\ude00\"x\"\\"}'
    assert without(record, (0, 1), (5, 6)) == rb'{"text": "\u00e9\"x\""}'


@pytest.mark.parametrize(
    "line",
    [
        b'{"a": {"text": "xy"}, "text": "xy"}',
        b'{"text": "xy", "a": {"text": "xy"}}',
        b'{"a": "\\"text\\": \\"xy\\"", "text": "xy"}',
        b'{"text": "xy", "text2": "\\"text\\": "}',
        b'{"te\\u0078t": "xy"}',
        b'{"text": "old", "text": "xy"}',
        b'{"a": {"text": "xy"}, "te\\u0078t": "xy"}',
        b'{"te\\u0078t": "xy", "a": {"text": "xy"}}',
        b'\xef\xbb\xbf{"text": "xy"}',
    ],
)
def test_the_right_value_is_found(line: bytes) -> None:
    [record] = records(line)
    cleaned = without(record, (0, 1))
    before, after = json.loads(line.decode("utf-8-sig")), json.loads(cleaned.decode("utf-8-sig"))
    assert after == {**before, "text": "y"}
    assert len(cleaned) == len(line) - 1


def test_a_slash_in_a_key_may_be_written_with_an_escape() -> None:
    line = b'{"m": {"a/b": "xy"}, "a\\/b": "xy"}'
    assert locate(line, "a/b", "xy") == (line.rindex(b'"xy"'), len(line) - 1)


def test_bytes_that_are_not_utf8_stay() -> None:
    line = b'{"text": "a\xff\xfeb", "other": "\xff"}\n'
    [record] = records(line)
    assert without(record) == line
    assert without(record, (3, 4)) == b'{"text": "a\xff\xfe", "other": "\xff"}\n'


def test_bytes_that_are_not_utf8_are_replaced_in_all_of_a_line() -> None:
    [record] = Reader(FIELDS, errors="replace").read(io.BytesIO(b'{"text": "a\xffb", "other": "\xff"}\n'))
    assert isinstance(record, JsonRecord)
    assert without(record, (0, 1)).decode() == '{"text": "\ufffdb", "other": "\ufffd"}\n'
    assert without(record).decode() == '{"text": "a\ufffdb", "other": "\ufffd"}\n'


def test_half_a_surrogate_pair_is_kept() -> None:
    line = rb'{"id": "\ud800", "text": "a\ud83d b"}'
    [record] = records(line)
    assert record.document.text == "a\ud83d b"
    assert without(record, (2, 4)) == rb'{"id": "\ud800", "text": "a\ud83d"}'


def test_null_is_no_text_and_stays() -> None:
    [record] = records(b'{"text": null}\n')
    assert without(record) == b'{"text": null}\n'


def test_blank_lines_come_out_as_they_are() -> None:
    assert list(Reader(FIELDS).read(io.BytesIO(b"\n \r\n"))) == [b"\n", b" \r\n"]


def test_offsets_and_numbers_count_from_the_start_of_the_file() -> None:
    first, second = records(b'{"text": "a"}\n{"text": "b"}')
    assert [(first.number, first.offset), (second.number, second.offset)] == [(1, 0), (2, 14)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"title": "x"}', "no field 'text'"),
        (b'{"text": 5}', "the field 'text' is a number, not a text"),
        (b'[{"text": "a"}]', "not a JSON object but a list"),
        (b'{"text": "a"', "not a JSON object: Expecting ',' delimiter"),
        (b'{"text": "a"} x', "not a JSON object: Extra data"),
        (b'{"text": "a", "b": ' + b"[" * 100_000, "not a JSON object: nested too deeply"),
        (b'{"text": "a\x00b"}', "not a JSON object: Invalid control character"),
        (rb'{"text": "\ud8', "not a JSON object: "),
    ],
)
def test_what_is_wrong_is_said(line: bytes, reason: str) -> None:
    record = bad(line)
    assert record.reason.startswith(reason)
    assert record.raw == line


JSON_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)


@given(JSON_TEXT, st.booleans(), st.data())
def test_cutting_the_string_is_cutting_the_text(text: str, ascii_only: bool, data: st.DataObject) -> None:
    bounds = sorted(
        data.draw(st.lists(st.integers(0, len(text)), unique=True, max_size=4).filter(lambda b: len(b) % 2 == 0))
    )
    edits = [Edit(s, e, "r", text[s:e]) for s, e in zip(bounds[::2], bounds[1::2], strict=True)]
    kept = text
    for edit in reversed(edits):
        kept = kept[: edit.start] + kept[edit.end :]
    raw = json.dumps(text, ensure_ascii=ascii_only)
    # Two halves of a pair that stood apart may meet: JSON cannot keep them apart, whoever writes it.
    assert json.loads(cut(raw, edits)) == json.loads(json.dumps(kept))


NESTED = st.recursive(JSON_TEXT, lambda inner: st.dictionaries(st.just("text"), inner) | st.lists(inner))


@given(st.dictionaries(st.sampled_from(["text", "a", "b"]), NESTED))
def test_locate_finds_the_value_at_the_top(values: dict[str, object]) -> None:
    line = json.dumps({**values, "text": "needle"}).encode()
    start, end = locate(line, "text", "needle")
    assert json.loads(line[:start] + b'"pin"' + line[end:]) == {**values, "text": "pin"}
