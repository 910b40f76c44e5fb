"""A rule file with one rule to fill in: it says what may stand where."""

from __future__ import annotations

from .pattern import BLOCKS, CUES
from .rule import When
from .rulefile import NAME
from .schema import meanings

#: Stands in a new rule wherever something is still to be written; `rules check` finds it.
FILL_IN = "FILL IN"


def stub(family: str, name: str, schema: str) -> str:
    """Return a rule file with one rule to fill in; `schema` is where editors find the JSON Schema.

    Raises `ValueError` for an id that cannot be.
    """
    for part, what in ((family, "family"), (name, "name")):
        if not NAME.fullmatch(part):
            wanted = "lower-case words joined by hyphens, such as read-colon"
            raise ValueError(f"a rule is named FAMILY/NAME: the {what} is {wanted}; found {part!r}")
    known = {**CUES, **{block: meaning for block, (_, meaning) in BLOCKS.items()}}
    blocks = _listed({f"{{{block}}}": meaning for block, meaning in known.items()})
    conditions = _listed(meanings(When))
    return _STUB.format(name=name, schema=schema, blocks=blocks, conditions=conditions, fill=FILL_IN)


def _listed(meanings: dict[str, str]) -> str:
    """Return names and what they mean as comments, in two columns."""
    width = max(map(len, meanings)) + 2
    return "\n".join(f"  #   {name.ljust(width)}{meaning}" for name, meaning in meanings.items())


_STUB = """\
# yaml-language-server: $schema={schema}
rules:
- name: {name}
  description: {fill} what goes, in one sentence.
  # Phrases by language, one of which the line must hold. Case, accents and typographic quotes do not matter.
  cues:
    en: [{fill} a phrase, {fill} another phrase]
  # A regular expression over the line as a reader sees it, with plain quotes and spaces; case counts. With strip_span a
  # group (?P<cut>...) of it goes alone. Braces name lists under the file's `words:`, and these blocks:
{blocks}
  pattern: '^{{lead}}{{cue}}{{sep}}{{title}}$'
  # drop_line | strip_span (only what matches) | drop_block (up to a blank line) | cut_tail (all below, up to prose)
  action: drop_line
  # any | head (above all prose) | tail (below all prose) | ends (either) | body
  zone: any
  # safe | balanced (the default runs both) | aggressive (runs only when asked for)
  level: balanced
  # All that is asked beside the pattern, such as when: {{max_chars: 200, after: [crosslink], unless: ['\\d']}}
{conditions}
  examples:
    en:
    - text: "{fill} a sentence.\\n\\n{fill} the line that goes"
      clean: "{fill} a sentence."
    - text: "{fill} another sentence.\\n\\n{fill} another line that goes"
      clean: "{fill} another sentence."
  # What looks alike and must stay, whatever rules run.
  keep:
  - "{fill} a line of somebody's prose."
  - "{fill} another line."
"""
