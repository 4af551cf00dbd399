"""Errors that carry a sentence a person may read."""


class BotError(Exception):
    """Something the person can be told plainly; `code` is for logs and tables, `sentence` for people."""

    code = "error"
    sentence = "Something went wrong on our side. Please try again."

    def __init__(self, sentence: str | None = None, *, code: str | None = None) -> None:
        self.sentence = sentence or self.sentence
        self.code = code or self.code
        super().__init__(self.sentence)


class Transient(BotError):
    """It may work in a moment: durable steps try again with growing pauses."""

    code = "transient"
    sentence = "That is taking longer than it should. I will keep trying."


class SettingsError(BotError):
    """A setting is missing or wrong; the sentence names the variable and shows no secret."""

    code = "settings"
