"""`draftloop inbox`: look at stored events, and replay those that were parked."""

import json
from enum import StrEnum

import typer
from rich.console import Console
from rich.table import Table

from bot.services import Services
from handlers.cli.boundary import fail, run

app = typer.Typer(help="Stored Slack events: list, show, replay.", no_args_is_help=True)


class State(StrEnum):
    """How far an event has come."""

    NEW = "new"
    DONE = "done"
    PARKED = "parked"


@app.command("list")
def list_events(
    state: State = typer.Option(State.PARKED, help="new, done or parked."),
    limit: int = typer.Option(50, min=1, max=10_000),
) -> None:
    """List events: parked ones unless told otherwise."""
    events = run(lambda services: services.inbox.list(state=state.value, limit=limit))
    if not events:
        typer.echo(f"No event is {state.value}.")
        return
    table = Table(
        "event", "workspace", "type", "received", "tries", "error", title=f"{state.value}: {len(events)}"
    )
    for event in events:
        table.add_row(
            event.event_id,
            event.workspace_id,
            event.type,
            f"{event.received_at:%F %T}",
            str(event.attempts),
            event.error or "",
        )
    Console().print(table)


@app.command()
def show(event_id: str) -> None:
    """Print one event as it came, with its body (it may hold message text)."""
    event = run(lambda services: services.inbox.show(event_id))
    if event is None:
        raise fail(f"No event {event_id} is stored.")
    typer.echo(json.dumps(json.loads(event.body), indent=2, ensure_ascii=False))


@app.command()
def replay(
    event_id: str | None = typer.Argument(None, help="One event; without it, every parked one."),
) -> None:
    """Give parked events to the bot again; a running bot takes them within a second."""

    async def work(services: Services) -> int:
        return await services.inbox.replay(event_id, now=services.clock())

    replayed = run(work)
    if event_id is not None and not replayed:
        raise fail(f"No event {event_id} is parked.")
    typer.echo(f"{replayed} event(s) will be tried again.")
