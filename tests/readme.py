"""Write the parts of the README that are made by running the program: `python -m tests.readme`."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path

from cleaner.cli import main

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


def made() -> dict[str, str]:
    """Return the text between `<!-- name -->` and `<!-- /name -->` for each made part."""
    return {"example": _example(), "run": _run()}


def with_parts(readme: str) -> str:
    """Return the README with its made parts made anew."""
    for name, text in made().items():
        readme = with_part(readme, name, text)
    return readme


def with_part(readme: str, name: str, text: str) -> str:
    """Return the README with another text between the marks of a part."""
    start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, _, rest = readme.partition(start)
    return before + start + text + end + rest.partition(end)[2]


def _output(command: str) -> tuple[str, str]:
    """Return what a command of ours writes to stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), suppress(SystemExit):
        main(shlex.split(command)[1:])
    return out.getvalue(), err.getvalue()


def _example() -> str:
    shown, _ = _output(f"cleaner explain {ROOT / 'fixtures' / 'example.txt'}")
    return f"`cleaner explain fixtures/example.txt` shows what goes, and by which rule:\n\n```\n{shown}```\n"


def _run() -> str:
    """Show a run over the shipped corpus: begun, given again, given with other options, undone."""
    command = "cleaner run fixtures/corpus -o clean --title-field title --removed --on-error quarantine"
    shown = []
    with tempfile.TemporaryDirectory() as folder, _inside(folder):
        shutil.copytree(ROOT / "fixtures" / "corpus", "fixtures/corpus")
        for each in (command, f"{command} --level safe"):
            shown.append(f"$ {each}\n{_timeless(_output(each)[1])}")
            if each == command:
                quarantined = json.loads(Path("clean/quarantine.jsonl").read_text())
                del quarantined["excerpt"]
                shown.append(f"$ cat clean/quarantine.jsonl\n{json.dumps(quarantined)[:-1]}, ...\n")
        restore = "cleaner restore clean/bell.txt --removed clean/removed/bell.txt.jsonl -o bell.txt"
        _output(restore)
        assert Path("bell.txt").read_bytes() == Path("fixtures/corpus/bell.txt").read_bytes()
        shown.append(f"$ {restore} && cmp bell.txt fixtures/corpus/bell.txt\n")
    return "```console\n" + "".join(shown) + "```\n"


@contextmanager
def _inside(folder: str) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _timeless(words: str) -> str:
    """Leave out how long it took: that differs from run to run."""
    return re.sub(r", \d+(?:\.\d+)? s\b", "", words)


if __name__ == "__main__":
    README.write_text(with_parts(README.read_text(encoding="utf-8")), encoding="utf-8")
