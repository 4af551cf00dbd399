"""Text on its way from Slack: what events and commands carry, as people typed it."""


def unescape(text: str) -> str:
    """Undo Slack's escaping of `&`, `<` and `>` (texts of messages and commands have it, inputs of modals do not)."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
