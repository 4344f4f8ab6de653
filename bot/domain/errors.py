"""What can go wrong that a person can be told."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager


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


class Mistakes(Invalid):
    """Several parts of what was given cannot be; each is told where it was given."""

    def __init__(self, by_field: Mapping[str, str]) -> None:
        super().__init__(" ".join(by_field.values()), field=next(iter(by_field)))
        self.by_field = dict(by_field)


class EveryMistake:
    """Looks at every part of what was given before it says what cannot be: nobody likes to be told one thing
    after the other."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    @contextmanager
    def part(self) -> Iterator[None]:
        """One part: what cannot be at a field is told with the others, anything else at once."""
        try:
            yield
        except Invalid as mistake:
            if mistake.field is None:
                raise
            for field, sentence in at_fields(mistake).items():
                self._found.setdefault(field, sentence)

    def told(self) -> None:
        """Raises what was found."""
        if self._found:
            raise Mistakes(self._found)


def at_fields(error: Exception) -> dict[str, str]:
    """What to tell at which field; nothing where a mistake is in no field."""
    if isinstance(error, Mistakes):
        return error.by_field
    if isinstance(error, Invalid) and error.field is not None:
        return {error.field: str(error)}
    return {}


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
