"""From what was asked for to what will be done: the sources of a run, and the conditions it depends on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from typing import Any

from .. import __version__
from ..formats import files
from ..formats.compression import split_name
from ..formats.registry import WHOLE, format_by_name, format_of
from ..formats.source import Source
from ..rule import RuleSet
from .target import QUARANTINE, REMOVED, WORK
from .work import Job


class BadPlan(ValueError):
    """What was asked for cannot be done."""


@dataclass(slots=True)
class Plan:
    """The sources in their order, how many files of unknown formats are left out, and what stands for the input."""

    sources: list[Source]
    unknown: Counter[str] = field(default_factory=Counter)
    files: int = 0
    size: int = 0
    digest: str = ""


def plan(inputs: list[str], job: Job, format: str | None) -> Plan:
    """Return what to do with the inputs; `format` holds for all of them, else their names tell.

    Raises `BadPlan`, `OSError` and `UnsafeName`.
    """
    _check_inputs(inputs, job)
    made = Plan([])
    digest = blake2b(digest_size=16)
    found = []
    for file in files.find(inputs, None if job.dry_run else job.target.out):
        if not file.regular:
            made.unknown["no regular file"] += 1
            continue
        known = format or format_by_name(file.name)
        if known is None and file.path in inputs:
            raise BadPlan(f"{file.path}: the name does not tell the format: name it with --from")
        if known is None:
            made.unknown[Path(split_name(file.name)[0]).suffix or "no ending"] += 1
            continue
        made.files += 1
        made.size += file.size
        digest.update(f"{file.name}\0{file.path}\0{file.stamp}\0".encode("utf-8", "surrogateescape"))
        found.append(Source(file.path, file.name, file.size, known, split_name(file.name)[1], file.stamp))
    if not found:
        raise BadPlan("no file of a known format in the input: name the format with --from")
    made.digest, made.sources = digest.hexdigest(), list(_grouped(found, together=job.to not in (None, *WHOLE)))
    _check_names(made.sources, job)
    return made


def _check_inputs(inputs: list[str], job: Job) -> None:
    """Refuse what --force would delete before it is read."""
    for path in inputs:
        if not job.dry_run and job.target.keeps(path):
            raise BadPlan(f"{path} is written by runs to {job.target.out} themselves: name another folder with -o")


def _grouped(sources: list[Source], *, together: bool) -> Iterator[Source]:
    """Yield the sources, small files of one document that follow one another as one, or all `together`."""
    if together:
        sources = sorted(sources, key=lambda source: source.format in WHOLE)

    def kind(source: Source) -> str:
        return "" if source.format not in WHOLE else WHOLE[0] if together else source.format

    for format, group in groupby(sources, key=kind):
        if format:
            members = tuple(group)
            size = sum(member.size for member in members)
            yield Source(members[0].path, members[0].name, size, format, members=members)
        else:
            yield from group


def _check_names(sources: list[Source], job: Job) -> None:
    taken: dict[str, str] = {}
    formats = {name: format_of(name, job.settings, job.to) for name in {source.format for source in sources}}
    for source in sources:
        format = formats[source.format]
        for file in [source] if format.joins or not source.members else source.members:
            name = format.name(file)
            if name in taken:
                raise BadPlan(f"{file.path} and {taken[name]} would both be written as {name}")
            if name.split("/")[0] in (QUARANTINE, REMOVED, WORK):
                raise BadPlan(f"{file.path}: {name} is a name that the run itself writes; run it on its own")
            if not job.dry_run and files.is_same(job.target.path(name), file.path):
                raise BadPlan(f"{file.path} would be overwritten: name another folder with -o")
            taken[name] = file.path


def conditions(plan: Plan, job: Job, first: int | None) -> dict[str, Any]:
    """Return what the output of a run depends on, by names a message can use."""
    settings = job.settings
    return {
        "version": __version__,
        "rules": _digest(job.cleaner.rules),
        "input": {"files": plan.files, "bytes": plan.size, "digest": plan.digest},
        "--from": sorted({file.format for source in plan.sources for file in source.members or [source]}),
        "--to": job.to,
        "--removed": job.removed,
        "--max-removed": job.max_removed,
        "--first": first,
        "--title": job.cleaner.title,
        "--lang": settings.language,
        "--text-field": settings.fields.text,
        "--title-field": settings.fields.title,
        "--url-field": settings.fields.url,
        "--lang-field": settings.fields.language,
        "--max-record": settings.max_record,
        "part size": settings.part,
    }


def _digest(rules: RuleSet) -> str:
    """Return what changes when a rule set does: in a rule, in their order, in what they protect."""
    digest = blake2b(repr(rules.protect).encode(), digest_size=16)
    for rule in rules.rules:
        digest.update(repr([dict(value) if isinstance(value, Mapping) else value for value in rule]).encode())
    return digest.hexdigest()
