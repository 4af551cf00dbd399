"""`draftloop stats`: the figures in the terminal, or as JSON."""

import json
from enum import StrEnum
from html import unescape

import typer

from bot.digests.fairness import FairnessReport
from bot.digests.fairness_card import build_fairness_card
from bot.digests.outcomes import build_outcome_numbers
from bot.digests.stats import StatsReport, build_implicit_numbers, build_numbers
from bot.digests.stats_card import build_card
from bot.services import Services
from bot.slack.blocks.stats import build_stats_text
from handlers.cli.boundary import run
from handlers.cli.workspace import choose_workspace
from storage.queries.quality import Scope


class Days(StrEnum):
    """The spans that stats look back."""

    WEEK = "7"
    MONTH = "30"
    QUARTER = "90"


class Format(StrEnum):
    """How the figures are printed."""

    TEXT = "text"
    JSON = "json"


def stats(
    workspace: str | None = typer.Option(None, help="Workspace id; not needed when there is one."),
    channel: str | None = typer.Option(None, help="Only this channel id."),
    task: str | None = typer.Option(None, help="Only this task."),
    user: str | None = typer.Option(None, help="Only this person: what they asked for and what they said."),
    days: Days = typer.Option(Days.MONTH, help="How many UTC days to look back, today included."),
    output: Format = typer.Option(Format.TEXT, "--format", help="text or json."),
    fairness: bool = typer.Option(
        default=False, help="Instead: flag rates by task, channel and release, who judges, who answers."
    ),
) -> None:
    """Show how the drafts do."""

    async def work(services: Services) -> StatsReport | FairnessReport | None:
        workspace_id = await choose_workspace(services, wanted=workspace)
        if workspace_id is None:
            return None
        if fairness:
            return await services.fairness.report(workspace_id, days=int(days.value))
        scope = Scope(workspace_id=workspace_id, channel_id=channel, task=task, user_id=user)
        return await services.stats.report(scope, days=int(days.value))

    typer.echo(_print(run(work), output=output))


def _print(report: StatsReport | FairnessReport | None, *, output: Format) -> str:
    if isinstance(report, FairnessReport):
        if output is Format.JSON:
            return json.dumps(report.numbers(), indent=2, ensure_ascii=False)
        return unescape(build_stats_text(build_fairness_card(report)))
    if output is Format.JSON:
        return json.dumps(_as_json(report), indent=2, ensure_ascii=False)
    if report is None:
        return "No workspace is known yet: start `draftloop serve`, invite the bot to a channel and ask for a draft."
    return unescape(build_stats_text(build_card(report, name=_name(report.scope))))


def _as_json(report: StatsReport | None) -> dict[str, object] | None:
    if report is None:
        return None
    scope = report.scope
    apart = {"implicit_signals": build_implicit_numbers(report.totals)} if report.shows_implicit else {}
    return {
        "workspace": scope.workspace_id,
        "channel": scope.channel_id,
        "task": scope.task,
        "user": scope.user_id,
        "first_day": report.period.first_day.isoformat(),
        "last_day": report.period.last_day.isoformat(),
        "figures": build_numbers(report.totals, own=scope.user_id is not None),
        "flag_categories": dict(report.totals.flag_categories),
        "outcomes": build_outcome_numbers(report.outcomes),
        **apart,
    }


def _name(scope: Scope) -> str:
    parts = [scope.user_id, scope.channel_id, scope.task and f"task {scope.task}"]
    return " · ".join(part for part in parts if part) or f"All channels of {scope.workspace_id}"
