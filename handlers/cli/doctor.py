"""`draftloop doctor`: looks at everything the bot needs and says what to do about what is wrong."""

import contextlib
import importlib.util
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from bot.errors import BotError
from bot.llm.chat_model import ChatMessage, ChatModel, ModelCutOff, ModelUse
from bot.services import Services
from bot.settings import Settings
from bot.slack.identity import identify
from handlers.cli.boundary import FAILED, complete, open_services
from handlers.cli.manifest import SCOPES
from handlers.socket_mode import SocketModeRefused, check_app_token
from storage import migrate
from storage.migrate import SchemaOutdated

# What does not work without an optional scope.
OPTIONAL_SCOPES = {
    "reactions:write": "I cannot mark the replies that I read",
    "usergroups:read": "channels cannot name reviewers",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: fine, or with what to do."""

    subject: str
    ok: bool
    sentence: str


Look = Callable[[Services], Awaitable[Finding]]


def doctor() -> None:
    """Check installation, database, Slack and the model; exit 1 when something needs doing."""
    findings = complete(examine)
    console = Console()
    for finding in findings:
        mark = "[green]ok [/green]" if finding.ok else "[red]fix[/red]"
        console.print(f"{mark} [bold]{finding.subject:<13}[/bold] ", end="")
        console.print(finding.sentence, markup=False, highlight=False, soft_wrap=True)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(FAILED)


async def examine(settings: Settings) -> list[Finding]:
    """Return every finding; without a good database the rest is not looked at."""
    findings = [_packages(), await _database(settings)]
    if not findings[-1].ok:
        return findings
    async with open_services(settings) as services:
        for subject, look in LOOKS.items():
            findings.append(await _told(subject, look, services))
    return findings


async def _told(subject: str, look: Look, services: Services) -> Finding:
    try:
        return await look(services)
    except BotError as error:
        return Finding(subject, ok=False, sentence=error.sentence)


def _packages() -> Finding:
    """The package names are generic: another distribution's `bot` on the path would be a mess."""
    parents = {name: _home(name) for name in ("bot", "handlers", "storage")}
    if len(set(parents.values())) == 1:
        return Finding("installation", ok=True, sentence="One Draftloop is installed.")
    places = ", ".join(f"{name} from {parent}" for name, parent in parents.items())
    return Finding(
        "installation",
        ok=False,
        sentence=f"Packages of different origin: {places}. Use a virtual environment of its own.",
    )


def _home(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin or ".").parent.parent if spec else Path()


async def _database(settings: Settings) -> Finding:
    try:
        state = await migrate.state(settings.database_url)
        if state.current is not None:
            await migrate.check(settings.database_url)
    except SchemaOutdated as error:
        return Finding("database", ok=False, sentence=str(error))
    except OSError as error:
        return Finding(
            "database", ok=False, sentence=f"DATABASE_URL cannot be reached ({type(error).__name__})."
        )
    sentence = (
        "The schema is up to date." if state.current else "It is new: `draftloop serve` makes the tables."
    )
    return Finding("database", ok=True, sentence=sentence)


async def _slack(services: Services) -> Finding:
    token = services.settings.slack_bot_token
    if token is None:
        return Finding(
            "slack", ok=False, sentence="Set SLACK_BOT_TOKEN (Install App page of your Slack app)."
        )
    identity = await identify(services.clients, token=token.get_secret_value())
    lacking = set(SCOPES) - identity.scopes if identity.scopes else set[str]()
    if missing := sorted(lacking - OPTIONAL_SCOPES.keys()):
        advice = "add them under OAuth & Permissions and install the app again"
        return Finding("slack", ok=False, sentence=f"Scopes are missing: {', '.join(missing)}; {advice}.")
    owner = f"The bot token belongs to {identity.workspace} ({identity.workspace_id})."
    return Finding("slack", ok=True, sentence=" ".join([owner, *_without(lacking)]))


def _without(lacking: set[str]) -> list[str]:
    """Return a sentence for each optional scope that was not granted."""
    return [
        f"Without the optional scope {scope}, {loss}."
        for scope, loss in OPTIONAL_SCOPES.items()
        if scope in lacking
    ]


async def _events(services: Services) -> Finding:
    settings = services.settings
    if settings.slack_app_token is not None:
        try:
            await check_app_token(
                settings.slack_app_token.get_secret_value(), slack_api_url=settings.slack_api_url
            )
        except SocketModeRefused as error:
            return Finding("events", ok=False, sentence=error.sentence)
        return Finding("events", ok=True, sentence="Socket Mode: the app token is good.")
    if settings.slack_signing_secret is not None:
        address = f"{settings.http_host}:{settings.http_port}/slack/events"
        return Finding(
            "events", ok=True, sentence=f"HTTP: Slack must reach {address} through your TLS proxy."
        )
    return Finding(
        "events", ok=False, sentence="Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)."
    )


async def _model(services: Services) -> Finding:
    services.model.require_key()
    settings = services.settings
    names = [settings.openai_model, *([settings.judge_model] if settings.judge_model else [])]
    for name in names:
        await _hello(services.model.using(ModelUse(name)))
    return Finding("model", ok=True, sentence=f"{' and '.join(names)} answer{'s' * (len(names) == 1)}.")


async def _hello(model: ChatModel) -> None:
    with contextlib.suppress(ModelCutOff):  # It talks more than it was asked to: it answers.
        await model.complete([ChatMessage("user", "Say hello.")], max_tokens=16, temperature=0)


async def _inbox(services: Services) -> Finding:
    parked = (await services.inbox.counts())["parked"]
    if parked:
        advice = "`draftloop inbox list` shows them, `draftloop inbox replay` tries them again"
        return Finding("inbox", ok=False, sentence=f"{parked} event(s) could not be handled: {advice}.")
    return Finding("inbox", ok=True, sentence="No event is parked.")


async def _trainer(services: Services) -> Finding:
    name = services.settings.trainer
    sentence = (
        "No trainer is set (DRAFTLOOP_TRAINER): examples still teach the next draft."
        if name == "none"
        else f"{name} is set up."
    )
    return Finding("trainer", ok=True, sentence=sentence)


LOOKS: dict[str, Look] = {
    "slack": _slack,
    "events": _events,
    "model": _model,
    "inbox": _inbox,
    "trainer": _trainer,
}
