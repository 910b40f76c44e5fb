"""Buckets: no folders, no renaming, files that read no lines, lists that are remembered, and networks that fail."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pyarrow
import pytest
from fsspec.spec import AbstractBufferedFile, AbstractFileSystem
from pyarrow import parquet

from cleaner.formats import files, remote
from cleaner.formats.extra import MissingExtra
from cleaner.run import BadPlan, Run, Stopped, Target
from tests.articles import tree


class NetworkError(Exception):
    """What a client of a store raises: no `OSError`."""


class Bucket(AbstractFileSystem):  # type: ignore[misc]
    """A store of keys and bytes, made after what S3 does."""

    protocol = "bucket"
    cachable = False
    keys: dict[str, bytes] = {}  # noqa: RUF012 - one store, whoever opens it
    made: list[str] = []  # noqa: RUF012
    fails_behind: int | None = None

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Return what is known of a key, or of what begins like a folder."""
        path = self._strip_protocol(path)
        if path in self.keys:
            return {"name": path, "size": len(self.keys[path]), "type": "file", "ETag": f'"{hash(self.keys[path])}"'}
        if any(key.startswith(f"{path}/") for key in self.keys):
            return {"name": path, "size": 0, "type": "directory"}
        raise FileNotFoundError(path)

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[Any]:
        """Return what is in a folder that is not there; what it once said it says again."""
        path = self._strip_protocol(path)
        if path not in self.dircache:
            below = [key[len(path) + 1 :] for key in self.keys if key.startswith(f"{path}/")]
            names = {f"{path}/{name.partition('/')[0]}" for name in below}
            self.dircache[path] = [self.info(name) for name in sorted(names)]
        return list(self.dircache[path]) if detail else [row["name"] for row in self.dircache[path]]

    def invalidate_cache(self, path: str | None = None) -> None:
        """Forget all lists."""
        self.dircache.clear()

    def makedirs(self, path: str, exist_ok: bool = False) -> None:
        """Make a bucket, which nobody has asked for."""
        self.made.append(path)

    mkdir = makedirs

    def pipe_file(self, path: str, value: bytes, **_: Any) -> None:
        """Write a key as a whole."""
        if not path.startswith("corpus/") and not path.startswith("out/"):
            raise FileNotFoundError(f"https://inner.example/{path}")
        self.keys[path] = value

    def put_file(self, lpath: str, rpath: str, **_: Any) -> None:
        """Write a file as a whole."""
        self.pipe_file(rpath, Path(lpath).read_bytes())

    def rm_file(self, path: str) -> None:
        """Delete a key; of what only looks like a folder there is none."""
        self.keys.pop(path, None)

    def _open(self, path: str, mode: str = "rb", **options: Any) -> AbstractBufferedFile:
        assert mode == "rb"
        return BucketFile(self, path, mode, block_size=1000, size=self.info(path)["size"])


class BucketFile(AbstractBufferedFile):  # type: ignore[misc]
    """A file that is fetched piece by piece. Its `readline` takes no length."""

    def _fetch_range(self, start: int, end: int) -> bytes:
        if self.fs.fails_behind is not None and end > self.fs.fails_behind:
            raise NetworkError("connection reset")
        return bytes(self.fs.keys[self.path][start:end])


@pytest.fixture
def bucket(jsonl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Bucket]]:
    """A bucket with the corpus in three formats, and with names that mean something in globs and addresses."""
    fsspec.register_implementation("bucket", Bucket, clobber=True)
    data = jsonl.read_bytes()
    table = pyarrow.Table.from_pylist([json.loads(line) for line in data.split(b"\n")[:-1]])
    packed = io.BytesIO()
    parquet.write_table(table, packed, row_group_size=50)
    keys = {
        "corpus/news.jsonl": data,
        "corpus/deep/a.jsonl.gz": gzip.compress(data, mtime=0),
        "corpus/deep/b.parquet": packed.getvalue(),
        "corpus/odd [1] ä+%20&=#*?.txt": b"Kept.\nRead more: Gone\n",
        "corpus/odd 1 ä+%20&=#x.txt": b"Kept as well.\n",
        "corpus/folder/": b"",
    }
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # the state of runs to buckets
    monkeypatch.setattr(Bucket, "keys", keys)
    monkeypatch.setattr(Bucket, "made", [])
    yield Bucket
    assert not Bucket.made


def output(bucket: type[Bucket]) -> dict[str, bytes]:
    """Return what was written to `bucket://out`."""
    return {key.removeprefix("out/"): data for key, data in bucket.keys.items() if key.startswith("out/")}


def test_a_bucket_gives_what_a_disk_gives(bucket: type[Bucket], tmp_path: Path, start: Callable[..., Run]) -> None:
    for key, data in bucket.keys.items():
        if not key.endswith("/"):
            (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / key).write_bytes(data)
    wanted = start(tmp_path / "corpus", out=tmp_path / "out", removed=True)()
    run = start("bucket://corpus", out="bucket://out", removed=True)
    assert {source.name for source in run.plan.sources} >= {"news.jsonl", "deep/a.jsonl.gz", "deep/b.parquet"}
    assert run().report() == wanted.report()
    assert output(bucket) == tree(tmp_path / "out")
    again = start("bucket://corpus", out="bucket://out", removed=True)
    assert again().report() == wanted.report()
    assert again.resumed == again._cut
    del bucket.keys["out/news.jsonl"]
    start("bucket://corpus", out="bucket://out", removed=True)()
    assert output(bucket) == tree(tmp_path / "out")


