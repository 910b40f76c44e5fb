"""`cleaner rules`: proof and lint of rules, and the commands that show and start them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from cleaner import catalogue
from cleaner.check import PROSE, Claim, Prover, check, claims
from cleaner.cli import main
from cleaner.document import is_prose
from cleaner.lint import doubles, faults, needless
from cleaner.load import load_rules, parse_rules
from cleaner.pattern import BLOCKS, CUES
from cleaner.rule import Example, Rule, RuleSet, When
from cleaner.rulefile import RULE_KEYS
from cleaner.schema import meanings, schema
from cleaner.sources import Source, read_sources, shipped_directory
from cleaner.stub import FILL_IN
from cleaner.written import read_rules

GOOD = Rule(
    id="mine/see",
    description="A line that points elsewhere.",
    pattern="^{lead}{cue}{sep}{title}$",
    cues={"en": ("see our page on",)},
    examples={
        "en": (
            Example("He left.\n\nSee our page on: ferries", "He left."),
            Example("See our page on: ferries\n\nShe stayed.", "She stayed."),
        )
    },
    keep=("See our page on ferries.", "Nobody could see our page on: the lights were out"),
)


def changed(**fields: object) -> Rule:
    """Return a good rule with other fields."""
    return GOOD._replace(**fields)


def said(rule: Rule) -> list[tuple[str, str]]:
    """Return what lint says of a rule: the field, and the message."""
    return [(".".join(map(str, steps)), message) for steps, message in faults(rule, {})]


def test_a_good_rule_has_no_faults_and_holds() -> None:
    assert said(GOOD) == []
    prover = Prover(RuleSet((GOOD,)))
    found = [prover.fault(claim, *trial) for claim in claims(GOOD) for trial in claim.trials]
    assert found == [None] * len(found)
    # Two examples, each with and without its language; two keep lines, each alone and in the body.
    assert [claim.name for claim in claims(GOOD)] == [
        "mine/see-en-1", "mine/see-en-1-known", "mine/see-en-2", "mine/see-en-2-known",
        "mine/see-keep-1", "mine/see-keep-1-body", "mine/see-keep-2", "mine/see-keep-2-body",
    ]  # fmt: skip
    assert next(claims(GOOD)).trials == [
        ("alone", "fast"), ("alone", "every-pair"), ("all", "fast"), ("all", "every-pair"),
    ]  # fmt: skip


FAULTS = {
    "one example": (
        changed(examples={"en": GOOD.examples["en"][:1]}),
        [("examples", "has 1 example; at least 2 show where it fires")],
    ),
    "no keep lines": (changed(keep=()), [("keep", "has no keep lines; at least 2 show what must stay")]),
    "an example of nothing": (
        changed(examples={"en": (*GOOD.examples["en"], Example("He left.", "He left."))}),
        [("examples.en.2", "the example changes nothing; what must stay goes under keep")],
    ),
    "no full stop": (
        changed(description="A line"),
        [("description", "the description is one sentence with a full stop; found 'A line'")],
    ),
    "two sentences": (
        changed(description="A line. It goes."),
        [("description", "the description is one sentence with a full stop; found 'A line. It goes.'")],
    ),
    "a long description": (
        changed(description="A" * 120 + "."),
        [("description", "the description has 121 characters; 120 fit the table")],
    ),
    "a cue twice": (
        changed(cues={"fr": ("à lire aussi", "A LIRE AUSSI", "Voir  l’avis", "voir l'avis")}),
        [
            ("cues.fr.1", "the cue 'A LIRE AUSSI' is 'à lire aussi' again once case and accents are folded"),
            ("cues.fr.3", "the cue \"voir l'avis\" is 'Voir  l’avis' again once case and accents are folded"),
        ],
    ),
    "a cue in another spelling": (
        changed(cues={"de": ("großes Schiff", "grosses Schiff")}),
        [("cues.de.1", "the cue 'grosses Schiff' is 'großes Schiff' again once case and accents are folded")],
    ),
    "no cue in a language": (
        changed(cues={"en": ("see our page on",), "de": ()}),
        [("cues.de", "the list of cues is empty")],
    ),
    "short cues searched anywhere": (
        changed(pattern="see {cue}$", cues={"en": ("our page", "page", "more"), "ja": ("関連記事",)}),
        [
            (
                "cues.en.1",
                "cues under 8 bytes are searched anywhere ('page', 'more'): begin with ^{lead}{cue}, write {edge}{cue}"
                " or {Cue}\\b, or take cues of 8 or more",
            )
        ],
    ),
    "unanchored": (
        changed(pattern="{cue}.*ferr"),
        [
            ("pattern", "unanchored .*: start the pattern with ^ or bound it as in .{0,200}"),
            ("pattern", "too broad: a line goes wherever the cue stands in it; add ^ or $, a zone, or when.max_chars"),
        ],
    ),
    "unanchored, with a lower bound only": (
        changed(pattern="{cue}.{3,}ferries$"),
        [("pattern", "unanchored .{3,}: start the pattern with ^ or bound it as in .{0,200}")],
    ),
    "a span without a bound": (
        changed(pattern="^{cue}.+", action="strip_span"),
        [("pattern", ".+ has no bound and cuts to the end of the line; write .{0,200}")],
    ),
    "a group that means nothing": (
        changed(pattern="^{cue}(?P<cut>: a)"),
        [("pattern", "the group cut is for strip_span; drop_line takes the whole line")],
    ),
    "a pattern that nobody reads": (
        changed(pattern="^{cue} (?:" + "|".join(["monday"] * 42) + ")"),
        [
            (
                "pattern",
                "the pattern has 304 characters; nobody reads more than 300: put its words in lists (words:), its"
                " vetoes under when.unless, or make two rules of it",
            )
        ],
    ),
    "a pattern that blows up": (
        changed(pattern="^{cue}(a|a)*b"),
        [
            (
                "pattern",
                f"the pattern takes over 0.1 s on a line such as 'see our page on{'a' * 25}'...: bound a repetition",
            )
        ],
    ),
    "a condition that blows up": (
        changed(when=When(unless=(r"^(a|a)*$",))),
        [("when.unless.0", "the pattern takes over 0.1 s on a line such as '" + "a" * 40 + "'...: bound a repetition")],
    ),
    "never fires": (
        changed(when=When(min_chars=50, max_chars=40)),
        [("when.min_chars", "min_chars 50 is above max_chars 40: it never fires")],
    ),
    "a bound for no line": (
        changed(action="strip_span", when=When(max_chars=40)),
        [("when.max_chars", "max_chars bounds whole lines; strip_span looks at lines of any length")],
    ),
    "an address for a site": (
        changed(when=When(sites=("https://www.example.com", "example.com"))),
        [("when.sites.0", "a site is a host such as example.com, without www.; found 'https://www.example.com'")],
    ),
    "a tag in capitals": (
        changed(when=When(tags=("LI",))),
        [("when.tags.0", "tags are lower-case (did you mean 'li'?)")],
    ),
    "cut_tail across prose": (
        changed(prose=True, action="cut_tail"),
        [("prose", "cut_tail never cuts across prose; drop prose: true or choose another action")],
    ),
    "no cues anywhere": (
        changed(cues={}, pattern="^Ferries$"),
        [
            (
                "zone",
                "too broad for a rule without cues: add a zone (head, tail, ends), when.after or before,"
                " or when.max_chars up to 12",
            )
        ],
    ),
    "no cues in the body": (
        changed(cues={}, pattern="^Ferries$", zone="body"),
        [("zone", "a rule without cues is not tried in the body: add cues, another zone, or when.after or before")],
    ),
    "no cues and any line": (
        changed(cues={}, pattern="^.{1,300}$", zone="tail"),
        [("pattern", "without cues the pattern must say what the line looks like; it matches any line")],
    ),
    "no cues and prose": (
        changed(cues={}, pattern="^Ferries$", zone="tail", prose=True),
        [("prose", "too broad: a rule that takes prose needs cues")],
    ),
    "a look into the cue": (
        changed(pattern="^{lead}{cue}(?:(?<=on)|:)$"),
        [("pattern", "(?<=on) reads the cue, whose letters are masked: ask for their kind, or write {phrase}")],
    ),
    "an element of a page asked like a line": (
        Rule(
            id="mine/box",
            description="A box.",
            classes=("promo",),
            zone="tail",
            cues={"en": ("promo",)},
            when=When(max_chars=40, sites=("www.example.com",), min_link_density=0.5),
            examples={"en": (Example("<p>a", "a"), Example("<p>b", "b"))},
            keep=("<p>a", "<p>b"),
        ),
        [
            ("zone", "zone is asked of lines, and the rule takes elements out of pages: leave it out"),
            ("cues", "cues is asked of lines, and the rule takes elements out of pages: leave it out"),
            ("when.max_chars", "max_chars is asked of lines, and the rule takes elements out of pages: leave it out"),
            ("when.sites.0", "a site is a host such as example.com, without www.; found 'www.example.com'"),
        ],
    ),
    "no cues and a span": (
        changed(cues={}, pattern="Ferries$", action="strip_span", when=When(after=("mine",))),
        [("action", "too broad: a rule that cuts inside lines needs cues or a zone")],
    ),
}


@pytest.mark.parametrize(("rule", "expected"), FAULTS.values(), ids=FAULTS)
def test_fault(rule: Rule, expected: list[tuple[str, str]]) -> None:
    assert said(rule) == expected


@pytest.mark.parametrize(
    "rule",
    [
        changed(cues={"es": ("lee también", "leé también")}),  # the accent is not where the other form drops it
        changed(pattern="{edge}{cue}{end}", cues={"en": ("more",)}),
        changed(pattern="see {cue}", when=When(max_chars=60)),
        changed(pattern=r"{cue}[.*]\.+$"),
        changed(pattern=r"^{cue}(?<=\p{Ll}):(?<=:){title}$"),
        changed(cues={}, pattern="^Ferries$", when=When(max_chars=12)),
        changed(cues={}, pattern="^Ferries$", zone="ends"),
        changed(cues={}, pattern="^.{1,90}$", when=When(after=("mine",))),
        changed(description='The "(READ MORE ... HERE)" of a blog.'),
    ],
    ids=[
        "other accents",
        "edge",
        "short line",
        "a set and a stop",
        "look behind",
        "tiny line",
        "ends",
        "neighbour",
        "ellipsis",
    ],
)
def test_no_fault(rule: Rule) -> None:
    assert said(rule) == []


def test_cues_of_two_rules_that_look_for_the_same() -> None:
    other = changed(id="mine/b", cues={"en": ("SEE our page on", "see also")})
    found = [(rule.id, steps, message) for rule, (steps, message) in doubles([GOOD, other])]
    assert found == [
        (
            "mine/b",
            ("cues", "en", 0),
            "mine/see has the cue 'SEE our page on' too, with the same pattern and conditions",
        )
    ]
    assert list(doubles([GOOD, changed(id="mine/b", zone="tail")])) == []
    assert list(doubles([GOOD, changed(id="other/see")])) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("boat, Boat", [(1, "'boat' stands for 'Boat' too")]),
        ("boat, 'bo*', boats trip", [(0, "'bo*' stands for 'boat' too")]),
        ("'bo*', 'boat*', '*at', oat, '*boat*'", [
            (1, "'bo*' stands for 'boat*' too"),
            (3, "'*at' stands for 'oat' too"),
        ]),
        ("не несёт, не несет", [(1, "'не несёт' stands for 'не несет' too")]),
        ("à, a, 'b*', '*b', b c", []),
    ],
)  # fmt: skip
def test_words_that_others_stand_for(words: str, found: list[tuple[int, str]]) -> None:
    phrases = tuple(yaml.safe_load(f"[{words}]"))
    assert [(place, fault) for _, place, fault in needless({"en": phrases})] == found


def test_a_word_twice_is_told_where_it_stands(few_rules: Path) -> None:
    rule = as_yaml(GOOD, name="day", pattern="^{lead}{cue}{sep}{day}$")
    (few_rules / "rules" / "date.yaml").write_text(rule + "words: {day: {en: [ferries]}}\n")
    mine = few_rules / "mine.yaml"
    mine.write_text("words:\n  date/day: {en: [boats, Ferries]}\n")
    assert [str(problem) for problem in check([mine]).problems] == [f"{mine}:2:26: 'ferries' stands for 'Ferries' too"]


def first_fault(rule: Rule, *others: Rule, company: str = "alone") -> str | None:
    """Return the first fault of the claims of a rule."""
    prover = Prover(RuleSet((rule, *others)))
    for claim in claims(rule):
        for trial in claim.trials:
            if trial[0] == company and (fault := prover.fault(claim, *trial)):
                return fault
    return None


def test_an_example_that_does_not_hold() -> None:
    rule = changed(examples={"en": (Example("He left.\n\nSee our page on: ferries", "He."),)})
    assert first_fault(rule) == "gives 'He left.', promised is 'He.' (mine/see takes 'See our page on: ferries')"
    rule = changed(examples={"en": (Example("See our page.", ""),)})
    assert first_fault(rule) == "gives 'See our page.', promised is '' (nothing is removed)"


def test_an_example_under_the_wrong_language() -> None:
    rule = changed(examples={"fr": GOOD.examples["en"]}, cues={"de": ("see our page on",)})
    assert first_fault(rule) == (
        "gives 'He left.\\n\\nSee our page on: ferries', promised is 'He left.' (nothing is removed)"
    )


def test_a_keep_line_that_goes() -> None:
    assert first_fault(changed(keep=("See our page on: ferries",))) == (
        "must stay, but mine/see takes 'See our page on: ferries'"
    )


def test_a_keep_line_that_another_rule_takes() -> None:
    other = changed(id="mine/b", pattern="^{cue}", cues={"en": ("nobody could see",)})
    assert first_fault(GOOD, other) is None
    assert first_fault(GOOD, other, company="all") == (
        "must stay, but mine/b takes 'Nobody could see our page on: the lights were out'"
    )


def test_aggressive_rules_are_not_held_against_the_others() -> None:
    other = changed(id="mine/b", pattern="^{cue}", cues={"en": ("nobody could see",)}, level="aggressive")
    assert first_fault(GOOD, other, company="all") is None


def test_a_keep_line_stands_where_its_rule_looks() -> None:
    assert all(map(is_prose, PROSE))
    rule = changed(zone="tail", keep=("See our page on: boats",), examples={})
    assert [claim.name for claim in claims(rule)] == ["mine/see-keep-1", "mine/see-keep-1-tail"]
    assert first_fault(rule) == "must stay, but mine/see takes 'See our page on: boats'"


def test_a_rule_for_neighbours_is_proved_with_the_rules_it_names() -> None:
    text = f"{PROSE[0]}\n\nSee our page on: ferries\n\nBoats of the north"
    rule = Rule(
        id="mine/beside", description="A line.", pattern="^Boats", when=When(after=("mine",)),
        examples={"en": (Example(text, PROSE[0]),)},
    )  # fmt: skip
    assert first_fault(rule, GOOD) is None
    assert first_fault(rule, changed(when=When(max_chars=5))) is not None


def as_yaml(rule: Rule, **fields: object) -> str:
    """Return a rule file with a rule; JSON is YAML."""
    data = {
        "name": rule.id.partition("/")[2], "description": rule.description, "pattern": rule.pattern, "cues": rule.cues,
        "examples": {
            language: [{"text": example.text, "clean": example.clean} for example in examples]
            for language, examples in rule.examples.items()
        },
        "keep": rule.keep,
    } | fields  # fmt: skip
    return "rules:\n- " + "\n  ".join(f"{key}: {json.dumps(value)}" for key, value in data.items()) + "\n"


@pytest.fixture
def few_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ship one good rule, so that a check takes no time; return a directory for others."""
    shipped = tmp_path / "rules"
    shipped.mkdir()
    (shipped / "crosslink.yaml").write_text(as_yaml(GOOD))
    for module in ("cli.rules", "check", "sources"):  # the last is where the others, imported now, have it from
        monkeypatch.setattr(f"cleaner.{module}.shipped_directory", lambda: shipped)
    return tmp_path


