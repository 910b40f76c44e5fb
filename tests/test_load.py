"""Rule files: what is right becomes rules, what is wrong is told with line, column and what was meant."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
import regex

from cleaner.clean import Cleaner
from cleaner.load import load_rules, parse_rules, prepare
from cleaner.rule import Example, Rule, RuleSet, When
from cleaner.sources import RuleError, Source, read_sources, shipped_directory
from cleaner.written import read_rules

RULE = """\
rules:
- name: read-colon
  description: A line that points elsewhere.
  cues:
    en: [read more, see also]
    no: [les også]
  pattern: '^{lead}{cue}{sep}{title}$'
  action: drop_line
  zone: tail
  level: balanced
  prose: true
  when: {max_chars: 300, min_link_density: 0.5, after: [read-on, any], unless: ['\\d']}
  examples:
    en:
    - {text: "a", clean: "b", title: "c"}
  keep:
  - "Read it."
"""


def problems(text: str, *others: tuple[str, str], path: str = "rules/crosslink.yaml") -> list[str]:
    """Return what is wrong with rule files."""
    with pytest.raises(RuleError) as caught:
        parse_rules([Source(path, text), *(Source(*other) for other in others)])
    return str(caught.value).split("\n")


def rule(**fields: str) -> str:
    """Return a rule file with one rule that has these fields, as they are written, beside the ones it must have."""
    known = {"name": "read-colon", "description": "A line.", "pattern": "'^a'"} | fields
    return "rules:\n" + "".join(
        f"{'- ' if name == 'name' else '  '}{name}: {value}\n" for name, value in known.items() if value
    )


def test_a_rule_as_written() -> None:
    written = parse_rules([Source("rules/crosslink.yaml", RULE.replace("read-on", "crosslink"))]).rules
    assert written == (
        Rule(
            id="crosslink/read-colon",
            description="A line that points elsewhere.",
            pattern="^{lead}{cue}{sep}{title}$",
            action="drop_line",
            zone="tail",
            level="balanced",
            prose=True,
            cues={"en": ("read more", "see also"), "no": ("les også",)},
            when=When(max_chars=300, min_link_density=0.5, after=("crosslink", "any"), unless=("\\d",)),
            examples={"en": (Example("a", "b", "c"),)},
            keep=("Read it.",),
        ),
    )


def test_prepared_cues_are_folded_and_have_a_form_without_accents() -> None:
    rules = RuleSet((Rule("a/b", "", "", cues={"fr": ("À  lire", "L’avis")}, keep=("x",)),))
    prepared = prepare(rules)
    assert prepared.rules[0].cues == {"fr": ("à lire", "a lire", "l'avis")}
    assert prepared.rules[0].keep == ()
    assert prepare(prepared) is prepared


#: What is written wrong, and what is said of it, word for word.
MISTAKES = {
    "unknown field": (rule(actoin="drop_line"), ["5:3: read-colon: unknown field 'actoin' (did you mean 'action'?)"]),
    "unknown field, nothing near": (rule(zzz="1"), ["5:3: read-colon: unknown field 'zzz'"]),
    "field twice": (
        rule() + "  pattern: b\n",
        ["5:3: read-colon: the field 'pattern' stands here twice"],
    ),
    "unknown key of the file": ("ruels: []\n", ["1:1: unknown field 'ruels' (did you mean 'rules'?)"]),
    "unknown condition": (
        rule(when="{maxchars: 3}"),
        ["5:10: read-colon: unknown field 'maxchars' (did you mean 'max_chars'?)"],
    ),
    "missing fields": (
        "rules:\n- name: a\n",
        ["2:3: a: the field 'description' is missing", "2:3: a: the field 'pattern' is missing"],
    ),
    "no name": (
        "rules:\n- description: A line.\n  pattern: a\n",
        ["2:3: the field 'name' is missing"],
    ),
    "a name that is none": (
        rule(name="Read Colon"),
        ["2:9: a name is lower-case words joined by hyphens, such as 'read-colon'; found 'Read Colon'"],
    ),
    "the name of another rule": (
        rule() + rule().removeprefix("rules:\n"),
        ["5:9: read-colon: the name is taken by the rule in line 2"],
    ),
    "unknown action": (
        rule(action="drop_lines"),
        [
            "5:11: read-colon: expected drop_line, strip_span, drop_block, cut_tail; found 'drop_lines'"
            " (did you mean 'drop_line'?)"
        ],
    ),
    "unknown zone": (
        rule(zone="top"),
        ["5:9: read-colon: expected any, head, body, tail, ends; found 'top'"],
    ),
    "unknown repeats": (
        rule(when="{repeats: titel}"),
        ["5:19: read-colon: expected title, earlier_line; found 'titel' (did you mean 'title'?)"],
    ),
    "no boolean": (rule(prose="yes"), ["5:10: read-colon: expected true or false, found 'yes'"]),
    "no number": (rule(when="{max_chars: ten}"), ["5:21: read-colon: expected a whole number, found 'ten'"]),
    "no whole number": (rule(when="{max_chars: 1.5}"), ["5:21: read-colon: expected a whole number, found '1.5'"]),
    "what Python takes for a whole number": (
        rule(when="{max_chars: 1_0, min_chars: ٣, max_words: +4}"),
        [
            "5:21: read-colon: expected a whole number, found '1_0'",
            "5:37: read-colon: expected a whole number, found '٣'",
            "5:51: read-colon: expected a whole number, found '+4'",
        ],
    ),
    "what Python takes for a number": (
        rule(when="{min_link_density: nan}"),
        ["5:28: read-colon: expected a number, found 'nan'"],
    ),
    "a space at the end of a line": (
        rule(pattern="|\n    ^{lead}a\\ \n    b$"),
        ["4:12: read-colon: \\ stands at the end of a line, where white space does not count: write \\s"],
    ),
    "below its range": (
        rule(when="{max_chars: 0}"),
        ["5:21: read-colon: max_chars is a number 1 or more, found '0'"],
    ),
    "above its range": (
        rule(when="{min_link_density: 50}"),
        ["5:28: read-colon: min_link_density is a number from 0 to 1, found '50'"],
    ),
    "a text for a list": (
        rule(keep="Read it."),
        ["5:9: read-colon: expected a list, found the text 'Read it.'"],
    ),
    "a list for a text": (rule(description="[a]"), ["3:16: read-colon: expected text, found a list"]),
    "fields for a text": (rule(description="{a: b}"), ["3:16: read-colon: expected text, found fields"]),
    "nothing for a list": ("rules:\n", ["1:7: expected a list, found nothing"]),
    "a text for a rule": ("rules: [a]\n", ["1:9: expected fields (name: value), found the text 'a'"]),
    "a list for a file": ("- a\n", ["1:1: expected fields (name: value), found a list"]),
    "a list for cues": (
        rule(cues="[read]"),
        ["5:9: read-colon: expected fields (name: value), found a list"],
    ),
    "one cue for a list": (
        rule(cues="{en: read}"),
        ["5:14: read-colon: expected a list, found the text 'read'"],
    ),
    "an empty cue": (
        rule(cues="{en: [read, ' ']}"),
        ["5:21: read-colon: the cue ' ' is empty once it is folded: it would be in every line"],
    ),
    "no selector": (
        rule(select="div["),
        ["5:11: read-colon: not a CSS selector: Expected ident or '*', got <EOF at 4>"],
    ),
    "a selector of what is no element": (
        rule(select="'p::before'"),
        ["5:11: read-colon: not a CSS selector: Pseudo-elements are not supported."],
    ),
    "a selector that fragments do not know": (
        rule(select="'#1'"),
        ["5:11: read-colon: not a CSS selector: Malformed id selector at position 0"],
    ),
    "a region": (
        rule(cues="{pt-BR: [leia]}"),
        ["5:10: read-colon: a language is a code of two or three letters, or any; found 'pt-BR' (did you mean 'pt'?)"],
    ),
    "a language by its name": (
        rule(examples="{german: []}"),
        ["5:14: read-colon: a language is a code of two or three letters, or any; found 'german'"],
    ),
    "a code that no document is compared by": (
        rule(cues="{nb: [les], deu: [lies], xx: [a], '': [b], ceb: [c]}"),
        [
            "5:10: read-colon: a language is a code of two or three letters, or any; found 'nb' (did you mean 'no'?)",
            "5:21: read-colon: a language is a code of two or three letters, or any; found 'deu' (did you mean 'de'?)",
            "5:34: read-colon: a language is a code of two or three letters, or any; found 'xx'",
            "5:43: read-colon: a language is a code of two or three letters, or any; found ''",
        ],
    ),
    "a language of documents": (
        rule(when="{languages: [DE]}"),
        ["5:22: read-colon: a language is a code of two or three letters, or any; found 'DE' (did you mean 'de'?)"],
    ),
    "half an example": (
        rule(examples="{en: [{text: a}]}"),
        ["5:19: read-colon: the example has no 'clean'"],
    ),
    "an example that is a text": (
        rule(examples="{en: [a]}"),
        ["5:19: read-colon: expected fields (name: value), found the text 'a'"],
    ),
    "unknown block": (
        rule(pattern="'^{leed}a'"),
        ["4:12: read-colon: unknown block {leed} in the pattern (did you mean 'lead'?)"],
    ),
    "unknown words, with a capital": (
        rule() + "words: {day: {en: [monday]}}\n",
        ["5:9: no pattern names the words 'crosslink/day'"],
    ),
    "words that are named otherwise": (
        rule(pattern="'^{dey} {Day}'") + "words: {day: {en: [monday]}}\n",
        ["4:12: read-colon: unknown block {dey} in the pattern (did you mean 'day'?)"],
    ),
    "words named like a building block": (
        rule(pattern="'^{date}'") + "words: {date: {en: [monday]}}\n",
        ["5:9: {date} is a building block of patterns: choose another name"],
    ),
    "a name of words with a capital": (
        rule(pattern="'^{Day}'") + "words: {Day: {en: [monday]}}\n",
        [
            "4:12: read-colon: unknown block {Day} in the pattern",
            "5:9: words are named in small letters, such as 'weekday' or 'date/weekday'; found 'Day'",
        ],
    ),
    "a word with a star inside": (
        rule(pattern="'^{day}'") + "words: {day: {en: [monday], de: [mon*tag, '*']}}\n",
        [
            "5:34: day: a word has letters, and a * at its ends only; found 'mon*tag'",
            "5:43: day: a word has letters, and a * at its ends only; found '*'",
        ],
    ),
    "no words": (
        rule(pattern="'^{day}'") + "words: {day: {en: [], de: ['', '&nbsp;']}}\n",
        [
            "5:19: day: the list of words is empty",
            "5:28: day: a word has letters, and a * at its ends only; found ''",
            "5:32: day: a word has letters, and a * at its ends only; found '&nbsp;'",
        ],
    ),
    "words in no language": (
        rule(pattern="'^{day}'") + "words: {day: [monday]}\n",
        ["5:14: day: expected fields (name: value), found a list"],
    ),
    "no cues for {cue}": (
        rule(pattern="'^{cue}'"),
        ["4:12: read-colon: the pattern has {cue} but the rule has no cues"],
    ),
    "no cues in any language": (
        rule(pattern="'^{cue}'", cues="{}"),
        ["4:12: read-colon: the pattern has {cue} but the rule has no cues"],
    ),
    "cues in a language without any": (
        rule(pattern="'^{cue}'", cues="{en: []}"),
        ["4:12: read-colon: the pattern has {cue} but the rule has no cues"],
    ),
    "{cue} in a condition": (
        rule(when="{unless: ['{cue}']}"),
        ["5:19: read-colon: unknown block {cue} in the pattern"],
    ),
    "a pattern left open": (
        rule(pattern="'^{lead}(a'"),
        ["4:12: read-colon: the pattern does not compile: missing ) at its end"],
    ),
    "a pattern wrong in the middle": (
        rule(pattern="'{title}{lead}*+*bcd'"),
        ["4:12: read-colon: the pattern does not compile: multiple repeat before '*bcd'"],
    ),
    "a condition's pattern": (
        rule(when="{previous: 'a)'}"),
        ["5:20: read-colon: the pattern does not compile: unbalanced parenthesis before ')'"],
    ),
    "a protected pattern": (
        "protect:\n- 'ok'\n- '['\n",
        ["3:3: the pattern does not compile: unterminated character set at its end"],
    ),
    "unknown family": (
        rule(when="{after: [crosslnk, any]}"),
        ["5:18: read-colon: unknown rule or family 'crosslnk' (did you mean 'crosslink'?)"],
    ),
    "unknown rule": (
        rule(when="{before: [crosslink/read-colo]}"),
        ["5:19: read-colon: unknown rule or family 'crosslink/read-colo' (did you mean 'crosslink/read-colon'?)"],
    ),
    "unknown rule to disable": ("disable: [footers]\n", ["1:11: unknown rule or family 'footers'"]),
    "a list to disable": ("disable:\n- [a]\n", ["2:3: expected text, found a list"]),
    "a bracket left open": ("rules: [\n", ["2:1: not YAML: did not find expected node content"]),
    "a tab": ("rules:\n\t- a\n", ["2:1: not YAML: found character that cannot start any token"]),
    "a control character": ("rules:\n- ab\x07\n", ["2:5: not YAML: the character U+0007 may not stand here"]),
    "two documents": ("rules: []\n---\nrules: []\n", ["2:1: not YAML: but found another document"]),
    "an unknown alias": ("rules: *a\n", ["1:8: not YAML: found undefined alias"]),
    "an alias to itself": ("rules: &a [*a]\n", ["1:1: not YAML: a value that contains itself"]),
    "a key that is a list": ("[a]: b\n", ["1:1: expected text, found a list"]),
}


@pytest.mark.parametrize(("text", "said"), MISTAKES.values(), ids=MISTAKES)
def test_mistake(text: str, said: list[str]) -> None:
    assert problems(text) == [f"rules/crosslink.yaml:{line}" for line in said]


@pytest.mark.parametrize("name", ["any", "My Rules", "a,b"])
def test_a_name_of_a_file_that_is_no_family(name: str) -> None:
    said = f"a file is named as the family of its rules: one word such as read-more, and not any; found {name!r}"
    assert problems(rule(), path=f"mine/{name}.yaml") == [f"mine/{name}.yaml:1:1: {said}"]
    assert parse_rules([Source(f"{name}.yaml", "protect: ['^a']\n")]).protect == ("^a",)


def test_a_pattern_in_lines_may_end_one_in_a_backslash_of_its_own() -> None:
    (written,) = parse_rules([Source("a.yaml", rule(pattern="|\n    ^a\\\\\n    b$"))]).rules
    assert written.pattern == r"^a\\b$"


def test_columns_count_characters() -> None:
    assert problems(rule(cues="{de: ['für über ß', 'ééé']}", zoen="any")) == [
        "rules/crosslink.yaml:6:3: read-colon: unknown field 'zoen' (did you mean 'zone'?)"
    ]
    assert problems(rule(when="{previous: 'ééé𝄞風', max_chars: x}")) == [
        "rules/crosslink.yaml:5:40: read-colon: expected a whole number, found 'x'"
    ]


def test_all_mistakes_of_all_files_at_once() -> None:
    first = rule(zone="top", actoin="x") + rule(name="b", level="bold").removeprefix("rules:\n")
    assert problems(first, ("rules/date.yaml", rule(pattern="'('")), ("mine.yaml", "disable: [datum]\n")) == [
        "mine.yaml:1:11: unknown rule or family 'datum' (did you mean 'date'?)",
        "rules/crosslink.yaml:5:9: read-colon: expected any, head, body, tail, ends; found 'top'",
        "rules/crosslink.yaml:6:3: read-colon: unknown field 'actoin' (did you mean 'action'?)",
        "rules/crosslink.yaml:10:10: b: expected safe, balanced, aggressive; found 'bold'",
        "rules/date.yaml:4:12: read-colon: the pattern does not compile: missing ) at its end",
    ]


def test_a_rule_with_a_mistake_is_known_to_others() -> None:
    other = rule(name="b", when="{after: [crosslink/read-colon]}").removeprefix("rules:\n")
    assert problems(rule(zone="top") + other) == [
        "rules/crosslink.yaml:5:9: read-colon: expected any, head, body, tail, ends; found 'top'"
    ]


@pytest.mark.parametrize("enabled", [True, False])
def test_reading_leaves_the_garbage_collector_as_it_was(*, enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()
    try:
        read_rules([Source("rules/crosslink.yaml", "rules: [")])
        assert gc.isenabled() == enabled
    finally:
        gc.enable()


def test_the_id_of_a_rule_in_another_file() -> None:
    assert problems(rule(), ("mine/crosslink.yaml", rule())) == [
        "mine/crosslink.yaml:2:9: read-colon: the id crosslink/read-colon is taken by a rule of rules/crosslink.yaml"
    ]


def test_the_rest_of_a_file_with_mistakes_is_read() -> None:
    text = rule(zone="top") + rule(name="b").removeprefix("rules:\n")
    written = read_rules([Source("rules/crosslink.yaml", text)])
    assert [rule.id for rule in written.rules.rules] == ["crosslink/b"]
    assert len(written.problems) == 1


def test_disable_and_protect() -> None:
    mine = "disable: [date, crosslink/b]\nprotect: ['^Keep']\n"
    first = rule() + rule(name="b").removeprefix("rules:\n")
    rules = parse_rules([Source("crosslink.yaml", first), Source("date.yaml", rule()), Source("mine.yaml", mine)])
    assert [rule.id for rule in rules.rules] == ["crosslink/read-colon"]
    assert rules.protect == ("^Keep",)


def test_cues_for_rules_of_other_files() -> None:
    shipped = rule(name="word", pattern="'^{cue}'", cues="{en: [read]}")
    mine = "cues:\n  crosslink/word: {en: [look], sw: [soma pia]}\n"
    for sources in (
        (("crosslink.yaml", shipped), ("mine.yaml", mine)),
        (("mine.yaml", mine), ("crosslink.yaml", shipped)),
    ):
        (word,) = parse_rules(Source(*source) for source in sources).rules
        assert word.cues == {"en": ("read", "look"), "sw": ("soma pia",)}


def test_cues_for_a_rule_that_looks_for_them_before_its_pattern() -> None:
    shipped = rule(name="word", pattern="'^[A-Z]+$'", cues="{en: [read]}")
    mine = "cues: {crosslink/word: {sw: [soma]}}\n"
    (word,) = parse_rules([Source("crosslink.yaml", shipped), Source("mine.yaml", mine)]).rules
    assert word.cues == {"en": ("read",), "sw": ("soma",)}


def test_a_problem_with_a_cue_is_told_where_it_stands() -> None:
    shipped = rule(name="word", pattern="'^{cue}'", cues="{en: [read]}")
    mine = "cues:\n  crosslink/word:\n    en: [look]\n    sw: [soma pia, soma]\n"
    written = read_rules([Source("rules/crosslink.yaml", shipped), Source("mine.yaml", mine)])
    (word,) = written.rules.rules
    places = [("en", 0), ("en", 1), ("sw", 1)]
    assert [str(written.problem(word, ("cues", *place), "wrong")) for place in places] == [
        "rules/crosslink.yaml:5:15: word: wrong",
        "mine.yaml:3:10: crosslink/word: wrong",
        "mine.yaml:4:20: crosslink/word: wrong",
    ]


def test_cues_for_rules_that_cannot_have_them() -> None:
    mine = "cues:\n  crosslink/wrd: {sw: [soma]}\n  crosslink/word: {sw: [soma]}\n  crosslink: [soma]\n"
    assert problems(rule(name="word"), ("mine.yaml", mine)) == [
        "mine.yaml:2:3: crosslink/wrd: unknown rule (did you mean 'crosslink/word'?)",
        "mine.yaml:3:3: crosslink/word: the rule has no cues: its pattern looks for none",
        "mine.yaml:4:3: crosslink: unknown rule (did you mean 'crosslink/word'?)",
        "mine.yaml:4:14: crosslink: expected fields (name: value), found a list",
    ]
    assert problems("cues: [soma]\n") == ["rules/crosslink.yaml:1:7: expected fields (name: value), found a list"]


DAY = rule(pattern="'^{day}'") + "words: {day: {en: [monday]}}\n"


def test_words_of_other_files() -> None:
    shared = "words: {day: {en: [monday]}}\n"
    more = "words: {crosslink/day: {nl: [maandag], en: [friday]}, words/night: {fr: [nuit]}}\n"
    night = rule(name="night", pattern="'^{night}'")
    written = parse_rules(
        [
            Source("crosslink.yaml", DAY),
            Source("date.yaml", night),
            Source("words.yaml", shared.replace("day:", "night:").replace("monday", "night")),
            Source("mine.yaml", more),
        ]
    )
    assert written.words == {
        "crosslink/day": {"en": ("monday", "friday"), "nl": ("maandag",)},
        "words/night": {"en": ("night",), "fr": ("nuit",)},
    }


def test_words_in_what_is_protected() -> None:
    mine = "words: {gate: {en: [lock gate]}}\nprotect: ['^{gate}', '^{day}']\n"
    shared = "words: {day: {en: [monday]}}\n"
    rules = parse_rules([Source("mine.yaml", mine), Source("words.yaml", shared)])
    assert [regex.search(pattern, "Lock gate") is not None for pattern in rules.protect] == [True, False]
    assert prepare(rules).protect == rules.protect
    assert Cleaner(rules).clean("Lock gate") == "Lock gate"


def test_a_list_of_words_is_for_its_own_file() -> None:
    assert problems(DAY, ("date.yaml", rule(pattern="'^{day}'"))) == [
        "date.yaml:4:12: read-colon: unknown block {day} in the pattern"
    ]
    assert problems(DAY, ("words.yaml", "words: {day: {en: [friday]}}\n")) == [
        "rules/crosslink.yaml:5:9: words.yaml has a list 'day' for all: choose another name",
        "words.yaml:1:9: no pattern names the words 'words/day'",
    ]
    assert problems(DAY, ("mine.yaml", "words: {crosslink/dey: {en: [friday]}}\n")) == [
        "mine.yaml:1:9: no pattern names the words 'crosslink/dey' (did you mean 'crosslink/day'?)"
    ]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "rules: []\n"])
def test_a_file_without_rules(text: str) -> None:
    assert parse_rules([Source("mine.yaml", text)]) == RuleSet()


def test_files_that_cannot_be_read_are_told_all(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"rules:\n- n\xe9\n")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RuleError) as caught:
        read_sources([tmp_path / name for name in ("none.yaml", "latin.yaml", "empty")], shipped=False)
    assert str(caught.value).split("\n") == [
        f"{tmp_path}/empty:1:1: no *.yaml files in this directory",
        f"{tmp_path}/latin.yaml:2:4: not UTF-8",
        f"{tmp_path}/none.yaml:1:1: No such file or directory",
    ]


def test_a_directory_gives_its_files_in_order_and_each_once(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yaml", "c.txt"):
        (tmp_path / name).write_text("rules: []\n")
    sources = read_sources([tmp_path, tmp_path / "a.yaml"], shipped=False)
    assert [Path(source.path).name for source in sources] == ["a.yaml", "b.yaml"]


def test_a_shipped_file_that_is_named_is_read_once() -> None:
    shipped = read_sources()
    assert read_sources([next(shipped_directory().glob("*.yaml"))]) == shipped


def test_a_file_that_is_not_there_is_told_even_if_the_shipped_rules_are_known(tmp_path: Path) -> None:
    load_rules()
    with pytest.raises(RuleError, match="No such file"):
        load_rules(tmp_path / "none.yaml")


def test_loaded_rules_are_cached_until_a_file_changes(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(rule())
    first = load_rules(mine, shipped=False)
    assert first.prepared
    assert load_rules(mine, shipped=False) == first
    mine.write_text(rule(zone="tail"))
    assert load_rules(mine, shipped=False).rules[0].zone == "tail"
    mine.write_text(rule(zone="tale"))
    with pytest.raises(RuleError, match=r"mine\.yaml:5:9: read-colon: expected any.*did you mean 'tail'"):
        load_rules(mine, shipped=False)
