"""What the demo says in the terminal while it starts, and when the page is there."""

import contextlib
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from bot.sandbox.records import Member
from handlers.cli.demo.folder import DemoFolder
from handlers.cli.demo.sample_team import Team
from handlers.cli.demo.stage import Stage


class Greeting:
    """Speaks to whoever started the demo."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def note(self, sentence: str) -> None:
        """Say one thing in small."""
        self._console.print(Text(sentence, style="dim"), soft_wrap=True)

    @contextlib.contextmanager
    def playing(self, *, of: int) -> Iterator[Callable[[int, str], None]]:
        """Show how far the sample data is; yields what to call with the number done and what comes."""
        self.note(
            "Playing what the team did in the days before, through the real bot (once, about half a minute) …"
        )
        bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}", markup=False),
            console=self._console,
            disable=not self._console.is_terminal,
            transient=True,
        )
        with bar:
            task = bar.add_task("", total=of)
            yield lambda done, comes: bar.update(task, completed=done, description=comes)

    def ready(self, url: str, stage: Stage, *, folder: DemoFolder, story: Sequence[str]) -> None:
        """Say where the page is, who is who, what to try first, and how to stop."""
        body = Group(
            Text.assemble("Open  ", (url, "bold underline cyan")),
            Text(),
            _facts(stage, folder),
            Text(),
            Text("Try this", style="bold"),
            *(Padding(Text(f"{number}. {line}"), (0, 0, 0, 2)) for number, line in enumerate(story, start=1)),
        )
        self._console.print(Panel(body, title="Draftloop demo", title_align="left", border_style="green"))
        self._console.print("Ctrl-C stops it.")

    def stopped(self, folder: DemoFolder) -> None:
        """Say what is kept."""
        whole = f"Stopped. Everything is kept in {folder.path}: the next start goes on from there."
        self._console.print(
            Text(whole if folder.is_whole else "Stopped. The next start begins anew."), soft_wrap=True
        )


def _facts(stage: Stage, folder: DemoFolder) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    people = Team.find(stage.sandbox).people.values()
    table.add_row("People", Text(", ".join(_who(person.member) for person in people)))
    table.add_row("Writes", Text(f"{stage.model.name}. {stage.model.note}"))
    table.add_row("Kept in", Text(f"{folder.path} (--reset starts over)"))
    return table


def _who(member: Member) -> str:
    role = "admin" if member.is_admin else "guest" if member.is_guest else ""
    return f"{member.name} ({role})" if role else member.name
