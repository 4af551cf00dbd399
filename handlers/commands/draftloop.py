"""`/draftloop`: finds the subcommand and hands over; unknown words get a suggestion."""

from difflib import get_close_matches

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.services import Services
from handlers.commands import attest, digest, retrain, stats, timezone
from handlers.commands import help as help_command
from handlers.commands.spec import SlashCommand, Subcommand
from handlers.payloads import SlashCommand as Call

SUBCOMMANDS: tuple[Subcommand, ...] = (
    stats.SUBCOMMAND,
    digest.SUBCOMMAND,
    retrain.SUBCOMMAND,
    attest.SUBCOMMAND,
    timezone.SUBCOMMAND,
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
    names = [subcommand.name for subcommand in SUBCOMMANDS]
    near = get_close_matches(word, names, n=1, cutoff=0.5)
    guess = f"Did you mean `/draftloop {near[0]}`?" if near else "`/draftloop help` lists what I can do."
    return f"I do not know that word yet. {guess}"


COMMAND = SlashCommand(
    name="/draftloop",
    usage="stats [me|#channel|task] [7d|30d|90d] | help",
    description="See how the drafts do, and what else I can do",
    listener=on_draftloop,
)
