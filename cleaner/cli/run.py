"""`cleaner run IN... -o OUT`: a corpus in, a clean corpus out."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ..formats.extra import MissingExtra, need
from ..formats.files import UnsafeName
from ..formats.jsonl import Fields
from ..formats.registry import FORMATS
from ..formats.source import MAX_RECORD, Settings
from ..run import BadPlan, Busy, Job, Plan, Run, Stopped, Tally, Target, plan
from ..run.pool import explain
from . import BAD_DATA, DONE, FAILED, USAGE, fail
from .options import add_document_options, add_rule_options, cleaner_of

#: Seconds between two lines of progress where stderr is no terminal.
EVERY = 30.0

#: Rules in the table at the end of a run; --stats has all of them.
ROWS = 10


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command's options."""
    parser = argparse.ArgumentParser(
        prog="cleaner run",
        description="Clean a corpus: files, folders and globs, local or remote, on all cores. The same command again "
        "does only what is left.",
        epilog="exit codes: 0 done, 1 stopped (disk, memory, vanished input), 2 usage or bad rules, 3 bad data",
    )
    parser.add_argument("inputs", nargs="+", metavar="IN", help="a file, folder, glob or URL (s3://, gs://, hf://)")
    parser.add_argument("-o", "--output", metavar="OUT", help="folder to write to")
    parser.add_argument("-j", "--jobs", type=_positive, default=os.cpu_count() or 1, metavar="N",
                        help="worker processes (default: %(default)s, the cores)")  # fmt: skip
    parser.add_argument("--from", dest="format", choices=FORMATS, help="format of the input (default: by its name)")
    parser.add_argument(
        "--to",
        choices=[name for name in FORMATS if name != "html"],
        help="format of the output (default: that of the input)",
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing but the statistics")
    parser.add_argument("--first", type=_positive, metavar="N", help="only the first N documents")
    parser.add_argument("--removed", action="store_true", help="write what was removed to OUT/removed/")
    parser.add_argument("--stats", metavar="FILE", help="write the statistics as JSON")
    parser.add_argument("--on-error", choices=["stop", "quarantine"], default="stop",
                        help="a bad record: stop, or list it in OUT/quarantine.jsonl (default: stop)")  # fmt: skip
    parser.add_argument("--max-removed", type=_share, metavar="SHARE",
                        help="leave documents whole that would lose more than this share (0 to 1)")  # fmt: skip
    parser.add_argument("--max-record", type=_size, default=MAX_RECORD, metavar="SIZE",
                        help="bytes a record may have, such as 64M (default: 32M)")  # fmt: skip
    parser.add_argument(
        "--force",
        action="store_true",
        help="start over: overwrite what is in OUT, and delete OUT/removed and OUT/quarantine.jsonl",
    )
    add_document_options(parser)
    add_rule_options(parser)
    return parser


def main(argv: list[str]) -> int:
    """Run the command and return its exit code."""
    args = parser().parse_args(argv)
    if args.output is None and not args.dry_run:
        fail("cleaner run: say where to write: -o OUT, or --dry-run")
    if args.stats:
        _check_writable(Path(args.stats))
    try:
        with contextlib.ExitStack() as stack:
            spool = None
            if args.dry_run:
                spool = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cleaner-run-")))
            job = _job(args, spool)
            return _run(args, job, plan(args.inputs, job, args.format))
    except (BadPlan, Busy, MissingExtra, UnsafeName) as error:
        fail(f"cleaner run: {error}")
    except OSError as error:
        code = USAGE if isinstance(error, FileNotFoundError) else FAILED
        fail(f"cleaner run: {explain(error, args.output or '')}", code)


def _check_writable(stats: Path) -> None:
    """End the program now where the statistics could not be written when all is done."""
    if not os.access(stats.absolute().parent, os.W_OK):
        fail(f"cleaner run: --stats {stats}: the folder is not there, or not to be written to")
    if stats.is_dir() or (stats.exists() and not os.access(stats, os.W_OK)):
        fail(f"cleaner run: --stats {stats}: a folder, or a file that is not to be written to")


def _job(args: argparse.Namespace, spool: Path | None) -> Job:
    target = Target(args.output or "")
    fields = Fields(args.text_field, args.title_field, args.url_field, args.lang_field)
    cleaner = cleaner_of(args)
    return Job(
        cleaner,
        Settings(
            fields,
            args.lang,
            args.max_record,
            rules=cleaner.rules,
            spool=spool or target.spool,
            headline=args.title == "keep",
        ),
        target,
        to=args.to,
        removed=args.removed and not args.dry_run,
        quarantine=args.on_error == "quarantine",
        dry_run=args.dry_run,
        max_removed=args.max_removed,
    )


def _run(args: argparse.Namespace, job: Job, made: Plan) -> int:
    began = time.monotonic()
    with progress(made.size) as bar:
        run = Run(job, made, workers=args.jobs, first=args.first, force=args.force, progress=bar.update)
        try:
            tally = run()
        except Stopped as stop:
            bar.close()
            rest = "--on-error quarantine goes on without it" if stop.bad_data else "the same command does the rest"
            kept = "" if args.dry_run else f"\ncleaner run: what is done is kept; {rest}"
            fail(f"cleaner run: {stop}{kept}", BAD_DATA if stop.bad_data else FAILED)
    for line in summary(tally, made, run.resumed, time.monotonic() - began):
        print(line, file=sys.stderr)
    if args.stats:
        report = {**tally.report(), "unknown_files": dict(sorted(made.unknown.items()))}
        Path(args.stats).write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return DONE


def summary(tally: Tally, made: Plan, resumed: int, seconds: float) -> list[str]:
    """Return the lines of the table at the end of a run."""
    share = 100 * tally.removed / tally.characters if tally.characters else 0.0
    lines = [
        f"{tally.read:,} documents read, {tally.written:,} written, {tally.quarantined:,} quarantined; "
        f"{tally.changed:,} changed, {tally.flagged:,} flagged",
        f"{tally.characters:,} characters read, {tally.removed:,} removed ({share:.1f} %)",
        f"{made.files:,} files, {made.size / 1e6:,.1f} MB, {seconds:,.1f} s"
        + (f"; {resumed:,} part(s) were done before" if resumed else ""),
    ]
    left_out = [*tally.skipped.items(), *((f"file(s) of unknown format ({end})", n) for end, n in made.unknown.items())]
    lines += [f"left out: {number:,} {what}" for what, number in sorted(left_out)]
    rules = sorted(tally.rules.items(), key=lambda item: (-item[1][1], item[0]))
    if rules:
        width = max(len(name) for name, _ in rules[:ROWS])
        lines.append(f"{'rule':<{width}} {'edits':>12} {'characters':>14}")
        lines += [f"{name:<{width}} {edits:>12,} {characters:>14,}" for name, (edits, characters) in rules[:ROWS]]
    if len(rules) > ROWS:
        lines.append(f"... and {len(rules) - ROWS} more rules; --stats FILE has all")
    return lines


def progress(size: int) -> Any:
    """Return a bar with rate and time left on a terminal, elsewhere a line now and then."""
    if sys.stderr.isatty():
        try:
            return need("tqdm").tqdm(total=size, unit="B", unit_scale=True, desc="cleaner run", leave=False)
        except MissingExtra:
            pass
    return Lines(size)


class Lines:
    """Progress for a log file: a line every `EVERY` seconds."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._done = 0
        self._began = self._said = time.monotonic()

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def update(self, done: int) -> None:
        """Take note of more bytes of the input."""
        self._done += done
        now = time.monotonic()
        if now - self._said >= EVERY and self._done:
            self._said = now
            rate = self._done / (now - self._began)
            left = max(0, self._size - self._done) / rate
            share = 100 * self._done / max(1, self._size)
            speed = f"{share:.0f} % of {self._size / 1e6:,.1f} MB, {rate / 1e6:,.1f} MB/s"
            print(f"cleaner run: {speed}, {left:,.0f} s left", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Say no more."""


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)


def _share(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 <= (share := float(text)) <= 1:
            return share
    raise argparse.ArgumentTypeError(f"{text!r} is not a number between 0 and 1")


def _size(text: str) -> int:
    units = {"K": 10, "M": 20, "G": 30}
    number, unit = (text[:-1], units[text[-1].upper()]) if text[-1:].upper() in units else (text, 0)
    if not (number.isascii() and number.isdigit() and int(number)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of bytes, such as 65536 or 64M")
    return int(number) << unit
