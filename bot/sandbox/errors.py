"""What can go wrong, as Slack names it, and what a person at the keyboard cannot do."""

from typing import Any


class SlackError(Exception):
    """An answer with ``ok: false``: Slack's error code and whatever else it adds to the answer."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def answer(self) -> dict[str, Any]:
        """The body of the Web API answer."""
        return {"ok": False, "error": self.code, **self.details}


class CannotError(AssertionError):
    """A person tried what their Slack would not let them do: press what is not there, submit an empty field."""


def invalid_arguments(*problems: str, code: str = "invalid_arguments") -> SlackError:
    """The error for arguments Slack cannot use, with the reasons where Slack puts them."""
    messages = [problem if problem.startswith("[") else f"[ERROR] {problem}" for problem in problems]
    return SlackError(code, response_metadata={"messages": messages})
