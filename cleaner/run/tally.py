"""What a run counts, part by part and in all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ..edit import Result
from ..formats.names import host_of

#: Sites and flagged documents listed in the statistics at most. A crawl has millions of sites; those that lose most
#: are of interest, and memory stays bounded.
MAX_SITES = 10_000
MAX_FLAGGED = 1_000


@dataclass(slots=True)
class Tally:
    """Counts of documents, characters, and removals by rule and by site (as [documents or edits, characters])."""

    read: int = 0
    written: int = 0
    quarantined: int = 0
    changed: int = 0
    characters: int = 0
    removed: int = 0
    flagged: int = 0
    kept_whole: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    rules: dict[str, list[int]] = field(default_factory=dict)
    sites: dict[str, list[int]] = field(default_factory=dict)
    flagged_documents: list[dict[str, Any]] = field(default_factory=list)

    def count(self, result: Result) -> None:
        """Count a document and what it lost."""
        document = result.document
        self.characters += len(document.text)
        if not result.edits:
            return
        self.changed += 1
        lost = 0
        for edit in result.edits:
            lost += edit.end - edit.start
            _count(self.rules, edit.rule, 1, edit.end - edit.start)
        self.removed += lost
        if document.url and (site := host_of(document.url)):
            _count(self.sites, site, 1, lost)

    def flag(self, file: str, number: int, result: Result, share: float, *, kept_whole: bool) -> None:
        """Note a document that loses more than it should."""
        self.flagged += 1
        self.kept_whole += kept_whole
        if len(self.flagged_documents) < MAX_FLAGGED:
            self.flagged_documents.append(
                {"file": file, "record": number, "id": result.document.id, "share": round(share, 3)}
            )

    def add(self, other: Tally) -> None:
        """Add the counts of the part that follows."""
        for name in ("read", "written", "quarantined", "changed", "characters", "removed", "flagged", "kept_whole"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.skipped.update(other.skipped)
        for mine, its in ((self.rules, other.rules), (self.sites, other.sites)):
            for key, (number, characters) in its.items():
                _count(mine, key, number, characters)
        if len(self.sites) > 2 * MAX_SITES:
            self.sites = _largest(self.sites)
        self.flagged_documents += other.flagged_documents[: MAX_FLAGGED - len(self.flagged_documents)]

    def to_json(self) -> dict[str, Any]:
        """Return the counts as they are written to the journal."""
        return {name: getattr(self, name) for name in Tally.__slots__}

    @staticmethod
    def from_json(counts: dict[str, Any]) -> Tally:
        """Return the counts that `to_json` gave."""
        return Tally(**{**counts, "skipped": Counter(counts["skipped"])})

    def report(self) -> dict[str, Any]:
        """Return the statistics as people read them."""
        return {
            "documents": {
                "read": self.read, "written": self.written, "quarantined": self.quarantined, "changed": self.changed,
                "flagged": self.flagged, "kept_whole": self.kept_whole,
            },
            "characters": {"read": self.characters, "removed": self.removed},
            "skipped": dict(sorted(self.skipped.items())),
            "rules": _rows(self.rules, "edits"),
            "sites": _rows(_largest(self.sites), "documents"),
            "flagged_documents": self.flagged_documents,
        }  # fmt: skip


def _count(counts: dict[str, list[int]], key: str, number: int, characters: int) -> None:
    row = counts.setdefault(key, [0, 0])
    row[0] += number
    row[1] += characters


def _largest(sites: dict[str, list[int]]) -> dict[str, list[int]]:
    """Return the sites that lose most; the others together as `other`."""
    if len(sites) <= MAX_SITES:
        return sites
    ordered = sorted((site for site in sites if site != "other"), key=lambda site: (-sites[site][1], site))
    kept = {site: sites[site] for site in ordered[: MAX_SITES - 1]}
    rest = [sites[site] for site in (*ordered[MAX_SITES - 1 :], "other") if site in sites]
    return {**kept, "other": [sum(row[0] for row in rest), sum(row[1] for row in rest)]}


def _rows(counts: dict[str, list[int]], what: str) -> dict[str, dict[str, int]]:
    ordered = sorted(counts, key=lambda key: (-counts[key][1], key))
    return {key: {what: counts[key][0], "characters": counts[key][1]} for key in ordered}
