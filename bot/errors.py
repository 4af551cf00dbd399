"""Errors that carry a sentence a person may read."""

from collections.abc import Mapping


class BotError(Exception):
    """Something the person can be told plainly; `code` is for logs and tables, `sentence` for people."""

    code = "error"
    sentence = "Something went wrong on our side. Please try again."

    def __init__(self, sentence: str | None = None, *, code: str | None = None) -> None:
        self.sentence = sentence or self.sentence
        self.code = code or self.code
        super().__init__(self.sentence)


class FormError(BotError):
    """A form that cannot be taken as it is: `fields` says by block id what is wrong there."""

    code = "form"

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(next(iter(self.fields.values()), None))


class Transient(BotError):
    """It may work in a moment: durable steps try again with growing pauses."""

    code = "transient"
    sentence = "That is taking longer than it should. I will keep trying."


class SettingsError(BotError):
    """A setting is missing or wrong; the sentence names the variable and shows no secret."""

    code = "settings"
