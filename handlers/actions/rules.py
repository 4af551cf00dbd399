"""The list of rules: searching, narrowing and turning it, and the doors to a rule's page and to a new one."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.learning.rulebook.rules_place import RulesPlace
from bot.services import Services
from handlers.payloads import ButtonPress, Press


async def on_rules_turn(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Show what was searched for or chosen, or another page of it."""
    press = Press.from_body(body)
    await ack()
    await services.rulebook.show_list(
        press.workspace_id,
        user_id=press.user_id,
        view_id=press.view_id or "",
        place=_chosen(press),
        words=press.values.get("rules_words") or "",
    )


async def on_rule_open(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Open*: the rule's own page, on top of the list."""
    press = ButtonPress.from_body(body)
    await services.rulebook.open_rule(
        press.workspace_id,
        user_id=press.user_id,
        trigger_id=press.trigger_id or "",
        place=replace(_standing(press), rule_id=press.value),
    )
    await ack()


async def on_rules_propose(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Propose a rule*: the form opens on top of the list."""
    press = ButtonPress.from_body(body)
    await services.rulebook.open_form(
        press.workspace_id,
        user_id=press.user_id,
        trigger_id=press.trigger_id or "",
        place=_standing(press),
        form="propose",
    )
    await ack()


async def on_home_rules(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Browse the rules* in the Home tab."""
    press = ButtonPress.from_body(body)
    await services.rulebook.open(
        press.workspace_id, user_id=press.user_id, trigger_id=press.trigger_id or "", channel_id=None
    )
    await ack()


def _standing(press: Press) -> RulesPlace:
    """Return the list that a press came from, as what opens on top of it has to find it again."""
    words = press.values.get("rules_words")
    return replace(_chosen(press), page=_place(press).page, searched=bool(words), list_id=press.view_id)


def _chosen(press: Press) -> RulesPlace:
    """Return what stands in the fields; a new choice begins at the first page."""
    place = _place(press).choosing(press.values)
    is_turn = press.action_id in {"rules_first", "rules_back", "rules_next", "rules_last"}
    page = int(press.value) if is_turn and press.value.isdecimal() else 0
    anywhere = press.action_id == "rules_anywhere"
    return replace(place, page=page, channel_id=None if anywhere else place.channel_id)


def _place(press: Press) -> RulesPlace:
    return RulesPlace.from_json(press.private_metadata)
