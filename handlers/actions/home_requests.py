"""Answers to the requests that wait in somebody's Home tab."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.feedback.reviewers import FIRST
from bot.services import Services
from handlers.payloads import HomePress


async def on_home_ask_give(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Open the box for a reason while the press is fresh."""
    press = HomePress.from_body(body)
    await services.feedback.reasons.open(
        press.workspace_id, draft_id=press.value, trigger_id=press.trigger_id or ""
    )
    await ack()


async def on_home_ask_not_now(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Leave the person alone for this draft."""
    press = HomePress.from_body(body)
    await services.feedback.reasons.not_now(press.workspace_id, user_id=press.user_id, draft_id=press.value)
    await ack()
    await services.home.show(press.workspace_id, user_id=press.user_id, on_screen=press.on_screen)


async def on_home_review_not_now(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Let the person off this time; the turn passes to the next reviewer."""
    press = HomePress.from_body(body)
    await services.reviewers.not_now(
        press.workspace_id, user_id=press.user_id, draft_id=press.value, round_of=FIRST
    )
    await ack()
    await services.home.show(press.workspace_id, user_id=press.user_id, on_screen=press.on_screen)


async def on_home_asks_stop(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Never ask this person again, until they tick the box again."""
    press = HomePress.from_body(body)
    await services.feedback.reasons.stop(press.workspace_id, user_id=press.user_id, draft_id=press.value)
    await ack()
    await services.home.show(press.workspace_id, user_id=press.user_id, on_screen=press.on_screen)
