"""`draftloop releases`: what writes the drafts, in the terminal."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from enum import StrEnum
from html import unescape

import typer

from bot.releases.browsing import Viewer
from bot.releases.promote import Refused
from bot.releases.release_place import NoSuchRelease, ReleasePlace
from bot.releases.release_words import build_done, read_name
from bot.services import Services
from bot.slack.blocks.releases import ReleaseCard, ReleasesCard
from handlers.cli.boundary import fail, run
from handlers.cli.workspace import require_workspace
from storage.models import Release
from storage.models.release import EVERY_TASK

OPERATOR = "operator"
VIEWER = Viewer(OPERATOR, is_admin=True)
_MARKS = re.compile(r"\*(\S[^*\n]*)\*|:[a-z_]+: ")

app = typer.Typer(help="Releases: list, show, compare, promote, roll back.", no_args_is_help=True)
WORKSPACE = typer.Option(None, help="Workspace id; not needed when there is one.")
NAME = typer.Argument(help="A release as `draftloop releases list` shows it: r7.")


class Format(StrEnum):
    """How releases are printed."""

    TEXT = "text"
    JSON = "json"


FORMAT = typer.Option(Format.TEXT, "--format", help="text or json.")


@app.command("list")
def list_releases(workspace: str | None = WORKSPACE, output: Format = FORMAT) -> None:
    """List releases, the newest first, and which of them write."""

    async def work(services: Services) -> ReleasesCard:
        workspace_id = await require_workspace(services, wanted=workspace)
        return await services.releases.desk.browser.card(workspace_id, viewer=VIEWER)

    card = run(work)
    if output is Format.JSON:
        lines = {"live": card.live, "now": card.now, "releases": [row.about for row in card.rows]}
        typer.echo(json.dumps(lines, indent=2, ensure_ascii=False))
        return
    for line in [*card.live, *card.now, *(row.about for row in card.rows)] or ["There is no release yet."]:
        typer.echo(plain(line))


@app.command()
def show(name: str = NAME, workspace: str | None = WORKSPACE, output: Format = FORMAT) -> None:
    """Show a release: what it does differently from the live one, and what speaks for it."""
    _tell(run(_reading(name, None, workspace)), output)


@app.command()
def diff(
    first: str = NAME, second: str = NAME, workspace: str | None = WORKSPACE, output: Format = FORMAT
) -> None:
    """Compare two releases."""
    _tell(run(_reading(second, first, workspace)), output)


@app.command()
def promote(name: str = NAME, workspace: str | None = WORKSPACE) -> None:
    """Let a release write from the next draft on."""

    async def work(services: Services) -> tuple[Release, object]:
        release = await _find(services, await require_workspace(services, wanted=workspace), name)
        return release, await services.releases.promotion.promote(release.id, by=OPERATOR, reason="operator")

    _say(*run(work))


@app.command("roll-back")
def roll_back(
    task: str = typer.Option(EVERY_TASK, help="The task whose drafts it is about; every task by default."),
    workspace: str | None = WORKSPACE,
) -> None:
    """Let the release before the live one write again, from the next draft on."""

    async def work(services: Services) -> tuple[Release, object]:
        workspace_id = await require_workspace(services, wanted=workspace)
        async with services.database.read() as unit:
            seat = await unit.releases.seat(workspace_id, task=task)
            if seat is None:
                raise NoSuchRelease
            release = await unit.releases.get(seat.champion_id)
        # That task's own seat or none: somebody who names a task does not mean all the others.
        return release, await services.releases.promotion.roll_back(
            workspace_id, task=task, by=OPERATOR, reason="operator"
        )

    _say(*run(work))


def plain(line: str) -> str:
    """Return mrkdwn of ours as a terminal shows it."""
    return unescape(_MARKS.sub(lambda found: found[1] or "", line))


def _reading(
    name: str, compared: str | None, workspace: str | None
) -> Callable[[Services], Awaitable[ReleaseCard]]:
    async def work(services: Services) -> ReleaseCard:
        workspace_id = await require_workspace(services, wanted=workspace)
        release = await _find(services, workspace_id, name)
        other = (await _find(services, workspace_id, compared)).number if compared else None
        place = ReleasePlace(release.id, compared=other)
        return await services.releases.desk.browser.release_card(workspace_id, viewer=VIEWER, place=place)

    return work


async def _find(services: Services, workspace_id: str, name: str) -> Release:
    number = read_name(name)
    async with services.database.read() as unit:
        release = None if number is None else await unit.releases.find_number(workspace_id, number=number)
    if release is None:
        raise NoSuchRelease
    return release


def _say(release: Release, done: object) -> None:
    """Say what a decision did; one that was refused ends the command with an error."""
    told = plain(build_done(release, done))
    if isinstance(done, Refused):
        raise fail(told)
    typer.echo(told)


def _tell(card: ReleaseCard, output: Format) -> None:
    if output is Format.JSON:
        told = {key: value for key, value in asdict(card).items() if key not in {"may", "notice"}}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    rules = [f"  {each.kind}: {each.before or '-'} -> {each.after or '-'}" for each in card.rules]
    parts = [f"{card.name} · {card.state} · from {card.origin}"]
    if card.compared_with:
        parts += [f"Different from {card.compared_with}:", *card.settings, *rules]
    for line in [*parts, *card.proof]:
        typer.echo(plain(line))
