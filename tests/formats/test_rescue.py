"""Headings of pages that are buttons stay."""

from __future__ import annotations

import pytest

from cleaner.formats.html import PageReader

ANSWER = "The ferry carries bicycles on every crossing but the first, and the crew ties them to the rail."
PAGE = f"""<html><body><article><h1>The ferry</h1>
<p>The old ferry between the harbour and the island runs again from Monday, the council said in a note.</p>
<p>It had stopped in autumn when the second engine failed, and for months a small boat took the post across.</p>
%s<div><p>{ANSWER}</p></div>
<p>The timetable hangs at the quay, and the harbour office has printed more of them than there are islanders.</p>
</article></body></html>"""


@pytest.mark.parametrize(
    "heading",
    [
        "<h3><button>Bicycles on board</button></h3>",
        "<button aria-expanded=false><div><h3>Bicycles on board</h3></div><span>Open</span></button>",
        "<button>May bicycles come on board?</button>",
    ],
)
def test_a_button_that_is_a_heading_stays(heading: str) -> None:
    lines = PageReader().read(PAGE % heading).text.split("\n\n")
    above = lines[lines.index(ANSWER) - 1]
    assert above in ("Bicycles on board", "May bicycles come on board?")


@pytest.mark.parametrize(
    "button",
    [
        "<button>Bicycles on board</button>",
        "<button>Read more?</button>",
        "<h3>Bicycles on board <button>Copy link</button></h3>",
        f"<button><h3>Menu</h3>{'<p>Harbour</p>' * 50}</button>",
    ],
)
def test_other_buttons_go(button: str) -> None:
    text = PageReader().read(PAGE % button).text
    assert ANSWER in text
    assert not any(words in text for words in ("Copy", "more?", "Menu", "Harbour\n"))
    assert ("Bicycles on board" in text) == ("<h3>Bicycles" in button)
