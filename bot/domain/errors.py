"""What can go wrong that a person can be told."""


class BotError(Exception):
    """Something the person who asked can be told: `str(error)` is the sentence they read."""

    fit = False  # whether the sentence was made such as people from outside may read


class NotFound(BotError):
    """What was asked about is not here, or not for the one who asks."""


class Refused(BotError):
    """This person may not do this, or the state of things does not allow it."""


class Invalid(BotError):
    """What was given cannot be understood or cannot be true; says what to give instead."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field  # which part of what was given it is, where that has parts


class Missing(Invalid):
    """Something has to be said that was not: what to type, or which form asks for it."""

    def __init__(self, sentence: str, *, verb: str, key: str | None = None) -> None:
        super().__init__(sentence)
        self.verb = verb
        self.key = key  # the item it is about, where that is known


class Conflict(BotError):
    """Somebody else changed the same thing first; says who, what and when."""


class Unavailable(BotError):
    """Something we need did not answer; nothing was lost, and the sentence says what happens next."""
