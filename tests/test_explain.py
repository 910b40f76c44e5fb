"""`cleaner explain`: what went, by which rule, and why a line stayed."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner, Document, RuleSet
from cleaner import report as reports
from cleaner.cli import main
from cleaner.document import Hint, Pruned
from cleaner.edit import Edit, Result
from cleaner.rule import Rule, When
from cleaner.why import Kept

PROSE = "The ferry was late again on Thursday, and the people on the quay had stopped asking when it would leave."
OTHER = "Nobody had told the harbour office that the second engine was still in pieces on the workshop's floor."

RULES = RuleSet((
    Rule(id="link/read", description="A link.", pattern="^{lead}{cue}: {title}$", cues={"en": ("read more",)},
         when=When(max_chars=40, unless=("recipe",))),
    Rule(id="link/cut", description="A cut.", pattern="{cue} here.", action="strip_span",
         cues={"en": ("read all of it",)}),
    Rule(id="link/loud", description="Loud.", pattern="^{lead}{cue}", level="aggressive", cues={"en": ("shout",)}),
    Rule(id="link/french", description="French.", pattern="^{cue}", cues={"fr": ("à lire aussi",)}),
    Rule(id="tail/date", description="A date.", pattern=r"^\d+ May$", zone="tail"),
    Rule(id="tail/name", description="A name.", pattern="^Anna", zone="ends", when=When(max_words=2, previous="^By$")),
    Rule(id="tail/number", description="A number.", pattern="^Pier", zone="ends", when=When(digits=True)),
    Rule(id="tail/after", description="More.", pattern="^More", when=When(after=("link",))),
    Rule(id="tail/tiny", description="A bar.", pattern="^[|]"),
    Rule(id="tail/long", description="Prose.", pattern="^The ferry", zone="ends"),
    Rule(id="tail/linked", description="Links.", pattern="^Boats", zone="ends", when=When(min_link_density=0.5)),
    Rule(id="tail/inside", description="Links.", pattern="^Boats", zone="ends", when=When(same_site=True)),
    Rule(id="tail/title", description="Title.", pattern="^Quay", zone="head", when=When(repeats="title")),
    Rule(id="tail/site", description="Site.", pattern="^Quay", zone="head", when=When(sites=("example.com",))),
    Rule(id="tail/heads", description="Head.", pattern="^Rain$", zone="tail", when=When(no_heading=True)),
    Rule(id="tail/near", description="Near.", pattern="^Quay$", zone="tail", when=When(unless_near=("^Price",))),
    Rule(id="tail/headed", description="Head.", pattern="^Quay", zone="head", when=When(titled=True)),
))  # fmt: skip
CLEANER = Cleaner(RULES)


def result(text: str, **known: Any) -> Result:
    return CLEANER.explain(Document(text, **known))


TEXT = f"Quay news\n\nRead more: The boats\n\n{PROSE}\n\n\x1b[31mred\n{OTHER} Read all of it here.\r\n3 May"


def test_rows_are_the_lines_with_what_goes() -> None:
    rows = list(reports.rows(result(TEXT)))
    assert "".join(text for row in rows for text, _ in row.pieces) == TEXT.replace("\n", "").replace("\r", "")
    assert [(row.number, row.stays, row.rules) for row in rows] == [
        (1, True, []), (2, True, []), (3, False, ["link/read"]), (4, False, []), (5, True, []), (6, True, []),
        (7, True, []), (8, True, ["link/cut"]), (9, False, ["tail/date"]),
    ]  # fmt: skip


def test_marks_for_a_pipe() -> None:
    assert list(reports.marked(result(TEXT))) == [
        "  Quay news",
        "",
        "- Read more: The boats  <- link/read",
        "-",
        f"  {PROSE}",
        "",
        "  \\x1b[31mred",
        f"~ {OTHER}[- Read all of it here.-]  <- link/cut",
        "- 3 May  <- tail/date",
    ]


def test_colours_for_a_terminal() -> None:
    rows = list(reports.coloured(result(TEXT), 60))
    assert rows[0] == "\x1b[2m1\x1b[0m  Quay news"
    assert rows[2] == (
        "\x1b[31m3\x1b[0m  \x1b[31;9mRead more: The boats\x1b[0m" + " " * (57 - 20 - 9) + "\x1b[31mlink/read\x1b[0m"
    )
    assert all(reports.columns(visible(row)) <= 60 for row in rows)
    assert not any("\x1b[31mred" in row for row in rows)
    words = " ".join(visible(row)[3:] for row in rows).split()
    assert words == [*printed(TEXT.replace("3 May", "")), "3", "May", "tail/date"]


def visible(row: str) -> str:
    """Return a row without its colours."""
    import re

    return re.sub(r"\x1b\[[\d;]*m", "", row)


def printed(text: str) -> list[str]:
    """Return the words of a coloured text in order, with the rules."""
    shown = text.replace("\x1b", "\\x1b").replace("The boats", "The boats link/read")
    return shown.replace("all of it here.", "all of it here. link/cut").split()


def test_wide_and_long_words_are_broken() -> None:
    text = f"{PROSE}\n\n{'風' * 50}\n\n{'x' * 95}\n\n{OTHER}"
    rows = [visible(row) for row in reports.coloured(result(text), 40)]
    assert all(reports.columns(row) <= 40 for row in rows)
    assert sum(row.count("風") for row in rows) == 50
    assert sum(row.count("x") for row in rows) == 95


def test_what_must_not_reach_a_terminal_raw() -> None:
    hostile = "a\x00\x1b\x7f\x9b\u202e\u2066\u2028\udc80\tb"
    assert reports.printable(hostile) == "a\\x00\\x1b\\x7f\\x9b\\u202e\\u2066\\u2028\\udc80\tb"
    assert reports.printable("naïve – “風” 👩‍👧 می‌خواهم") == "naïve – “風” 👩‍👧 می‌خواهم"


def test_json_says_all_and_is_safe_to_print() -> None:
    text = f"\x9b\u202e{PROSE}"
    shown = reports.to_json(result(f"{text}\n\n3 May", title="T"), {"tail/date": "A date."})
    assert json.loads(shown) == {
        "document": {"id": None, "title": "T", "url": None, "language": None, "text": f"{text}\n\n3 May"},
        "text": text,
        "edits": [
            {"rule": "tail/date", "start": 106, "end": 113, "text": "\n\n3 May", "description": "A date."},
        ],
        "pruned": [],
    }  # fmt: skip
    assert reports.printable(shown) == shown


def test_what_rules_took_out_of_a_page_is_told() -> None:
    box = "Send this on " * 20
    read = result(PROSE, pruned=(Pruned("page/share", box), Pruned("page/share", "Print")))
    assert list(reports.marked(read))[1:] == [f"- {box[:100]}…  <- page/share", "- Print  <- page/share"]
    assert reports.summary(read) == "nothing removed; before, elements of the page: page/share 2"
    assert json.loads(reports.to_json(read, {}))["pruned"][1]["text"] == "Print"


def test_summary() -> None:
    text = "abcdef"
    edits = (Edit(0, 1, "a/b", "a"), Edit(2, 3, "c/d", "c"), Edit(4, 5, "c/d", "e"))
    assert reports.summary(Result(Document(text), "bdf", edits)) == "3 of 6 characters removed: c/d 2, a/b"
    assert reports.summary(Result(Document(text), text, ())) == "nothing removed"


def why(line: str, *, title: str | None = None, hints: bool = False, **known: str) -> dict[str, str]:
    """Return what kept a line that stands below the prose of a document."""
    text = f"{PROSE}\n\n{OTHER}\n\n{line}"
    document = Document(text, title=title, hints={text.index(line): Hint(0.25)} if hints else {}, **known)
    near, _ = Kept(CLEANER.explain(document), CLEANER, RULES).near(5)
    return {miss.rule: miss.reason for miss in near}


LONG = "Read more: The boats of the north, and where to see them"


@pytest.mark.parametrize(
    ("line", "rule", "reason"),
    [
        (LONG, "link/read", f"max_chars 40, the line has {len(LONG)}"),
        ("Read more: a recipe", "link/read", "unless 'recipe', and the line has it"),
        ("Read more", "link/read", "the pattern does not match with the cue 'read more'"),
        ("To read more: go", "link/read", "the cue 'read more' must start the line"),
        ("Shout!", "link/loud", "it does not run here; its level is aggressive"),
        ("Anna of the North", "tail/name", "max_words 2, the line has 4"),
        ("Anna", "tail/name", f"previous '^By$', the line above is '{OTHER[:57]}...'"),
        ("Pier five", "tail/number", "digits, the line has none"),
        ("More boats", "tail/after", "after link, the line above stays"),
        (
            "| a bar, but a long one",
            "tail/tiny",
            "without cues it is tried on lines up to 12 characters, the line has more",
        ),
        ("Boats", "tail/linked", "min_link_density 0.5, the line has 0"),
        ("Boats", "tail/inside", "same_site, the line has no links, or some that lead elsewhere"),
        ("Quay news", "tail/title", "zone head, the line is in the tail"),
    ],
)
def test_what_kept_a_line(line: str, rule: str, reason: str) -> None:
    assert why(line)[rule] == reason


def test_what_kept_a_line_of_what_is_known() -> None:
    assert why("À lire aussi", language="en")["link/french"] == "the cue 'à lire aussi' is fr, the document is en"
    assert why("Boats", hints=True)["tail/linked"] == "min_link_density 0.5, the line has 0.25"


def test_what_kept_a_line_above_the_text() -> None:
    kept = Kept(result(f"Quay news\n\n{PROSE}\n\n{OTHER}", url="https://www.example.org/a"), CLEANER, RULES)
    near, in_vain = kept.near(1)
    assert {miss.rule: miss.reason for miss in near} == {
        "tail/title": "repeats title, the line does not repeat it",
        "tail/site": "sites example.com, the document is of example.org",
        "tail/headed": "titled, and the line may be the headline: none stays above it",
    }
    assert in_vain == ["tail/name", "tail/number", "tail/tiny", "tail/long", "tail/linked", "tail/inside"]
    assert {miss.rule: miss.reason for miss in kept.near(3)[0]} == {
        "tail/long": "the line is prose, and the rule does not say prose: true"
    }


def test_what_kept_a_line_beside_one_that_went() -> None:
    text = f"{PROSE}\n\n{OTHER}\n\n3 May\n\nMore boats\n\n3 May"
    near, _ = Kept(result(text), CLEANER, RULES).near(7)
    assert {miss.rule: miss.reason for miss in near} == {"tail/after": "after link, tail/date took the line above"}
    named = (
        Rule(id="tail/more", description="More.", pattern="^More", when=When(after=("tail/date",))),
        Rule(id="tail/over", description="More.", pattern="^More", when=When(before=("tail/date",))),
    )
    near, _ = Kept(result(text), CLEANER, RuleSet((*RULES.rules, *named))).near(7)
    held = {miss.rule: miss.reason for miss in near}
    assert held["tail/more"] == held["tail/over"] == "it does not run here; its level is safe"


@pytest.mark.filterwarnings("ignore::cleaner.timeout.RuleTimeout")
def test_a_pattern_that_takes_too_long_is_given_up_here_too() -> None:
    slow = Rule(id="tail/slow", description="Slow.", pattern="^(?:a|a|aa)+$", zone="tail")
    veto = Rule(id="tail/veto", description="Slow.", pattern="^a", zone="tail", when=When(unless=("^(?:a|a|aa)+$",)))
    rules = RuleSet((slow, veto))
    text = f"{PROSE}\n\n{'a' * 60}b"
    near, in_vain = Kept(Cleaner(rules).explain(Document(text)), Cleaner(rules), rules).near(3)
    assert {miss.rule: miss.reason for miss in near} == {"tail/veto": "unless '^(?:a|a|aa)+$', and the line has it"}
    assert in_vain == ["tail/slow"]


def test_what_kept_a_heading() -> None:
    near, _ = Kept(result(f"{PROSE}\n\nRain\nIt fell."), CLEANER, RULES).near(3)
    assert {miss.rule: miss.reason for miss in near} == {
        "tail/heads": "no_heading, and the line heads what stands below it"
    }


def test_what_kept_a_line_beside_others() -> None:
    near, _ = Kept(result(f"{PROSE}\n\nQuay\nPrice: 9"), CLEANER, RULES).near(3)
    assert {miss.rule: miss.reason for miss in near}["tail/near"] == "unless_near ^Price, and a line around has it"


def test_what_kept_a_line_of_a_document_without_prose() -> None:
    near, _ = Kept(result("Boats\n\n3 May"), CLEANER, RULES).near(3)
    assert {miss.rule: miss.reason for miss in near} == {
        "tail/date": "zone tail, the line is in a document without prose, which has no head and no tail"
    }


def test_what_kept_a_line_is_asked_of_what_stays() -> None:
    kept = Kept(result(TEXT), CLEANER, RULES)
    for number, message in [
        (0, "there is no line 0: the document has 9"),
        (10, "there is no line 10: the document has 9"),
        (2, "line 2 is blank: blank lines go or stay with those around them"),
        (9, "line 9 did not stay: tail/date took it"),
    ]:
        with pytest.raises(LookupError) as caught:
            kept.near(number)
        assert caught.value.args == (message,)
    # What was cut out of a line is not asked about any more.
    assert [miss.rule for miss in kept.near(8)[0]] == []


def test_a_protected_line(tmp_path: Path) -> None:
    rules = RuleSet(RULES.rules, protect=("^Read more",))
    cleaner = Cleaner(rules)
    near, _ = Kept(cleaner.explain(Document(f"{PROSE}\n\nRead more: Boats")), cleaner, rules).near(3)
    assert [(miss.rule, miss.reason) for miss in near] == [("link/read", "a protect pattern keeps the line")]


@pytest.fixture(autouse=True)
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ship one rule, so that rules are read in no time."""
    shipped = tmp_path / "rules"
    shipped.mkdir()
    (shipped / "mine.yaml").write_text(
        "rules:\n- name: boats\n  description: Boats.\n  pattern: '^{lead}{cue}:'\n  cues: {en: [boats of today]}\n"
    )
    monkeypatch.setattr("cleaner.sources.shipped_directory", lambda: shipped)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f"{PROSE}\n\nBoats of today: three\n\nBoats of today\n")
    assert main(["explain", str(file)]) == 0
    captured = capsys.readouterr()
    assert captured.out == f"  {PROSE}\n\n- Boats of today: three  <- mine/boats\n-\n  Boats of today\n\n"
    assert captured.err == f"{file}: 23 of 144 characters removed: mine/boats\n"
    assert main(["explain", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["edits"] == [
        {"rule": "mine/boats", "start": 106, "end": 129, "text": "Boats of today: three\n\n", "description": "Boats."}
    ]
    assert main(["explain", str(file), "--color", "always"]) == 0
    assert "\x1b[31;9mBoats of today: three\x1b[0m" in capsys.readouterr().out
    assert main(["explain", str(file), "--why-kept", "5"]) == 0
    assert "  mine/boats: the pattern does not match with the cue 'boats of today'\n" in capsys.readouterr().out
    assert main(["explain", str(file), "--why-kept", "5", "--json"]) == 0
    near = json.loads(capsys.readouterr().out)
    assert {"rule": "mine/boats", "reason": "the pattern does not match with the cue 'boats of today'"} in near
    with pytest.raises(SystemExit, match="2"):
        main(["explain", str(file), "--why-kept", "3"])
    assert capsys.readouterr().err == f"cleaner: {file}: line 3 did not stay: mine/boats took it\n"


def test_command_on_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": "x\\u001b", "text": "Boats of today: three"}\n\n{"text": "Kept"}\nno JSON\n')
    assert main(["explain", str(file), "--record", "1"]) == 0
    assert capsys.readouterr().out == "== x\\x1b\n- Boats of today: three  <- mine/boats\n"
    assert main(["explain", str(file), "--record", "3"]) == 0
    assert capsys.readouterr().out == "== record 3\n  Kept\n"
    with pytest.raises(SystemExit, match="3"):
        main(["explain", str(file)])
    with pytest.raises(SystemExit, match="2"):
        main(["explain", str(file), "--record", "9"])
    with pytest.raises(SystemExit, match="2"):
        main(["explain", str(tmp_path / "none.txt")])
    assert "none.txt: No such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize("field", [False, True])
def test_an_address_that_is_told_is_known_when_the_page_is_read(
    field: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules, html = tmp_path / "site.yaml", f"<p>{PROSE}</p><p>{OTHER}</p><div class=zebra>Boats</div>"
    rules.write_text(
        "rules:\n- name: zebra\n  description: A box.\n  classes: [zebra]\n  when: {sites: [boats.example]}\n"
    )
    file = tmp_path / ("a.jsonl" if field else "a.html")
    file.write_text(json.dumps({"html": html}) if field else html)
    options = ["--rules", str(rules), "--url", "https://boats.example/a", *(["--html-field", "html"] if field else [])]
    assert main(["explain", str(file), *options, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["document"]["text"] == f"{PROSE}\n\n{OTHER}"


def test_colour_is_for_terminals_that_want_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Boats of today: three")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["explain", str(file)]) == 0
    assert "\x1b[31;9m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["explain", str(file)]) == 0
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize("named", [["-"], []])
def test_stdin(named: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Boats of today: \xff")))
    assert main(["explain", *named]) == 0
    assert capsys.readouterr().out == "- Boats of today: \\udcff  <- mine/boats\n"
