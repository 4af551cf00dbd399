"""The buttons of a poll about two rules."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncRespond

from bot.learning.telling.polls import Ballot
from bot.services import Services
from handlers.payloads import ButtonPress


async def on_rule_poll(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Count the vote of this person, in place of an earlier one of theirs."""
    press = ButtonPress.from_body(body)
    ballot = Ballot(
        poll_id=press.value,
        choice=press.action_id.removeprefix("rule_poll_"),
        user_id=press.user_id,
        channel_id=press.channel_id or "",
        team_id=press.user_team_id,
    )
    voted = await services.learning.polls.vote(press.workspace_id, ballot=ballot)
    await ack()
    await respond(replace_original=True, text=voted.text, blocks=voted.blocks)
    await respond(replace_original=False, response_type="ephemeral", text=voted.note)
