"""Damaged and hostile files: no crash, no hang, and every record that is read is written or quarantined."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.formats import compression
from cleaner.formats.compression import CODECS, BadStream, check, compressed, decompressed
from cleaner.run import Run, Stopped
from tests.formats.test_same_texts import KINDS

NAMES = [kind.name + end for kind in KINDS for end in ("", ".gz")] + ["a.txt", "a.txt.zst", "a.jsonl.zst", "a.jsonl.xz"]


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_no_damage_crashes_a_run_or_loses_a_record(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory, start: Any, records: Any
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged" / name
    path = folder / name
    whole = _whole(folder / "whole", name, records[:12])
    path.write_bytes(_damaged(whole, data))
    shutil.rmtree(folder / "out", ignore_errors=True)
    tally = start(path, out=folder / "out", quarantine=True, part=700, max_record=5000)()
    assert tally.read == tally.written + tally.quarantined
    bad = folder / "out/quarantine.jsonl"
    assert (len(bad.read_text().splitlines()) if bad.exists() else 0) == tally.quarantined


def _whole(path: Path, name: str, records: list[dict[str, Any]]) -> bytes:
    if (path / name).exists():  # some writers give other bytes each time, and the damage must be repeatable
        return (path / name).read_bytes()
    path.mkdir(parents=True, exist_ok=True)
    bare, codec = compression.split_name(name)
    kind = next((kind for kind in KINDS if kind.name == bare), KINDS[0])
    kind.write(records, path / bare)
    if codec:
        with (path / name).open("wb") as raw, compressed(raw, codec) as file:
            file.write((path / bare).read_bytes())
    return (path / name).read_bytes()


def _damaged(whole: bytes, data: st.DataObject) -> bytes:
    """Return a file cut short, with bytes changed, with a piece taken out or put in twice."""
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, max(0, len(damaged) - 1)))
        stop = min(len(damaged), start + data.draw(st.integers(1, 64)))
        kind = data.draw(st.sampled_from(["cut", "change", "drop", "double"]))
        if kind == "cut":
            del damaged[start:]
        elif kind == "change":
            damaged[start:stop] = data.draw(st.binary(max_size=64))
        elif kind == "drop":
            del damaged[start:stop]
        else:
            damaged[start:start] = damaged[start:stop]
    return bytes(damaged)


@pytest.mark.parametrize("codec", sorted(CODECS.values()))
@given(cut=st.floats(0, 1, exclude_max=True))
def test_compressed_data_that_end_too_early_are_an_error(codec: str, cut: float, tmp_path_factory: Any) -> None:
    path = tmp_path_factory.getbasetemp() / f"cut.{codec}"
    with path.open("wb") as raw, compressed(raw, codec) as file:
        file.write(b"".join(b"%d lines and no end\n" % i for i in range(2000)))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(cut * len(whole))])
    with path.open("rb") as raw, pytest.raises(BadStream):
        stream = decompressed(raw, codec)
        stream.read()
        check(stream)


@pytest.mark.parametrize("codec", sorted(CODECS.values()))
def test_a_bomb_does_not_go_off(codec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "FREE", 1 << 20)
    path = tmp_path / "bomb"
    with path.open("wb") as raw, compressed(raw, codec) as file:
        for _ in range(40):
            file.write(bytes(1 << 20))
    with path.open("rb") as raw:
        stream = decompressed(raw, codec)
        size = 0
        while chunk := stream.read(1 << 16):
            size += len(chunk)
        assert size < 40 << 20
        with pytest.raises(BadStream, match="a decompression bomb: it grows more than 500 times over"):
            check(stream)


def test_records_before_the_damage_are_kept(tmp_path: Path, start: Callable[..., Run]) -> None:
    lines = b"".join(json.dumps({"text": f"Line {i}."}).encode() + b"\n" for i in range(3000))
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(lines)[:-2000])
    tally = start(path, out=tmp_path / "out", quarantine=True)()
    kept = gzip.decompress((tmp_path / "out/a.jsonl.gz").read_bytes())
    assert tally.written > 1000 and kept.count(b"\n") == tally.written and lines.startswith(kept)
    assert "damaged compressed data" in (tmp_path / "out/quarantine.jsonl").read_text()
    with pytest.raises(Stopped):
        start(path, out=tmp_path / "other")()
