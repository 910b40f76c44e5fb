"""Rule files as they stand on disk: the shipped ones, and those of the user."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from .problem import Problem

_PACKAGE = Path(__file__).parent

#: File name of the JSON Schema of rule files, beside the shipped rules.
SCHEMA = "rules.schema.json"


class RuleError(ValueError):
    """Rule files that cannot be used. `problems` lists all that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Source(NamedTuple):
    """The text of a rule file, and the name it goes by in messages."""

    path: str
    text: str


def shipped_directory() -> Path:
    """Return the directory of the rules that come with the package, installed or in a checkout."""
    installed = _PACKAGE / "rules"
    return installed if installed.is_dir() else _PACKAGE.parent / "rules"


def _files(paths: Iterable[str | Path], *, shipped: bool) -> Iterator[Path]:
    """Yield the rule files at `paths`, in order; a directory without any yields itself."""
    for path in [*([shipped_directory()] if shipped else []), *map(Path, paths)]:
        yield from (sorted(path.glob("*.yaml")) or [path]) if path.is_dir() else [path]


def read_sources(paths: Iterable[str | Path] = (), *, shipped: bool = True) -> list[Source]:
    """Read the shipped rule files and then those at `paths`: files, or directories of `*.yaml` files; each one once.

    Raises `RuleError` with every file that cannot be read.
    """
    sources: dict[Path, Source] = {}
    problems: list[Problem] = []
    for file in _files(paths, shipped=shipped):
        name = f"rules/{file.name}" if file.parent == shipped_directory() else str(file)
        try:
            sources.setdefault(file.resolve(), Source(name, file.read_bytes().decode("utf-8")))
        except IsADirectoryError:
            problems.append(_unreadable(str(file), 1, 1, "no *.yaml files in this directory"))
        except OSError as error:
            problems.append(_unreadable(name, 1, 1, error.strerror or str(error)))
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
            problems.append(_unreadable(name, line, column, "not UTF-8"))
    if problems:
        raise RuleError(problems)
    return list(sources.values())


def _unreadable(path: str, line: int, column: int, message: str) -> Problem:
    return Problem(path, line, column, "", message)


def stamps(paths: Iterable[str | Path], *, shipped: bool) -> Iterator[str]:
    """Yield what changes whenever a rule file does: to read them all would take as long as all the rest.

    In a checkout also what changes whenever the code that reads them does; an installed package has a version.
    """
    if not (_PACKAGE / "rules").is_dir():
        yield f"code {max(file.stat().st_mtime_ns for file in _PACKAGE.glob('*.py'))}"
    for file in _files(paths, shipped=shipped):
        try:
            status = file.stat()
        except OSError:
            yield f"{file} is missing"  # nothing is known by this: reading the file will fail, and say so
        else:
            yield f"{file} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"
