"""Whatever is wrong with the cache, the work goes on."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner, cache, compiled, load_rules, sources

from .texts import ENGINE

TEXT = "The bridge is closed.\n\nRead more: Ten other bridges\n\n© All rights reserved\n"


KEY, OTHER = cache.key("name"), cache.key("other")


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "engine.yaml").write_text(ENGINE)
    return cache.directory()


def cleaned(directory: Path) -> str:
    compiled._stored.cache_clear()  # as in a new process
    return Cleaner(load_rules(directory.parent / "engine.yaml", shipped=False)).clean(TEXT)


def test_what_is_stored_comes_back(directory: Path) -> None:
    name = cache.key("a", "b")
    assert cache.load(name) is None
    cache.store(name, b"content")
    assert cache.load(name) == b"content"
    cache.store(name, b"new")
    assert cache.load(name) == b"new"
    assert [path.name for path in directory.iterdir()] == [cache.file_of(name).name]


def test_others_cannot_read_it(directory: Path) -> None:
    cache.store(KEY, b"content")
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE(cache.file_of(KEY).stat().st_mode) == 0o600


def test_keys_tell_parts_apart() -> None:
    keys = {cache.key("ab", "c"), cache.key("a", "bc"), cache.key("abc"), cache.key("abc", ""), cache.key("\udcff")}
    assert len(keys) == 5


@pytest.mark.parametrize("damage", [b"", b"abc", b"\0" * 1000])
def test_a_damaged_file_is_made_anew(directory: Path, damage: bytes) -> None:
    expected = cleaned(directory)
    files = sorted(directory.iterdir())
    assert len(files) == 5  # the rules, their patterns, the index of their cues, the databases of cues and needed words
    for file in files:
        file.write_bytes(damage)
    assert cleaned(directory) == expected
    assert sorted(directory.iterdir()) == files
    assert all(file.read_bytes() != damage for file in files)


def test_sound_content_of_the_wrong_kind_is_made_anew(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = cleaned(directory)
    load = cache.load
    monkeypatch.setattr(cache, "load", lambda key: load(key) and b"neither rules nor cues")
    assert cleaned(directory) == expected


def test_rules_that_come_from_no_files_are_not_stored(directory: Path) -> None:
    """The proof of many rules, each alone, would push out what every run needs."""
    rules = load_rules(directory.parent / "engine.yaml", shipped=False)
    before = sorted(directory.iterdir())
    assert Cleaner(rules._replace(digest=b"")).clean(TEXT) == Cleaner(rules._replace(digest=b"")).clean(TEXT) != TEXT
    assert sorted(directory.iterdir()) == before


@pytest.mark.parametrize(
    "fields", [{"cues": {"en": ("harbour news",)}}, {"pattern": "^{lead}Harbour {cue}"}, {"action": "strip_span"}]
)
def test_loaded_rules_may_be_changed(directory: Path, fields: dict[str, Any]) -> None:
    """What is stored of the rules of the files is not taken for what others in their place need."""
    rules = load_rules(directory.parent / "engine.yaml", shipped=False)
    changed = tuple(rule._replace(**fields) if rule.id == "engine/read" else rule for rule in rules.rules)
    text = "The bridge is closed.\n\nHarbour news: Ten other bridges\n\nHarbour read more\n\nWe see also boats."
    for name in (rules, rules._replace(rules=changed), rules):
        assert Cleaner(name).clean(text) == Cleaner(name, scanner="every-pair").clean(text)


def test_changed_code_of_a_checkout_reads_the_rules_again(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = directory.parent / "package"
    package.mkdir()
    code = package / "load.py"
    code.write_text("")
    monkeypatch.setattr("cleaner.sources._PACKAGE", package)
    stamps = [list(sources.stamps([], shipped=False))]
    os.utime(code, (1, 2))
    stamps.append(list(sources.stamps([], shipped=False)))
    (package / "rules").mkdir()  # as it is installed
    stamps.append(list(sources.stamps([], shipped=False)))
    assert [len(found) for found in stamps] == [1, 1, 0]
    assert stamps[0] != stamps[1]


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_directory_that_others_can_write_to_is_not_used(directory: Path, mode: int) -> None:
    cache.store(KEY, b"content")
    directory.chmod(mode)
    assert cache.load(KEY) is None
    cache.store(OTHER, b"content")
    assert [path.name for path in directory.iterdir()] == [cache.file_of(KEY).name]


def test_a_directory_of_another_user_is_not_used(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.store(KEY, b"content")
    monkeypatch.setattr(os, "getuid", lambda: directory.stat().st_uid + 1)
    assert cache.load(KEY) is None
    cache.store(OTHER, b"content")
    assert [path.name for path in directory.iterdir()] == [cache.file_of(KEY).name]


def test_a_file_in_the_place_of_the_directory(directory: Path) -> None:
    directory.write_bytes(b"")
    cache.store(KEY, b"content")
    assert cache.load(KEY) is None
    assert cleaned(directory) == "The bridge is closed.\n"


def test_a_directory_in_the_place_of_a_file(directory: Path) -> None:
    (cache.file_of(KEY) / "inside").mkdir(parents=True)
    directory.chmod(0o700)
    cache.store(KEY, b"content")
    assert cache.load(KEY) is None
    assert [path.name for path in directory.iterdir()] == [cache.file_of(KEY).name]


def test_a_disk_that_refuses(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = cleaned(directory)

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("open", "fdopen"):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, refuse)
            cache.store(KEY, b"content")
    assert cache.load(KEY) is None
    assert cleaned(directory) == expected


def test_a_relative_directory_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for value in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert cache.directory() == tmp_path / ".cache" / "article-cleaner"


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(self: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "expanduser", homeless)
    cache.store(KEY, b"content")
    assert cache.load(KEY) is None


def test_threads_may_store_at_the_same_time(directory: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda i: cache.store(KEY, bytes([i]) * 100_000), range(64)))
    content = cache.load(KEY)
    assert content is not None
    assert content == content[:1] * 100_000
    assert [path.name for path in directory.iterdir()] == [cache.file_of(KEY).name]


def test_keys_that_share_a_file_are_not_taken_for_each_other(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "file_of", lambda key: directory / "shared")
    cache.store(KEY, b"content")
    assert (cache.load(KEY), cache.load(OTHER)) == (b"content", None)
    cache.store(OTHER, b"more")
    assert (cache.load(KEY), cache.load(OTHER)) == (None, b"more")


def test_a_changed_rule_file_is_read_again(directory: Path) -> None:
    file = directory.parent / "one.yaml"
    rule = "rules: [{{name: x, description: '', cues: {{en: [{0}]}}, pattern: '^{{cue}}'}}]"
    for word in ("read", "more", "also"):
        file.write_text(rule.format(word))  # of one length, and within the grain of many a clock
        assert Cleaner(load_rules(file, shipped=False)).clean("read\nmore\nalso\nstay") == "\n".join(
            line for line in ("read", "more", "also", "stay") if line != word
        )
