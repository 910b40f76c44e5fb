"""Options that several commands share, and what they mean in Python."""

from __future__ import annotations

import argparse
import sys

from ..clean import Cleaner
from ..language import code_of
from ..load import load_rules
from ..rule import LEVELS
from ..sources import RuleError
from . import fail


def add_rule_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which rules run."""
    group = parser.add_argument_group("rules")
    group.add_argument(
        "--level", choices=LEVELS, default="balanced", help="how much risk a rule may take (default: %(default)s)"
    )
    group.add_argument(
        "--select", action="append", default=[], metavar="RULE", help="only this rule or family; repeatable"
    )
    group.add_argument(
        "--ignore", action="append", default=[], metavar="RULE", help="not this rule or family; repeatable"
    )
    group.add_argument(
        "--rules", action="append", default=[], metavar="FILE", help="add a rule file or folder; repeatable"
    )
    group.add_argument(
        "--title", choices=["keep", "drop"], default="keep", help="the headline in the text (default: keep it once)"
    )


def add_document_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what is known of the documents."""
    group = parser.add_argument_group("documents")
    add_language_option(group, "language of all documents, such as de: its phrases and English ones count, no others")
    group.add_argument("--text-field", default="text", metavar="NAME", help="field to clean (default: %(default)s)")
    group.add_argument("--title-field", metavar="NAME", help="field of the headline, which then goes from the text")
    group.add_argument("--url-field", metavar="NAME", help="field of the address, for site rules")
    group.add_argument("--lang-field", metavar="NAME", help="field of the language")


def add_language_option(parser: argparse._ActionsContainer, help: str) -> None:
    """Add `--lang`."""
    parser.add_argument("--lang", metavar="CODE", type=_language, help=help)


def _language(code: str) -> str:
    """Return a language's code as it is; say so if it names none, which is as if none were given."""
    if code and not code_of(code):
        print(f"cleaner: no language has the code {code!r}: the phrases of all count", file=sys.stderr)
    return code


def add_html_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what HTML there is and what to do with it."""
    group = parser.add_argument_group("HTML")
    group.add_argument("--html-field", metavar="NAME", help="field of HTML, whose clean text goes to the text field")
    group.add_argument(
        "--html",
        choices=["auto", "page", "fragment"],
        default="auto",
        help="a page, whose article is looked for, or a fragment that is all article (default: what it says it is)",
    )
    group.add_argument(
        "--metadata", action="store_true", help="fill author, date, site, url, language from the page where unknown"
    )


def cleaner_of(args: argparse.Namespace) -> Cleaner:
    """Return the cleaner that the rule options ask for; end the program where they make no sense."""
    try:
        rules = load_rules(*args.rules)
        return Cleaner(rules, level=args.level, select=args.select, ignore=args.ignore, title=args.title)
    except RuleError as error:
        fail(str(error))
    except KeyError as error:
        fail(f"cleaner: no rule or family is named {error.args[0]!r}; see 'cleaner rules list'")