def test_check_counts(few_rules: Path) -> None:
    seen: list[str] = []
    report = check(progress=lambda rule: seen.append(rule.id))
    assert (report.problems, report.rules, report.examples, report.keep) == ([], 1, 2, 2)
    assert seen == ["crosslink/see"]


def test_check_command(few_rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "1 rules, 2 examples, 2 keep lines: all hold\n".replace("1 rules", "1 rule")
    assert captured.err == "checking rules\n"


def test_check_command_with_a_file_of_the_user(few_rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = few_rules / "mine.yaml"
    wrong = {"cues": {"en": ["look at our page on"]}, "keep": ["Look at our page on: x", "b"]}
    mine.write_text(as_yaml(GOOD, **wrong, zoen="any"))
    assert main(["rules", "check", str(mine)]) == 1
    out = capsys.readouterr().out.split("\n")
    assert out[0] == f"{mine}:8:3: see: unknown field 'zoen' (did you mean 'zone'?)"
    mine.write_text(as_yaml(GOOD, **wrong))
    assert main(["rules", "check", str(mine)]) == 1
    out = capsys.readouterr().out.split("\n")
    assert out[0] == (
        f"{mine}:6:21: see: example en-1, with the rule alone: gives 'He left.\\n\\nSee our page on: ferries',"
        " promised is 'He left.' (nothing is removed)"
    )
    assert out[2] == (
        f"{mine}:7:10: see: keep line 1, with the rule alone: must stay, but mine/see takes 'Look at our page on: x'"
    )
    assert out[3] == "2 rules, 4 examples, 4 keep lines: 3 problems"


def test_check_of_cues_for_a_shipped_rule(few_rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = few_rules / "mine.yaml"
    mine.write_text("cues:\n  crosslink/see: {en: [nobody could see our page on, see our page on]}\n")
    assert main(["rules", "check", str(mine)]) == 1
    assert capsys.readouterr().out.split("\n")[:2] == [
        f"{mine}:2:54: crosslink/see: the cue 'see our page on' is 'see our page on' again"
        " once case and accents are folded",
        "rules/crosslink.yaml:7:38: see: keep line 2, with the rule alone: must stay,"
        " but crosslink/see takes 'Nobody could see our page on: the lights were out'",
    ]
    mine.write_text("cues:\n  crosslink/see: {sw: [tazama ukurasa wetu]}\n")
    assert main(["rules", "check", str(mine)]) == 0


def test_check_of_a_file_proves_the_shipped_rules_beside_it(few_rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the file leaves as it is, neither linted nor proved alone; what it adds to, in full."""
    named = as_yaml(GOOD, name="day", pattern="^{lead}{cue}{sep}{day}$") + "words: {day: {en: [ferries]}}\n"
    (few_rules / "rules" / "date.yaml").write_text(named)
    mine = few_rules / "mine.yaml"
    tried: dict[str, set[tuple[str, str]]] = {}
    linted: set[str] = set()

    def fault(self: Prover, claim: Claim, *trial: str) -> None:
        tried.setdefault(claim.rule.id, set()).add((trial[0], trial[1]))

    monkeypatch.setattr(Prover, "fault", fault)
    monkeypatch.setattr("cleaner.check.faults", lambda rule, words: linted.add(rule.id) or [])
    for text, changed in (
        (as_yaml(GOOD), {"mine/see"}),
        ("cues: {crosslink/see: {sw: [tazama ukurasa]}}\n", {"crosslink/see"}),
        ("words: {date/day: {sw: [feri]}}\n", {"date/day"}),
        ("protect: ['^Keep']\n", set()),
    ):
        mine.write_text(text)
        tried.clear()
        linted.clear()
        check([mine])
        assert tried.keys() == {"crosslink/see", "date/day"} | changed
        assert linted == {rule for rule, trials in tried.items() if len(trials) == 4} == changed
        assert all(trials == {("all", "fast")} for rule, trials in tried.items() if rule not in changed)


def test_a_file_that_harms_a_shipped_rule(few_rules: Path) -> None:
    (few_rules / "mine.yaml").write_text("protect: ['ferries']\n")
    (told, *_) = map(str, check([few_rules / "mine.yaml"]).problems)
    assert told.startswith(
        "rules/crosslink.yaml:6:21: see: example en-1, with all rules up to balanced: gives 'He left."
    )


def test_check_of_a_shipped_file_is_of_that_file(few_rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (few_rules / "rules" / "broken.yaml").write_text("rules: [\n")
    assert main(["rules", "check", str(few_rules / "rules" / "crosslink.yaml")]) == 0
    assert main(["rules", "check"]) == 1
    assert "rules/broken.yaml:2:1: not YAML" in capsys.readouterr().out


def test_check_of_no_file(few_rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit:
        main(["rules", "check", "nowhere.yaml"])
    assert exit.value.code == 2
    assert capsys.readouterr().err == "nowhere.yaml:1:1: No such file or directory\n"


def test_a_mistake_shared_by_an_alias_is_told_once(few_rules: Path) -> None:
    text = as_yaml(GOOD, cues={"en": ["our page on", "our page ON"]}, pattern="^a {cue}$")
    other = "- name: b\n  description: A line.\n  pattern: '^b {cue}$'\n  cues: *c\n"
    (few_rules / "mine.yaml").write_text(text.replace("cues: {", "cues: &c {") + other)
    told = [str(problem) for problem in check([few_rules / "mine.yaml"]).problems]
    assert len([line for line in told if "again once case" in line]) == 1


def test_list(few_rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "--lang", "en"]) == 0
    assert capsys.readouterr().out.split("\n") == [
        "RULE           ACTION     ZONE  LEVEL  LANGUAGES  WHAT GOES",
        "crosslink/see  drop_line  any   safe   en         A line that points elsewhere.",
        "",
    ]
    assert main(["rules", "list", "--lang", "de"]) == 0  # English stands on German pages
    assert "crosslink/see" in capsys.readouterr().out
    (few_rules / "rules" / "crosslink.yaml").write_text(as_yaml(GOOD, cues={"fr": ["voir notre page"]}))
    assert main(["rules", "list", "--lang", "deu"]) == 0
    assert len(capsys.readouterr().out.split("\n")) == 2
    assert main(["rules", "list", "--lang", "german"]) == 0
    captured = capsys.readouterr()
    assert "crosslink/see" in captured.out
    assert captured.err == "cleaner: no language has the code 'german': the phrases of all count\n"
    (few_rules / "rules" / "crosslink.yaml").write_text(as_yaml(GOOD))
    mine = few_rules / "mine.yaml"
    mine.write_text(as_yaml(GOOD, level="aggressive"))
    assert main(["rules", "list", "--level", "balanced", "--rules", str(mine)]) == 0
    assert "mine/see" not in capsys.readouterr().out
    assert main(["rules", "list", "--family", "mine", "--rules", str(mine)]) == 0
    assert "crosslink/see" not in capsys.readouterr().out


def test_rows_of_the_table_are_cut_to_the_terminal() -> None:
    assert max(map(len, catalogue.table([GOOD], 60).split("\n"))) == 60


def test_show(few_rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "crosslink/see"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("crosslink/see\n  A line that points elsewhere.\n\n")
    assert "  file              rules/crosslink.yaml:2\n" in out
    assert "    en              see our page on\n" in out
    assert "  example en-1\n     He left.\n    -See our page on: ferries\n" in out
    assert out.endswith("  keep\n    See our page on ferries.\n    Nobody could see our page on: the lights were out\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "crosslink/sea"], "no rule is named 'crosslink/sea' (did you mean 'crosslink/see'?)"),
        (["list", "--family", "crosslnk"], "no family is named 'crosslnk' (did you mean 'crosslink'?)"),
        (["new", "Mine/x"], "the family is lower-case words joined by hyphens, such as read-colon; found 'Mine'"),
        (["new", "mine"], "the name is lower-case words joined by hyphens, such as read-colon; found ''"),
    ],
)
def test_wrong_names(few_rules: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    with pytest.raises(SystemExit) as exit:
        main(["rules", *arguments])
    assert exit.value.code == 2
    assert message in capsys.readouterr().err


FILLED = {
    "what goes, in one sentence.": "A line that names a page.",
    "a phrase": "see our folder on",
    "another phrase": "open our folder on",
    "a sentence.": "He left.",
    "another sentence.": "She stayed.",
    "the line that goes": "See our folder on: ferries",
    "another line that goes": "Open our folder on: boats",
    "a line of somebody's prose.": "See our folder on ferries.",
    "another line.": "Open our folder on the desk: it is blue.",
}


def filled(text: str) -> str:
    """Return a new rule with every place filled in."""
    for place in sorted(FILLED, key=len, reverse=True):
        text = text.replace(f"{FILL_IN} {place}", FILLED[place])
    return text


def test_a_new_rule_holds_once_it_is_filled_in(few_rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = few_rules / "mine.yaml"
    assert main(["rules", "new", "mine/folder", "-o", str(mine)]) == 0
    assert capsys.readouterr().err == f"fill in {mine}, then: cleaner rules check {mine}\n"
    assert load_rules(mine).rules[-1].id == "mine/folder"
    assert main(["rules", "check", str(mine)]) == 1
    out = capsys.readouterr().out
    # Of the two places in each example's text one is told.
    assert out.count("still to fill in") == mine.read_text().count(FILL_IN) - 2
    mine.write_text(filled(mine.read_text()))
    assert main(["rules", "check", str(mine)]) == 0, capsys.readouterr().out


def test_a_new_rule_says_what_may_stand_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "new", "mine/folder"]) == 0
    out = capsys.readouterr().out
    for name in (*(f"{{{block}}}" for block in (*CUES, *BLOCKS)), *When._fields):
        assert f"\n  #   {name} " in out
    assert "(?P<cut>...)" in out
    assert max(map(len, out.split("\n"))) <= 130


def test_a_new_rule_is_added_to_a_file(few_rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = few_rules / "mine.yaml"
    before = as_yaml(GOOD).replace("\n", "\n  ").rstrip(" ")
    mine.write_text(before)
    assert main(["rules", "new", "mine/folder", "-o", str(mine)]) == 0
    assert mine.read_text().startswith(before)
    assert [rule.id for rule in load_rules(mine).rules][-2:] == ["mine/see", "mine/folder"]
    with pytest.raises(SystemExit, match="2"):
        main(["rules", "new", "mine/folder", "-o", str(mine)])
    assert "has a rule mine/folder; choose another name" in capsys.readouterr().err
    mine.write_text(before + "disable: []\n")
    with pytest.raises(SystemExit, match="2"):
        main(["rules", "new", "mine/folder", "-o", str(mine)])
    assert "does not end with its list of rules" in capsys.readouterr().err
    assert mine.read_text() == before + "disable: []\n"
    with pytest.raises(SystemExit, match="2"):
        main(["rules", "new", "mine/folder", "-o", str(few_rules / "other.yaml")])
    assert "write to" in capsys.readouterr().err
    assert not (few_rules / "other.yaml").exists()


def test_the_schema_knows_every_field() -> None:
    made = schema()
    assert set(made["$defs"]["rule"]["properties"]) == set(RULE_KEYS)
    assert made["$defs"]["rule"]["properties"]["zone"]["enum"] == ["any", "head", "body", "tail", "ends"]
    assert made["$defs"]["when"]["properties"]["max_chars"] == {
        "description": meanings(When)["max_chars"], "type": "integer", "minimum": 1, "default": 400,
    }  # fmt: skip
    described = [value for kind in made["$defs"].values() for value in kind["properties"].values()]
    assert all(value["description"] for value in described)


def test_the_schema_agrees_with_the_shipped_rules() -> None:
    """All keys of shipped rules are known to the schema: what loads must not be underlined in an editor."""
    known = schema()["$defs"]
    for source in read_sources():
        for rule in yaml.load(source.text, Loader=yaml.CBaseLoader).get("rules", ()):
            assert set(rule) <= set(known["rule"]["properties"]), source.path
            assert set(rule.get("when", {})) <= set(known["when"]["properties"]), source.path


def test_the_catalogue_names_every_rule() -> None:
    rules = read_rules(read_sources()).rules.rules
    text = catalogue.markdown(rules)
    assert all(f"\n### {rule.id}\n\n{rule.description}\n" in text for rule in rules)
    assert f"{len(rules)} rules in {len({rule.family for rule in rules})} families" in text


def test_as_yaml_says_what_the_rule_says() -> None:
    assert parse_rules([Source("mine.yaml", as_yaml(GOOD))]).rules == (GOOD,)


def test_shipped_rules_are_found() -> None:
    assert any(shipped_directory().glob("*.yaml"))


def page(*body: str) -> str:
    """Return a page with an article of some paragraphs around the elements of a body."""
    first, last = (f"<p>{text}</p>" for text in PROSE)
    return f"<html><body><article>{first}{''.join(body)}{last}</article></body></html>"


def test_a_rule_for_pages_is_proved_on_pages() -> None:
    box = '<div class="promo box"><p>Our boats sail on Sunday, and there are still some places left to book.</p></div>'
    cape = "The cape lies to the north, and no boat of ours has ever been beyond it."
    kept = f'<div class="promontory"><p>{cape}</p></div>'
    clean = "\n\n".join(PROSE)
    rule = Rule(
        id="mine/promo", description="A box.", pattern="", classes=("promo",), keep=(page(kept),),
        examples={"en": (Example(page(box), clean),)},
    )  # fmt: skip
    prover = Prover(RuleSet((rule,)))
    found = [prover.fault(claim, *trial) for claim in claims(rule) for trial in claim.trials]
    assert found == [None] * len(found)
    assert len(found) == 10
    assert first_fault(changed(classes=("other",), pattern="", cues={}, examples=rule.examples, keep=())) is not None
    assert first_fault(changed(classes=("promontory",), pattern="", cues={}, examples={}, keep=rule.keep)) is not None
