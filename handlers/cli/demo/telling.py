"""How the demo tells its story in a terminal: what people do on the left, what Slack shows in boxes."""

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from bot.sandbox import Message


class Teller:
    """Prints the story; texts from people and models are printed as they are, never as markup."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @property
    def console(self) -> Console:
        """Where the story is told, for what draws there itself."""
        return self._console

    def chapter(self, title: str) -> None:
        """Begin a new part."""
        self._console.print()
        self._console.rule(f"[bold]{title}[/bold]", align="left", style="dim")

    def act(self, who: str, what: str) -> None:
        """Tell what somebody does."""
        self._console.print(Padding(Text.assemble((who, "bold cyan"), "  ", what), (0, 0, 0, 2)))

    def note(self, sentence: str) -> None:
        """Tell what happened behind the scene."""
        self._console.print(Padding(Text(sentence, style="dim"), (0, 0, 0, 4)))

    def lines(self, lines: Iterable[str]) -> None:
        """Print lines as a program would write them: not wrapped, nothing added."""
        for line in lines:
            self._console.print(Text(line), soft_wrap=True)

    def show(self, message: Message, *, title: str = "Draftloop") -> None:
        """Show a message of the bot."""
        self.box(readable(message), title=title)

    def box(self, text: str, *, title: str) -> None:
        """Show a text in a box."""
        self._console.print(
            Panel(Text(text), title=title, title_align="left", border_style="green", width=96)
        )


def readable(message: Message) -> str:
    """Return what a message shows: the texts of its blocks, else its text."""
    lines = [line for block in message.blocks for line in _lines(block)]
    return "\n".join(lines) or message.text


def is_draft(message: Message) -> bool:
    """Tell whether a message shows a draft that can be voted on."""
    return any(
        element.get("action_id") == "draft_vote"
        for block in message.blocks
        for element in block.get("elements", [])
    )


def _lines(block: dict) -> list[str]:  # type: ignore[type-arg]
    kind = block["type"]
    if kind in {"section", "header"}:
        fields = [field["text"] for field in block.get("fields", [])]
        return [text["text"] for text in [block.get("text")] if text] + fields
    if kind == "markdown":
        return [block["text"]]
    if kind == "context":
        return [f"· {element['text']}" for element in block["elements"] if "text" in element]
    if kind == "image":
        return [f"[chart: {block.get('alt_text', '')}]"]
    if kind == "table":
        return ["   ".join(_cell(cell) for cell in row) for row in block["rows"]]
    return []


def _cell(cell: dict) -> str:  # type: ignore[type-arg]
    if "text" in cell and isinstance(cell["text"], str):
        return cell["text"]
    return "".join(
        part.get("text", "") for group in cell.get("elements", []) for part in group.get("elements", [])
    )
