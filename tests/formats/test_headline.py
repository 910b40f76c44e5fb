"""The headline of a page stands once: beside the text where there is a place for it, else as its first line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cleaner.cli import main
from cleaner.document import Document, Hint
from cleaner.formats.headline import headed, with_headline
from tests.formats.test_html import MORE, PROSE

TITLE = "The keeper who swept a dome that nobody used"
READ_MORE = "Read more: Ten other domes of the north"
PAGE = f"""<!DOCTYPE html><html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>
<p>{PROSE}</p><p>{READ_MORE}</p><p>{MORE}</p></article></body></html>"""
FRAGMENT = f"<p>{PROSE}</p><p>{READ_MORE}</p><ul><li>one owl</li><li>no stars</li></ul><p>{MORE}</p>"


@pytest.mark.parametrize("html", [PAGE, PAGE.replace(f"<h1>{TITLE}</h1>", ""), FRAGMENT], ids=["h1", "title", "none"])
@pytest.mark.parametrize("title", ["keep", "drop"])
def test_a_run_gives_the_text_that_the_filter_gives(html: str, title: str, tmp_path: Path) -> None:
    page = tmp_path / "dome.html"
    page.write_text(html)
    assert main([str(page), "--title", title, "-o", str(tmp_path / "filtered.txt")]) == 0
    assert main(["run", str(page), "--title", title, "-o", str(tmp_path / "out"), "-j", "1"]) == 0
    text = (tmp_path / "filtered.txt").read_text()
    assert text == (tmp_path / "out/dome.html.txt").read_text()
    assert PROSE in text and READ_MORE not in text
    assert text.count(TITLE) == (title == "keep" and html is not FRAGMENT)


def test_what_was_removed_goes_back_where_it_was(tmp_path: Path) -> None:
    page, text, removed, original = (tmp_path / name for name in ("dome.html", "dome.txt", "gone.jsonl", "whole.txt"))
    page.write_text(PAGE.replace("</article>", '<div class="share-bar">Send this on</div></article>'))
    main([str(page), "-o", str(text), "--removed", str(removed)])
    rows = [json.loads(line) for line in removed.read_text().splitlines()]
    assert [row["text"].strip() for row in rows] == ["Send this on", READ_MORE]
    main(["restore", str(text), "--removed", str(removed), "-o", str(original)])
    assert original.read_text() == f"{TITLE}\n\n{PROSE}\n\n{READ_MORE}\n\n{MORE}\n"


def test_the_headline_of_a_record_goes_before_its_text_where_the_output_has_no_field_for_it(tmp_path: Path) -> None:
    record = {"id": "a", "title": TITLE, "text": f"{PROSE}\n\n{READ_MORE}"}
    (tmp_path / "in.jsonl").write_text(json.dumps(record) + "\n")
    for to, name in (("text", "in/000000001.txt"), ("warc", "in.warc.wet"), ("csv", "in.csv")):
        run = ["run", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / to), "--to", to, "-j", "1"]
        assert main([*run, "--title-field", "title"]) == 0
        assert (tmp_path / to / name).read_text().count(TITLE) == 1


def test_a_page_without_text_stops_no_run_and_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/empty.html").write_text("<html><body><div id=app></div></body></html>")
    (tmp_path / "in/page.html").write_text(PAGE)
    assert main(["run", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "-j", "1"]) == 0
    assert [path.name for path in (tmp_path / "out").glob("*.txt")] == ["page.html.txt"]
    assert "left out: 1 files with no text in this page" in capsys.readouterr().err


def test_a_text_that_begins_with_its_headline_gets_no_other() -> None:
    assert headed("The Dome!\n\nIt is swept.", "The dome") == "The Dome!\n\nIt is swept."
    assert headed("", "The\n dome") == "The dome"
    assert headed("It is swept.", None) == "It is swept."


def test_hints_move_with_their_lines() -> None:
    document = Document("It is swept.\nMore", title="The dome", hints={0: Hint(tag="p"), 13: Hint(tag="li")})
    moved = with_headline(document)
    assert {moved.text[start:][:2]: hint.tag for start, hint in moved.hints.items()} == {"It": "p", "Mo": "li"}
