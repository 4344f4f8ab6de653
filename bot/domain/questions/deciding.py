"""Which of the things it can answer does a question ask?"""

from __future__ import annotations

from bot.domain.questions.asked import Asked, Known
from bot.domain.questions.before import is_before_question


def read(text: str, known: Known = Known()) -> Asked:  # noqa: B008 (frozen)
    """What a question asks; out_of_scope when it asks nothing that a plan can answer."""
    if is_before_question(text):
        return Asked("before_golive", because=("it asks what must happen before go-live",))
    return Asked("out_of_scope", because=("nothing in it is about a go-live",))
