"""`/draftloop`: finds the subcommand and hands over; unknown words get a suggestion."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.services import Services
from bot.slack.text import escape
from handlers.commands import (
    attest,
    digest,
    every,
    releases,
    retrain,
    rules,
    settings,
    stats,
    timezone,
    trials,
)
from handlers.commands import help as help_command
from handlers.commands.nearest import nearest
from handlers.commands.spec import SlashCommand, Subcommand
from handlers.payloads import SlashCommand as Call

SUBCOMMANDS: tuple[Subcommand, ...] = (
    stats.SUBCOMMAND,
    rules.SUBCOMMAND,
    every.SUBCOMMAND,
    digest.SUBCOMMAND,
    retrain.SUBCOMMAND,
    releases.SUBCOMMAND,
    trials.SUBCOMMAND,
    attest.SUBCOMMAND,
    timezone.SUBCOMMAND,
    settings.SUBCOMMAND,
    help_command.SUBCOMMAND,
)


async def on_draftloop(body: dict[str, object], ack: AsyncAck, *, services: Services) -> None:
    """Answer `/draftloop <subcommand> …`; no word at all means help."""
    text = Call.from_body(body, now=services.clock()).text
    word = (text.split() or ["help"])[0].lower()
    subcommand = find_subcommand(word)
    if subcommand is None:
        await ack(text=build_unknown(word), response_type="ephemeral")
        return
    await subcommand.listener(body=body, ack=ack, services=services)


def find_subcommand(word: str) -> Subcommand | None:
    """Return the subcommand of that name, if there is one."""
    return next((subcommand for subcommand in SUBCOMMANDS if subcommand.name == word), None)


def build_unknown(word: str) -> str:
    """Build the answer to a word that is no subcommand, with the nearest one that is."""
    subcommand = find_subcommand(nearest(word, names=[each.name for each in SUBCOMMANDS]) or "")
    if subcommand is None:
        return "I do not know that word yet. `/draftloop help` lists what you can do."
    guess = f"I do not know that word yet. Did you mean `/draftloop {subcommand.name}`?"
    form = f" Its whole form: `/draftloop {escape(subcommand.usage)}`."
    return f"{guess}{form if subcommand.usage != subcommand.name else ''} `/draftloop help` lists the rest."


COMMAND = SlashCommand(
    name="/draftloop",
    usage="stats [me|#channel|task] [7d|30d|90d] | rules | every friday 15:00 <brief> | settings | help",
    description="See how the drafts do, and what else I can do",
    listener=on_draftloop,
)
