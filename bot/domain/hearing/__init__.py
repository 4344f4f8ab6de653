"""What does talk mean to a project? `hear` reads one message; nothing is stored and nobody is asked."""

from bot.domain.hearing.deciding import hear, ready
from bot.domain.hearing.heard import INTENTS, SELF, STORED, Heard

__all__ = ["INTENTS", "SELF", "STORED", "Heard", "hear", "ready"]