def test_force_clears_what_an_earlier_run_removed(bucket: type[Bucket], start: Callable[..., Run]) -> None:
    bucket.keys["corpus/bad.jsonl"] = b"broken\n"
    start("bucket://corpus", out="bucket://out", removed=True, quarantine=True)()
    assert {"quarantine.jsonl", "removed/news.jsonl.jsonl"} <= output(bucket).keys()
    bucket.keys["corpus/bad.jsonl"] = b'{"text": "Repaired."}\n'
    start("bucket://corpus", out="bucket://out", quarantine=True, force=True)()
    assert not [key for key in output(bucket) if key.startswith(("quarantine", "removed"))]


def test_no_key_of_the_input_is_overwritten(bucket: type[Bucket], start: Callable[..., Run]) -> None:
    with pytest.raises(FileNotFoundError):  # what is in the output is no input
        start("bucket://corpus/news.jsonl", out="bucket://corpus/", force=True)


def test_what_is_in_a_bucket_is_not_overwritten(bucket: type[Bucket], start: Callable[..., Run]) -> None:
    bucket.keys["out/mine"] = b"mine"
    with pytest.raises(BadPlan, match="is not empty: --force overwrites"):
        start("bucket://corpus", out="bucket://out")


def test_an_output_below_the_input_is_no_part_of_it(bucket: type[Bucket], start: Callable[..., Run]) -> None:
    first = start("bucket://corpus/", out="bucket://corpus/clean")
    first()
    again = start("bucket://corpus/", out="bucket://corpus/clean")
    again()
    assert again.plan.files == first.plan.files == 5


def test_names_of_keys_are_names_before_they_are_patterns(bucket: type[Bucket]) -> None:
    [found] = files.find(["bucket://corpus/odd [1] ä+%20&=#*?.txt"])
    assert found.name == "odd [1] ä+%20&=#*?.txt"
    with files.opened(found.path) as file:
        assert file.read() == b"Kept.\nRead more: Gone\n"
    assert files.stamp(found.path) == found.stamp
    assert [found.name for found in files.find(["bucket://corpus/de*/*"])] == ["deep/a.jsonl.gz", "deep/b.parquet"]
    assert [found.name for found in files.find(["bucket://corpus/*.jsonl"])] == ["news.jsonl"]


@pytest.mark.parametrize("name", ["news.jsonl", "deep/a.jsonl.gz", "deep/b.parquet"])
def test_a_network_that_fails_is_no_bad_data(
    name: str, bucket: type[Bucket], tmp_path: Path, start: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = {"out": tmp_path / "out", "quarantine": True}
    with monkeypatch.context() as patch:
        # Parquet begins to read at its end.
        size = len(bucket.keys[f"corpus/{name}"])
        if name.endswith("parquet"):
            patch.setattr(BucketFile, "_fetch_range", _fails_at_the_beginning)
        else:
            patch.setattr(bucket, "fails_behind", size // 2)
        with pytest.raises(Stopped, match=rf"{re.escape(name)}: NetworkError: connection reset") as stop:
            start(f"bucket://corpus/{name}", **begin)()
        assert not stop.value.bad_data
    assert start(f"bucket://corpus/{name}", **begin)().written == 200


def _fails_at_the_beginning(self: BucketFile, start: int, end: int) -> bytes:
    if start < 1000:
        raise NetworkError("connection reset")
    return bytes(self.fs.keys[self.path][start:end])


def test_a_key_that_changes_meanwhile_stops_the_run(
    bucket: type[Bucket], tmp_path: Path, start: Callable[..., Run]
) -> None:
    run = start("bucket://corpus/news.jsonl", out=tmp_path / "out")
    bucket.keys["corpus/news.jsonl"] += b"\n"
    with pytest.raises(Stopped, match="has changed since the run began"):
        run()


def test_a_bucket_that_is_not_there_is_not_made(bucket: type[Bucket], start: Callable[..., Run]) -> None:
    with pytest.raises(FileNotFoundError):
        start("bucket://nowhere/x", out="bucket://out")
    with pytest.raises(Stopped, match=r"bucket://nowhere/news\.jsonl: no such file or bucket"):
        start("bucket://corpus/news.jsonl", out="bucket://nowhere")()


@pytest.mark.parametrize(("address", "extra"), [("s3://b/x", "s3"), ("gs://b/x", "gcs"), ("hf://datasets/b/x", "hf")])
def test_a_missing_client_is_named_with_its_extra(
    address: str, extra: str, monkeypatch: pytest.MonkeyPatch, start: Callable[..., Run], tmp_path: Path
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ImportError("Install it to access the store")

    monkeypatch.setattr(fsspec.core, "url_to_fs", missing)
    with pytest.raises(MissingExtra, match=rf"pip install 'article-cleaner\[{extra}\]'"):
        start(address, out=tmp_path / "out")


def test_an_unknown_protocol_says_so() -> None:
    with pytest.raises(MissingExtra, match="nonsense://x: Protocol not known"):
        list(remote.find("nonsense://x"))


def test_state_of_a_run_to_a_bucket_is_local() -> None:
    assert Target("bucket://out").work.is_absolute()
