"""WARC and WET: pages extracted, texts cleaned, lengths and digests right, everything accounted for."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from cleaner.run import Run

PROSE = (
    "The lighthouse keeper counted the ships each evening and wrote the number in a book that nobody ever asked to see."
)
PAGE = f"""<html><head><title>The keeper and the ships</title></head><body><article><h1>The keeper and the ships</h1>
<p>{PROSE}</p><p>In the winter of that year he counted none at all, for the harbour had frozen from pier to pier.</p>
<p>{PROSE.replace("evening", "morning")}</p></article></body></html>""".encode()


def record(kind: str, body: bytes, *, url: str = "https://light.example/1", type_: str = "application/http") -> bytes:
    """Return a record as a crawler writes it."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-01T10:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{kind}>\r\nX-Own: kept\r\n"
        f"Content-Type: {type_}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def response(page: bytes, headers: str) -> bytes:
    """Return the record of a response."""
    return record("response", f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n".encode() + page)


@pytest.mark.parametrize("packed", [False, True])
def test_pages_are_extracted(packed: bool, tmp_path: Path, start: Callable[..., Run]) -> None:
    squeezed = gzip.compress(PAGE)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(squeezed), squeezed)
    records = [
        record("warcinfo", b"software: a test\r\n", type_="application/warc-fields"),
        record("request", b"GET / HTTP/1.1\r\n\r\n"),
        response(PAGE, "Content-Type: text/html; charset=utf-8"),
        response(chunked, "Content-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked"),
        response(b"\x89PNG", "Content-Type: image/png"),
    ]
    path = tmp_path / ("a.warc.gz" if packed else "a.warc")
    path.write_bytes(b"".join(gzip.compress(each) if packed else each for each in records))
    tally = start(path, out=tmp_path / "out")()
    assert (tally.read, tally.written) == (2, 2)
    assert tally.skipped == {"request records of archives": 1, "responses of type image/png": 1}
    output = tmp_path / "out" / path.name.replace(".warc", ".warc.wet")
    texts = []
    archive = io.BytesIO(output.read_bytes())
    for each in ArchiveIterator(archive, record_types=WarcRecordType.conversion, verify_digests=True):
        assert each.headers["WARC-Target-URI"] == "https://light.example/1"
        assert each.headers["WARC-Refers-To"] == "<urn:uuid:response>"
        texts.append(each.reader.read().decode())
    assert len(texts) == 2 and texts[0] == texts[1] and PROSE in texts[0]


def test_what_is_no_document_stays_in_a_wet_archive(tmp_path: Path, start: Callable[..., Run]) -> None:
    info = record("warcinfo", b"software: a test\r\n", type_="application/warc-fields")
    first = record("conversion", f"{PROSE}\nRead more: Ships".encode(), type_="text/plain")
    second = record("conversion", PROSE.encode(), type_="text/plain")
    path = tmp_path / "a.warc.wet"
    path.write_bytes(info + first + second)
    start(path, out=tmp_path / "out")()
    cleaned = (tmp_path / "out/a.warc.wet").read_bytes()
    assert cleaned.startswith(info) and cleaned.endswith(second)
    middle = cleaned[len(info) : -len(second)]
    assert b"X-Own: kept\r\n" in middle and b"Read more" not in middle
    assert [each.reader.read().decode() for each in ArchiveIterator(io.BytesIO(middle))] == [PROSE]


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("crawl.warc.d/page.wet", "crawl.warc.d/page.wet"),
        ("news.warc-2024.wet", "news.warc-2024.wet"),
        ("CC.WARC.WET", "CC.WARC.WET"),
        ("CC.WARC", "CC.WARC.wet"),
        ("deep.warc/CC.warc", "deep.warc/CC.warc.wet"),
    ],
)
def test_the_name_of_a_file_tells_what_kind_of_archive_it_is(
    name: str, output: str, tmp_path: Path, start: Callable[..., Run]
) -> None:
    path = tmp_path / "in" / name
    path.parent.mkdir(parents=True)
    told = record("metadata", b"seen: twice\r\n")
    path.write_bytes(told + record("conversion", PROSE.encode(), type_="text/plain"))
    start(tmp_path / "in", out=tmp_path / "out")()
    cleaned = (tmp_path / "out" / output).read_bytes()
    assert (told in cleaned) is name.lower().endswith("wet")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", "no WARC record where one should begin, at byte 0"),
        (record("conversion", b"x")[:-20], "WARC headers without an end, at byte 0"),
        (record("conversion", PROSE.encode())[:-60], "a record that ends too early, at byte 0"),
        (b"WARC/1.0\r\nWARC-Type: conversion\r\n\r\n", "a record without a Content-Length, at byte 0"),
        (record("conversion", b"x" * 9000), "longer than --max-record 5,000 bytes"),
        (response(b"", "Content-Type: text/html"), "empty"),
        (response(gzip.compress(bytes(1 << 20)), "Content-Type: text/html\r\nContent-Encoding: gzip"), "--max-record"),
    ],
)
def test_what_cannot_be_read_is_quarantined(
    data: bytes, reason: str, tmp_path: Path, start: Callable[..., Run]
) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(data)
    tally = start(path, out=tmp_path / "out", quarantine=True, max_record=5000)()
    assert (tally.read, tally.quarantined) == (1, 1)
    assert reason in (tmp_path / "out/quarantine.jsonl").read_text()


def test_a_page_without_text_is_counted_and_left_out(tmp_path: Path, start: Callable[..., Run]) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(response(b"<html><body></body></html>", "Content-Type: text/html"))
    tally = start(path, out=tmp_path / "out")()
    assert (tally.read, tally.written, tally.skipped) == (0, 0, {"responses with no text in this page": 1})


def test_an_address_that_is_not_utf8_is_an_address(tmp_path: Path, start: Callable[..., Run]) -> None:
    head, _, rest = response(PAGE, "Content-Type: text/html").partition(b"light.example/1")
    (tmp_path / "a.warc").write_bytes(head + b"light.example/\xf3" + rest)
    assert start(tmp_path / "a.warc", out=tmp_path / "out")().written == 1
    assert b"light.example/\xf3\r\n" in (tmp_path / "out/a.warc.wet").read_bytes()


def test_long_headers_do_not_hide_the_record(tmp_path: Path, start: Callable[..., Run]) -> None:
    long = record("conversion", b"A text that is longer than it may be. " * 9, url="https://x.example/" + "y" * 5000)
    (tmp_path / "a.warc.wet").write_bytes(long)
    tally = start(tmp_path / "a.warc.wet", out=tmp_path / "out", quarantine=True, part=50, max_record=200)()
    assert (tally.read, tally.quarantined) == (1, 1)
