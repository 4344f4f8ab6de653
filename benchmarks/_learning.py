"""What do the example questions teach about the words of each intent? Run it after changing them."""

from __future__ import annotations

from pathlib import Path

import bot.domain.questions
from benchmarks._questions import TUNED, questions
from bot.domain.questions import Known
from bot.domain.questions.deciding import spoken_words
from bot.domain.questions.leaning import counted, shapes
from bot.domain.questions.names import names

KEPT = Path(bot.domain.questions.__file__).parent / "leanings.txt"


def learned() -> str:
    nothing = names(Known())
    examples = ((q.intent, shapes(spoken_words(q.text, nothing), nothing)) for q in questions(TUNED))
    return counted(examples).as_text()


if __name__ == "__main__":
    KEPT.write_text(learned(), encoding="utf-8")
