"""How fast `cleaner` is, beside what else one could run: every row in the same run, on one core but for corpus runs.

python -m tests.benchmarks                 a made corpus of 20 MB
python -m tests.benchmarks --size 100      of 100 MB
python -m tests.benchmarks --corpus F      the JSON Lines file F
python -m tests.benchmarks --rows memory   only the rows in memory (also: jsonl, startup, growth, run, rss)
python -m tests.benchmarks --readme        put the tables into the README
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import tempfile
from pathlib import Path

from ..readme import README, with_part
from . import growth, jsonl, memory, run, startup
from .corpus import Article, articles

ROWS = {
    "memory": memory.rows,
    "jsonl": jsonl.rows,
    "startup": startup.rows,
    "growth": growth.rows,
    "run": run.rows,
    "rss": growth.rss_rows,
}


def main() -> int:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=20, help="megabytes of made corpus (default: 20)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--boilerplate", type=float, default=0.5, help="share of articles that hold boilerplate (default: 0.5)"
    )
    parser.add_argument("--corpus", type=Path, help="a JSON Lines file with a field 'text', instead of a made one")
    parser.add_argument("--rows", choices=ROWS, action="append", help="only these tables; repeatable")
    parser.add_argument(
        "--rss-size", type=float, default=2000, help="megabytes of the file for the memory row (default: 2000)"
    )
    parser.add_argument("--readme", action="store_true", help="put the tables into the README")
    args = parser.parse_args()
    args.cores = set(range(os.cpu_count() or 1))
    if hasattr(os, "sched_setaffinity"):
        args.cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(args.cores)})
    if args.corpus:
        rows = map(json.loads, args.corpus.read_bytes().splitlines())
        corpus = [Article(row.get("title") or "", row["text"]) for row in rows]
    else:
        corpus = list(articles(args.seed, int(args.size * 1e6), args.boilerplate))
    size = sum(len(article.text.encode("utf-8", "surrogatepass")) for article in corpus)
    lines = [f"{len(corpus)} documents, {size / 1e6:.1f} MB, Python {sys.version.split()[0]}, one core"]
    print(lines[0])
    with tempfile.TemporaryDirectory() as folder:
        for name in args.rows or ROWS:
            for line in itertools.chain(["", name], ("  " + row for row in ROWS[name](corpus, Path(folder), args))):
                print(line, flush=True)
                lines.append(line)
    if args.readme:
        table = "```\n" + "\n".join(lines) + "\n```\n"
        README.write_text(with_part(README.read_text(encoding="utf-8"), "numbers", table), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
