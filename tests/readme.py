"""Write the parts of the README that are made by running the program: `python -m tests.readme`."""

from __future__ import annotations

import io
import json
import shlex
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from cleaner.cli import main

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"

ARTICLE = (
    "The ferry left late.\n\nRead more: Ten other ferries\n\n"
    "The captain said on Tuesday that the new engine would be ready in spring, and that nobody should worry.\n"
)


def made() -> dict[str, str]:
    """Return the text between `<!-- name -->` and `<!-- /name -->` for each made part."""
    return {"example": _example(), "run": _run()}


def with_parts(readme: str) -> str:
    """Return the README with its made parts made anew."""
    for name, text in made().items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = readme.partition(start)
        readme = before + start + text + end + rest.partition(end)[2]
    return readme


def _output(command: str) -> tuple[str, str]:
    """Return what a command of ours writes to stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        main(shlex.split(command)[1:])
    return out.getvalue(), err.getvalue()


def _example() -> str:
    shown, _ = _output(f"cleaner explain {ROOT / 'fixtures' / 'example.txt'}")
    return f"`cleaner explain fixtures/example.txt` shows what goes, and by which rule:\n\n```\n{shown}```\n"


def _run() -> str:
    with tempfile.TemporaryDirectory() as folder:
        corpus, out = Path(folder, "articles.jsonl"), Path(folder, "clean")
        corpus.write_text("".join(json.dumps({"id": n, "text": ARTICLE}) + "\n" for n in range(100)))
        _, words = _output(f"cleaner run {corpus} -o {out} -j 1")
    # What differs from machine to machine is left out: the time, and where the files were.
    kept = [line for line in words.splitlines() if " s" not in line.rpartition(",")[2] and folder not in line]
    return "It ends with a table such as\n\n```\n" + "\n".join(kept).strip("\n") + "\n```\n"


if __name__ == "__main__":
    README.write_text(with_parts(README.read_text(encoding="utf-8")), encoding="utf-8")
