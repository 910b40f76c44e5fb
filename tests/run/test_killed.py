"""Killed at any moment, parent or worker: the same command again gives what an undisturbed run gives."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.articles import TEXTS, tree

KILLS = 50


def test_a_run_killed_fifty_times_loses_nothing(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path / "in")
    whole, out = tmp_path / "whole", tmp_path / "out"
    began = time.monotonic()
    assert _start(corpus, whole).wait(60) == 0
    usual = time.monotonic() - began
    wanted = tree(whole)
    chance = random.Random(1)
    kills = finished = 0
    while kills < KILLS:
        run = _start(corpus, out)
        time.sleep(chance.uniform(0.2, 1.0) * usual)
        victim = chance.choice([run.pid, *_children(run.pid)])
        killed = _kill(victim)
        code = run.wait(60)
        if code == 0:
            assert tree(out) == wanted
            finished += 1
            # Begin anew, so that every stage of a run is met again.
            out = tmp_path / f"out{finished}"
        elif killed:
            kills += 1
            assert code == (-signal.SIGKILL if victim == run.pid else 1)
    assert _start(corpus, out).wait(60) == 0
    assert tree(out) == wanted


def _corpus(folder: Path) -> Path:
    folder.mkdir()
    for name in ("a", "b"):
        lines = [json.dumps({"id": f"{name}{i}", "text": TEXTS[i % len(TEXTS)] * 2}) for i in range(160)]
        lines[77] = "broken"
        (folder / f"{name}.jsonl").write_text("\n".join(lines))
    for i in range(100):
        (folder / f"{i:03}.txt").write_bytes(TEXTS[i % len(TEXTS)].encode())
    return folder


def _start(corpus: Path, out: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.run.driver", str(corpus), str(out)],
        cwd=Path(__file__).parents[2],
        stderr=subprocess.DEVNULL,
    )


def _children(pid: int) -> list[int]:
    """Return the processes that another has started; without /proc the parent alone is killed."""
    try:
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    except OSError:
        return []


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
