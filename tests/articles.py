"""Articles and rules for the tests of corpora: few and small, since what is tested is that no record is lost."""

from __future__ import annotations

from pathlib import Path

RULES = """
rules:
- name: more
  description: A line that points to another article.
  cues: {en: [read more]}
  pattern: '^{lead}{cue}:'
- name: tail
  description: The last words of a line.
  cues: {en: [appeared first on]}
  pattern: '(?P<cut>The post .{0,80}{cue} .{0,40}\\.)$'
  action: strip_span
"""

TEXTS = [
    "The ferry to the northern island did not leave on Monday, because its captain had the keys in his other coat.\n"
    "Read more: Ten other ferries\nPassengers were given soup, and most of them said that it was better than the trip.",
    "Tall “quotes”, commas, and\ttabs are kept.\r\nThis line ends as on another system.\r\n\r\nRead more: Lines",
    'A "quoted" word, then a long enough sentence that ends well. The post Quotes appeared first on The Quay.',
    "",
    "Kein Wort davon ist überflüssig: äöüß, 你好, 🚢 and a last line without an end.",
]


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files of an output, without the state of the run."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".cleaner-run" not in path.parts
    }
