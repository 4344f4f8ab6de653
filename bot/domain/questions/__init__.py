"""What does a question ask, in whatever words it is asked?"""

from bot.domain.questions.asked import ASKER, INTENTS, Asked, Known, Slots
from bot.domain.questions.before import is_before_question, is_plain_before
from bot.domain.questions.deciding import read

__all__ = ["ASKER", "INTENTS", "Asked", "Known", "Slots", "is_before_question", "is_plain_before", "read"]
