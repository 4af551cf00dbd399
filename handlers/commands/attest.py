"""`/draftloop attest [confirm | withdraw]`: an admin states that training on this workspace's data is allowed."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.services import Services
from bot.training.consent import ATTESTATION
from handlers.commands.spec import Subcommand
from handlers.payloads import SlashCommand

SHOWN = {
    False: f"Training and dataset exports are off until an admin confirms this:\n> {ATTESTATION}\n"
    "Type `/draftloop attest confirm` to confirm it in your name.",
    True: f"Training and dataset exports are allowed; an admin confirmed this:\n> {ATTESTATION}\n"
    "Type `/draftloop attest withdraw` to take it back.",
}
_CONFIRMED = {
    True: "Thank you. It is recorded in your name, with the time, and training is allowed.",
    False: "It was confirmed before; nothing changed.",
}
_WITHDRAWN = {
    True: "It is taken back. Nothing is frozen, exported or trained on from now on.",
    False: "Nobody had confirmed it; nothing changed.",
}


async def on_attest(body: dict[str, object], ack: AsyncAck, *, services: Services) -> None:
    """Show, record or withdraw the attestation; only admins, asked now."""
    call = SlashCommand.from_body(body, now=services.clock())
    await services.admins.require(call.workspace_id, user_id=call.user_id)
    await ack(text=await _answer(call, services), response_type="ephemeral")


async def _answer(call: SlashCommand, services: Services) -> str:
    word = call.text.partition(" ")[2].strip().lower()
    consent, now = services.training.consent, services.clock()
    if word == "confirm":
        return _CONFIRMED[await consent.attest(call.workspace_id, user_id=call.user_id, now=now)]
    if word == "withdraw":
        return _WITHDRAWN[await consent.withdraw(call.workspace_id, user_id=call.user_id, now=now)]
    return SHOWN[await consent.is_attested(call.workspace_id)]


SUBCOMMAND = Subcommand(
    name="attest",
    usage="attest [confirm | withdraw]",
    description="Allow training on what the team taught me",
    listener=on_attest,
    for_admins=True,
)
