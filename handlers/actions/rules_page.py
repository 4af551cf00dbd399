"""The buttons on a rule's page; who may decide is asked at each press."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.learning.rulebook.rule_words import build_done
from bot.learning.rulebook.rules_place import RulesPlace
from bot.services import Services
from handlers.payloads import ButtonPress


async def on_rule_decide(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Approve* and *Retire*: decide about the rule as it was seen, and show what it is now."""
    press = ButtonPress.from_body(body)
    place, deed = _place(press), press.action_id.removeprefix("rule_")
    decided = await services.rulebook.decide(
        press.workspace_id, user_id=press.user_id, place=place, deed=deed
    )
    await ack()
    await services.rulebook.refresh(
        press.workspace_id, user_id=press.user_id, place=place, notice=build_done(decided)
    )


async def on_rule_form(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Edit* and *Change scope*: the form opens on top of the page."""
    press = ButtonPress.from_body(body)
    await services.rulebook.open_form(
        press.workspace_id,
        user_id=press.user_id,
        trigger_id=press.trigger_id or "",
        place=_place(press),
        form=press.action_id.removeprefix("rule_"),
    )
    await ack()


def _place(press: ButtonPress) -> RulesPlace:
    """Return the page that was pressed on; it is about the rule that its metadata names."""
    return replace(RulesPlace.from_json(press.private_metadata), page_id=press.view_id)
