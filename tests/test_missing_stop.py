"""Boilerplate inside a line that has lost its full stop: the sentence behind it is not part of it."""

from __future__ import annotations

import pytest

from cleaner.clean import Cleaner
from cleaner.document import Document
from cleaner.load import load_rules
from cleaner.sources import read_sources
from cleaner.written import read_rules

#: By language, what stands before a notice, and the sentences that may follow it.
PROSE = {
    "en": (
        "The council voted on Tuesday to keep the old ferry running until the end of the summer season.",
        "Yesterday the mayor told reporters that nothing had been decided.",
        "No one was hurt when the pier gave way in March.",
        "Critics say the plan will cost more than a new bridge.",
    ),
    "de": (
        "Der Rat beschloss am Dienstag, die alte Fähre bis zum Ende der Sommersaison fahren zu lassen.",
        "Gestern sagte der Bürgermeister, dass noch nichts entschieden sei.",
        "Niemand wurde verletzt, als der Steg im März nachgab.",
    ),
    "es": (
        "El concejo votó el martes a favor de mantener el viejo transbordador hasta el final del verano.",
        "Ayer el alcalde dijo a la prensa que nada estaba decidido.",
        "Nadie resultó herido cuando el muelle cedió en marzo.",
    ),
    "fr": (
        "Le conseil a voté mardi le maintien du vieux bac jusqu'à la fin de la saison estivale.",
        "Hier, le maire a dit aux journalistes que rien n'était décidé.",
        "Personne n'a été blessé quand la jetée a cédé en mars.",
    ),
    "it": (
        "Il consiglio ha votato martedì per mantenere il vecchio traghetto fino alla fine dell'estate.",
        "Ieri il sindaco ha detto ai giornalisti che nulla era deciso.",
        "Nessuno è rimasto ferito quando il molo ha ceduto a marzo.",
    ),
    "pt": (
        "A câmara votou na terça-feira a favor de manter a velha balsa até o fim do verão.",
        "Ontem o prefeito disse aos repórteres que nada estava decidido.",
        "Ninguém ficou ferido quando o cais cedeu em março.",
    ),
    "ru": (
        "Городской совет во вторник проголосовал за то, чтобы старый паром ходил до конца лета.",
        "Вчера мэр сказал журналистам, что ничего ещё не решено.",
        "Никто не пострадал, когда в марте обрушился причал.",
    ),
}


@pytest.mark.parametrize("language", PROSE)
def test_a_sentence_behind_a_notice_without_its_full_stop_stays(language: str) -> None:
    before, *behind = PROSE[language]
    cleaner = Cleaner(load_rules())
    tried = 0
    lost = set()
    for rule in read_rules(read_sources()).rules.rules:
        if rule.action != "strip_span" or rule.asks_page:
            continue
        for example in rule.examples.get(language, ()):
            document = Document(example.text, title=example.title, url=example.url)
            for edit in cleaner.explain(document).edits:
                notice = " ".join(edit.text.split()).rstrip(".!")
                for sentence in behind if len(notice) > 3 else ():
                    tried += 1
                    text = f"{before} {notice} {sentence}"
                    if sentence not in cleaner.clean(text):
                        lost.add((edit.rule, text))
    assert tried > 2 * len(behind)
    assert lost == set()
