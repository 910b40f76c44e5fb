"""`cleaner restore OUTPUT --removed FILE`: the originals, from the output and what was removed."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ..formats import undo
from . import BAD_DATA, DONE, fail
from .files import leave_at_signals, opened, written

if TYPE_CHECKING:
    from ..run.state import Past


def parser() -> argparse.ArgumentParser:
    """Return the parser of `cleaner restore`."""
    from ..formats.registry import FORMATS

    parser = argparse.ArgumentParser(
        prog="cleaner restore", description="Rebuild originals from the output of cleaner and the removed text."
    )
    parser.add_argument(
        "output", metavar="OUTPUT", help="what cleaner wrote; - is stdin; or the whole folder of a 'cleaner run'"
    )
    parser.add_argument(
        "--removed", metavar="FILE", help="what cleaner --removed wrote beside it (a folder has its own)"
    )
    parser.add_argument(
        "-o", "--output", dest="target", metavar="FILE", default="-",
        help="write here (default: stdout)",
    )  # fmt: skip
    parser.add_argument(
        "--from", dest="format", choices=[name for name in FORMATS if name != "html"],
        help="format (default: by the file's name)",
    )  # fmt: skip
    parser.add_argument("--text-field", metavar="NAME", help="cleaned field (default: text, or that of the run)")
    parser.add_argument("--id", metavar="ID", help="which document the text is, if several were cleaned at once")
    return parser


def main(argv: list[str]) -> int:
    """Restore the records of one output, or of all outputs of a run."""
    from ..formats.extra import MissingExtra

    args = parser().parse_args(argv)
    if any("://" in (path or "") for path in (args.output, args.removed, args.target)):
        fail("cleaner restore: works on local files: copy the output of the run here first")
    leave_at_signals()
    try:
        if Path(args.output).is_dir():
            _restore_folder(Path(args.output), args)
        elif args.removed is None:
            fail("cleaner restore: say what was removed: --removed FILE")
        else:
            with written(args.target) as target:
                _restore(args.output, args.removed, target, args)
    except MissingExtra as error:
        fail(f"cleaner: {error}")
    return DONE


def _restore(output: str, removed: str | None, target: BinaryIO, args: argparse.Namespace) -> None:
    """Write the original of one file; without `removed` it is its own."""
    from ..formats.compression import BadStream, check, compressed, decompressed, split_name
    from ..formats.registry import format_by_name

    format = args.format or format_by_name(output) or "text"
    codec = split_name(output)[1]
    try:
        with contextlib.ExitStack() as stack:
            edits = iter(()) if removed is None else undo.read_removed(stack.enter_context(opened(removed)))
            if format not in ("text", "html", "jsonl"):
                _rebuild(Path(output), format, codec, edits, target, args)
                return
            stream = decompressed(stack.enter_context(opened(output)), codec)
            out = stack.enter_context(compressed(target, codec))
            if format == "jsonl":
                out.writelines(undo.restore_lines(stream, edits, args.text_field or "text"))
            else:
                out.write(_text(stream, edits, args.id))
            check(stream)
    except (undo.Mismatch, BadStream) as error:
        fail(f"cleaner: {', '.join(filter(None, (output, removed)))}: {error}", BAD_DATA)


def _rebuild(
    output: Path,
    format: str,
    codec: str,
    edits: Iterator[undo.Removed],
    target: BinaryIO,
    args: argparse.Namespace,
) -> None:
    """Write the original of a table or archive."""
    from ..formats.jsonl import Fields
    from ..formats.rebuild import rebuild
    from ..formats.source import Settings, Source

    with tempfile.TemporaryDirectory(prefix="cleaner-restore-") as folder:
        source = Source(str(output), output.name, output.stat().st_size, format, codec)
        rebuild(source, edits, Settings(Fields(args.text_field or "text"), spool=Path(folder)), target)


def _restore_folder(out: Path, args: argparse.Namespace) -> None:
    """Write the originals of all files of a run to another folder. What was quarantined is in neither."""
    from ..run.state import Past
    from ..run.target import REMOVED, WORK

    run = Past.of(out / WORK)
    removed = Path(args.removed) if args.removed else out / REMOVED
    if args.target == "-" or (Path(args.target).exists() and any(Path(args.target).iterdir())):
        fail("cleaner restore: say where to write the originals: -o FOLDER, a new or empty one")
    if not removed.is_dir() and not (run and run.has_removed):
        fail(f"cleaner restore: {removed} is not there: the run was one without --removed")
    if run:
        args.text_field = args.text_field or run.text_field
        _check_removed(removed, run)
    for name in _outputs(out, run):
        target = Path(args.target) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        edits = removed / f"{name}.jsonl"
        with written(str(target)) as file:
            _restore(str(out / name), str(edits) if edits.exists() else None, file, args)


def _check_removed(removed: Path, run: Past) -> None:
    """End the program if something that a run removed is gone: a cleaned text would pass for its original."""
    from ..run.target import REMOVED

    for name in sorted(run.files):
        if name.startswith(f"{REMOVED}/") and not (removed / name.removeprefix(f"{REMOVED}/")).exists():
            fail(f"cleaner restore: {name} is not there: the same run again makes it")


def _outputs(out: Path, run: Past | None) -> Iterator[Path]:
    """Yield the names of the files that a run wrote; of all in its folder, if nothing else is known of it."""
    from ..run.target import QUARANTINE, REMOVED, WORK

    others = []
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out)
        if path.is_dir() or name.parts[0] in (QUARANTINE, REMOVED, WORK):
            continue
        if run is None or name.as_posix() in run.files:
            yield name
        else:
            others.append(str(name))
    if others:
        print(f"cleaner restore: left out {len(others)} file(s) that are not of the run: {others[0]}", file=sys.stderr)


def _text(source: BinaryIO, removed: Iterator[undo.Removed], id: str | None) -> bytes:
    """Return the original of a text, from the one document that was removed from or the one that is named."""
    documents = [document for document in removed if id is None or document.id == id]
    if not documents and id is not None:
        raise undo.Mismatch(f"nothing was removed from a document {id!r}")
    if len(documents) > 1:
        names = ", ".join(map(str, documents[:3]))
        raise undo.Mismatch(f"text was removed from {len(documents)} documents ({names}, ...); name one with --id")
    data = source.read()
    return undo.restore_text(data, documents[0]) if documents else data
