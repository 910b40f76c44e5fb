"""Clean article bodies out of scraped and syndicated text.

The way of a document, one module a stage:

    formats -> document -> scan -> match -> edit -> Result -> formats, report

`clean` goes the whole way with one document, in `passes` over it until no rule fires. `fold` shows a line as a reader
sees it (`characters` are its tables), a `cue` is a phrase that `scan` looks for (in an `index`; `literal` finds those
that may stand anywhere) in documents of its `language`, `place` is what a `condition` of a rule may ask of a line's
surroundings: whether it is the `headline` once more, a `heading` in a row of them, a `sentence` too short for prose, a
line of a `paragraph` that was broken into several. A pattern that takes too long is given up (`timeout`). `cache` keeps
what was made once, such as `compiled` patterns.

A rule is data (`rule`) with a `pattern` (`dates` and `speech` are blocks of it, `words` lists that it names; read part
by part, `parts`, it tells what it asks around its cue, `context`, and `behind` it, and what is `needed` for it to
match). Rules come from files (`sources`), are read one by one (`rulefile`, a `yamlfile` of `node`s, `selector`, a
`problem` for each mistake), put together as they are `written`, proved (`check`, `lint`, `hostile`) and made ready
(`load`); `catalogue`, `stub` and `schema` describe them, `why` says what held one back.
Around all this stand `cli`, the command, and `run`, for whole corpora.

>>> clean("The bridge is closed.\\n\\nRead more: Ten other bridges")
'The bridge is closed.'
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

__version__ = "0.1.0"

from .clean import Cleaner
from .document import Document
from .edit import Edit, Result, apply_edits, restore
from .load import load_rules
from .rule import RuleSet
from .sources import RuleError

if TYPE_CHECKING:
    from .formats.fragment import FragmentReader

__all__ = [
    "Cleaner", "Document", "Edit", "Result", "RuleError", "RuleSet", "apply_edits", "clean", "clean_html", "explain",
    "load_rules", "restore",
]  # fmt: skip


def clean(text: str, title: str | None = None, url: str | None = None, language: str | None = None) -> str:
    """Return `text` without its boilerplate, by the shipped rules.

    `title` is the headline if it is kept outside the text, `url` picks site rules, `language` (such as "de") narrows
    the phrases looked for to its own and English ones. Raises `TypeError` for bytes: decode them first.
    """
    return _shipped().clean(text, title=title, url=url, language=language)


def explain(text: str, title: str | None = None, url: str | None = None, language: str | None = None) -> Result:
    """Return the cleaned text with every deletion and the rule that made it; see `clean`."""
    return _shipped().explain(Document(text, title=title, url=url, language=language))


def clean_html(html: str, title: str | None = None, url: str | None = None, language: str | None = None) -> str:
    """Return a piece of HTML, such as the content of a feed entry, without its boilerplate and otherwise as it is.

    All of it counts as article: nothing is searched for, as it is in a whole page. See `clean` for the arguments.

    >>> clean_html("<p>The bridge is <b>closed</b>.</p><p>Read more: <a href='/x'>Ten other bridges</a></p>")
    '<p>The bridge is <b>closed</b>.</p>'
    """
    fragment = _fragments().read(html, title=title, url=url, language=language)
    return fragment.render(_shipped().explain(fragment.document))


@lru_cache(maxsize=1)
def _shipped() -> Cleaner:
    return Cleaner(load_rules())


@lru_cache(maxsize=1)
def _fragments() -> FragmentReader:
    from .formats.fragment import FragmentReader  # BeautifulSoup is slow to import

    return FragmentReader(_shipped().rules)
