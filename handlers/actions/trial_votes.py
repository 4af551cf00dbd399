"""The buttons of a blind trial's question."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncRespond

from bot.services import Services
from handlers.payloads import ButtonPress


async def on_trial_vote(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Keep which of the two is better, in place of what this person pressed before."""
    press = ButtonPress.from_body(body)
    choice = press.action_id.removeprefix("trial_vote_")
    pressed = await services.trials.voting.vote(press.touch(), pair_id=press.value, choice=choice)
    await ack()
    await respond(replace_original=True, text=pressed.text, blocks=pressed.blocks)


async def on_trial_reason(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Open the line in which somebody says why."""
    press = ButtonPress.from_body(body)
    await services.trials.voting.open_reason(
        press.touch(), pair_id=press.value, trigger_id=press.trigger_id or ""
    )
    await ack()


async def on_trial_not_now(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Let somebody off this question."""
    press = ButtonPress.from_body(body)
    told = await services.trials.voting.not_now(press.touch(), pair_id=press.value)
    await ack()
    await respond(replace_original=True, text=told, blocks=[])


async def on_trial_stop(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Never ask somebody again."""
    press = ButtonPress.from_body(body)
    told = await services.trials.voting.stop(press.touch(), pair_id=press.value)
    await ack()
    await respond(replace_original=True, text=told, blocks=[])
