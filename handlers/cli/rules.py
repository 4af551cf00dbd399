"""`draftloop rules`: the rules that were learned, in the terminal."""

import json
import re
from dataclasses import asdict
from enum import StrEnum
from html import unescape
from typing import Any

import typer

from bot.errors import BotError
from bot.learning.rulebook.browsing import OPERATOR
from bot.learning.rulebook.rule_words import build_state
from bot.learning.rulebook.rules_place import RulesPlace
from bot.learning.rules.decisions import Decided
from bot.learning.rules.rights import OPERATOR as ACTOR
from bot.learning.rules.rights import NoSuchRule
from bot.services import Services
from bot.slack.blocks.rules_page import RuleCard
from handlers.cli.boundary import run
from handlers.cli.workspace import require_workspace
from storage.models import Rule

app = typer.Typer(help="Rules of house style: list, show, retire.", no_args_is_help=True)
WORKSPACE = typer.Option(None, help="Workspace id; not needed when there is one.")
NUMBER = typer.Argument(help="The rule's number, as `draftloop rules list` shows it.", min=1)


class State(StrEnum):
    """Which rules are listed."""

    LIVE = "live"
    ACTIVE = "active"
    PROPOSED = "proposed"
    CLOSED = "closed"
    ALL = "all"


class Format(StrEnum):
    """How rules are printed."""

    TEXT = "text"
    JSON = "json"


FORMAT = typer.Option(Format.TEXT, "--format", help="text or json.")


@app.command("list")
def list_rules(
    words: str = typer.Option("", "--search", help="Only rules that hold all these words."),
    state: State = typer.Option(State.LIVE, help="live: active and proposed; closed: retired and expired."),
    channel: str | None = typer.Option(None, help="Only rules that hold in this channel id."),
    task: str | None = typer.Option(None, help="Only rules that hold for this task."),
    limit: int = typer.Option(100, min=1, help="How many at most."),
    workspace: str | None = WORKSPACE,
    output: Format = FORMAT,
) -> None:
    """List rules: those that wait first, then the newest."""
    place = RulesPlace(state=state.value, channel_id=channel, task=task)

    async def work(services: Services) -> tuple[int, list[Rule]]:
        workspace_id = await require_workspace(services, wanted=workspace)
        return await services.rulebook.browser.listed(
            workspace_id, viewer=OPERATOR, place=place, words=words, limit=limit
        )

    total, rules = run(work)
    if output is Format.JSON:
        typer.echo(json.dumps([_as_json(rule) for rule in rules], indent=2, ensure_ascii=False))
        return
    for rule in rules:
        typer.echo(f"{rule.number:>5}  {_oneline(rule.text)}\n       {_scope(rule)} · {build_state(rule)}")
    typer.echo(f"{len(rules)} of {total} rules." if total else "There is no such rule.")


@app.command()
def show(number: int = NUMBER, workspace: str | None = WORKSPACE, output: Format = FORMAT) -> None:
    """Show one rule: what it rests on, what it changed, and what was decided about it."""

    async def work(services: Services) -> RuleCard:
        workspace_id = await require_workspace(services, wanted=workspace)
        rule = await _find(services, workspace_id, number)
        card, _ = await services.rulebook.browser.rule_card(workspace_id, viewer=OPERATOR, rule_id=rule.id)
        return card

    card = run(work)
    typer.echo(_card_as_json(card) if output is Format.JSON else _card_as_text(card))


@app.command()
def retire(number: int = NUMBER, workspace: str | None = WORKSPACE) -> None:
    """End a rule: no draft follows it any more."""

    async def work(services: Services) -> Decided:
        workspace_id = await require_workspace(services, wanted=workspace)
        rule = await _find(services, workspace_id, number)
        return await services.learning.decisions.retire(workspace_id, rule_id=rule.id, user_id=ACTOR)

    decided = run(work)
    was_so = decided.action == "unchanged"
    typer.echo(f"Rule {number} was ended already." if was_so else f"Rule {number} is retired.")


async def _find(services: Services, workspace_id: str, number: int) -> Rule:
    async with services.database.read() as unit:
        rule = await unit.rules.find_by_number(workspace_id, number=number)
    if rule is None:
        raise NoSuchNumber(f"There is no rule {number} in this workspace.")
    return rule


class NoSuchNumber(BotError):
    """No rule of the workspace has that number."""

    code = NoSuchRule.code


def _as_json(rule: Rule) -> dict[str, Any]:
    columns = ("number", "text", "state", "reason", "origin", "channel_id", "task", "requester_id")
    counted = ("supporters", "opposers", "used", "version")
    moments = ("created_at", "changed_at", "activated_at")
    told = {name: getattr(rule, name) for name in (*columns, *counted)}
    return told | {name: at and at.isoformat() for name in moments for at in (getattr(rule, name),)}


def _card_as_json(card: RuleCard) -> str:
    told = {name: value for name, value in asdict(card).items() if name not in {"id", "may", "notice"}}
    return json.dumps(told, indent=2, ensure_ascii=False)


def _card_as_text(card: RuleCard) -> str:
    quoted = [f"  “{_oneline(example.text)[:240]}” ({_plain(example.about)})" for example in card.examples]
    parts = {
        "What it rests on": [*(f"  {_plain(line)}" for line in card.evidence), *quoted],
        "What it changed": [f"  {_plain(line)}" for line in card.effect],
        "History": [f"  {_plain(line)}" for line in card.history] or ["  Nothing yet."],
    }
    head = [
        f"Rule {card.number}: {_oneline(card.text)}",
        f"State: {_plain(card.state)}",
        f"Holds: {_plain(card.where)}",
        f"From: {_plain(card.origin)}",
    ]
    return "\n".join([*head, *(line for title, lines in parts.items() for line in ("", title, *lines))])


def _scope(rule: Rule) -> str:
    bounds = [rule.channel_id, rule.task, rule.requester_id and f"drafts that {rule.requester_id} asks for"]
    return ", ".join(bound for bound in bounds if bound) or "everywhere"


def _plain(mrkdwn: str) -> str:
    """Return mrkdwn as a terminal shows it: ids in place of mentions."""
    return unescape(re.sub(r"<[#@]([A-Z0-9]+)>", r"\1", mrkdwn).replace("*", ""))


def _oneline(text: str) -> str:
    """Return a text on one line, without anything that moves a terminal's cursor."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
