"""The list of rules was searched, or a form about rules was sent; what is wrong is said beside its field by the error boundary."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.learning.rulebook.rule_words import build_done
from bot.learning.rulebook.rules_place import RulesPlace
from bot.services import Services
from handlers.payloads import ViewSubmission


async def on_rules_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Search* in the list of rules: show what fits in its place."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    view = await services.rulebook.list_modal(
        sent.workspace_id,
        user_id=sent.user_id,
        place=RulesPlace.from_json(sent.private_metadata).choosing(sent.values),
        words=sent.values.get("rules_words") or "",
    )
    await ack(response_action="update", view=view)


async def on_rule_propose_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Keep a rule that somebody wrote, and show it in the list below."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    decided = await services.rulebook.propose(sent.workspace_id, user_id=sent.user_id, values=sent.values)
    await ack()
    await services.rulebook.refresh(
        sent.workspace_id,
        user_id=sent.user_id,
        place=RulesPlace.from_json(sent.private_metadata),
        notice=build_done(decided),
    )


async def on_rule_edit_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Keep a rule's new words, and show them on its page below."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    place = RulesPlace.from_json(sent.private_metadata)
    decided = await services.rulebook.edit(
        sent.workspace_id, user_id=sent.user_id, place=place, values=sent.values
    )
    await ack()
    await services.rulebook.refresh(
        sent.workspace_id, user_id=sent.user_id, place=place, notice=build_done(decided)
    )


async def on_rule_scope_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Let a rule hold where somebody chose, and show that on its page below."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    place = RulesPlace.from_json(sent.private_metadata)
    decided = await services.rulebook.rescope(
        sent.workspace_id, user_id=sent.user_id, place=place, values=sent.values
    )
    await ack()
    await services.rulebook.refresh(
        sent.workspace_id, user_id=sent.user_id, place=place, notice=build_done(decided)
    )
