"""Worker processes: tasks out, outcomes back, and what to say when one of them dies."""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import queue
import signal
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Protocol

from ..formats.extra import MissingExtra
from ..formats.source import Part
from .work import BadData, Job, Join, Outcome, Worker

Task = Part | Join

#: Tasks a worker has at hand: the one it does, and the next, so that it never waits.
AT_HAND = 2


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that could not be done. `bad_data` tells a broken input from a broken machine."""

    key: str
    message: str
    bad_data: bool = False


class Pool(Protocol):
    """Does tasks, in no order."""

    def has_room(self) -> bool:
        """Whether another task would be started soon."""
        ...

    def submit(self, task: Task) -> None:
        """Hand over a task."""
        ...

    def finished(self) -> list[Outcome | Failure]:
        """Wait for some tasks and return what came of them; nothing if there are none."""
        ...


class Here:
    """Does the tasks in this process."""

    def __init__(self, job: Job) -> None:
        self._worker = Worker(job)
        self._done: list[Outcome | Failure] = []

    def has_room(self) -> bool:
        """Whether the last task's outcome was taken."""
        return not self._done

    def submit(self, task: Task) -> None:
        """Do a task."""
        self._done.append(attempt(self._worker, task))

    def finished(self) -> list[Outcome | Failure]:
        """Return what came of the last task."""
        done, self._done = self._done, []
        return done


@dataclass(slots=True)
class _Process:
    process: BaseProcess
    connection: Connection
    tasks: deque[str] = field(default_factory=deque)


class Processes:
    """Does the tasks in processes of their own."""

    def __init__(self, job: Job, count: int) -> None:
        # A fresh interpreter: a fork would inherit locks that threads of pyarrow or of the caller hold.
        self._context = multiprocessing.get_context("spawn")
        self._job = job
        self._count = count
        self._workers: list[_Process] = []

    def has_room(self) -> bool:
        """Whether a worker has less at hand than it may, or could be started."""
        return len(self._workers) < self._count or any(len(worker.tasks) < AT_HAND for worker in self._workers)

    def submit(self, task: Task) -> None:
        """Hand a task to the worker that has least to do; start another if all are busy."""
        if len(self._workers) < self._count and all(worker.tasks for worker in self._workers):
            self._start()
        worker = min(self._workers, key=lambda worker: len(worker.tasks))
        worker.tasks.append(task.key)
        with contextlib.suppress(OSError):  # it has died: `finished` says so
            worker.connection.send(task)

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._job), daemon=True)
        process.start()
        theirs.close()
        self._workers.append(_Process(process, ours))

    def finished(self) -> list[Outcome | Failure]:
        """Wait for some outcomes; a worker that dies takes its tasks along, and they fail."""
        busy = {worker.connection: worker for worker in self._workers if worker.tasks}
        done: list[Outcome | Failure] = []
        for ready in wait(list(busy)) if busy else ():
            worker = busy[ready]  # type: ignore[index]
            try:
                done.append(worker.connection.recv())
                worker.tasks.popleft()
            except (EOFError, OSError):
                worker.process.join()
                message = _epitaph(worker.process.exitcode, worker.tasks[0])
                done += [Failure(key, message) for key in worker.tasks]
                worker.tasks.clear()
                self._workers.remove(worker)
        return done

    def close(self) -> None:
        """End the workers, whatever they are doing: unfinished parts have no name yet."""
        for worker in self._workers:
            worker.process.terminate()
            worker.connection.close()
        for worker in self._workers:
            worker.process.join()


@contextlib.contextmanager
def pool(job: Job, count: int) -> Iterator[Pool]:
    """Start `count` workers, and end them."""
    if count == 1:
        yield Here(job)
        return
    processes = Processes(job, count)
    try:
        yield processes
    finally:
        processes.close()


def attempt(worker: Worker, task: Task) -> Outcome | Failure:
    """Do a task; say in a sentence why it cannot be done."""
    try:
        return worker.do(task)
    except BadData as error:
        return Failure(task.key, str(error), bad_data=True)
    except ValueError as error:
        return Failure(task.key, f"{task.source.path}: {error}", bad_data=True)
    except MissingExtra as error:
        return Failure(task.key, str(error))
    except (OSError, MemoryError) as error:
        return Failure(task.key, explain(error, task.source.path))


def explain(error: OSError | MemoryError, path: str) -> str:
    """Say in a sentence what is wrong with a file, a disk, or the memory."""
    if isinstance(error, MemoryError):
        return f"{path}: out of memory: use fewer workers (-j) or a smaller --max-record"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full: make room and run the same command again"
    if error.errno == errno.EFBIG:
        return "a file grew beyond what this system allows (ulimit -f): allow more and run the same command again"
    return f"{error.filename or path}: {error.strerror or error}"


def _epitaph(code: int | None, key: str) -> str:
    file, _, part = key.rpartition("#")
    place = f"at part {part} of {file}"
    if code == -signal.SIGKILL:
        return f"a worker was killed {place}, perhaps for want of memory: run the same command again, with fewer (-j)"
    return f"a worker died {place} (exit code {code}): run the same command again; if it dies there again, report it"


def _serve(connection: Connection, job: Job) -> None:
    """Do tasks until the parent ends this process, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    tasks: queue.Queue[Task] = queue.Queue()
    threading.Thread(target=_receive, args=(connection, tasks), daemon=True).start()
    worker = Worker(job)
    while True:
        connection.send(attempt(worker, tasks.get()))


def _receive(connection: Connection, tasks: queue.Queue[Task]) -> None:
    """Take tasks off the pipe, so that the parent need not wait for this worker to be free.

    Without the parent nobody takes note of what this process does, and another run may have begun: end at once.
    """
    try:
        while True:
            tasks.put(connection.recv())
    except (EOFError, OSError):
        os._exit(1)
