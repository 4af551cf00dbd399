"""`/draftloop stats [me | fairness | #channel | task] [7d|30d|90d]`: how the drafts do."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.digests.fairness_card import build_fairness_card
from bot.digests.stats_answer import StatsQuestion
from bot.services import Services
from bot.slack.blocks.stats import StatsCard, build_stats, build_stats_text
from handlers.commands.spec import Subcommand
from handlers.payloads import SlashCommand

FAIRNESS = "fairness"


async def on_stats(body: dict[str, object], ack: AsyncAck, *, services: Services) -> None:
    """Answer with the figures, for the person who asked only."""
    call = SlashCommand.from_body(body, now=services.clock())
    asked = call.text.partition(" ")[2].strip()
    if asked.lower().split()[:1] == [FAIRNESS]:
        card = await _fairness(call, asked[len(FAIRNESS) :], services=services)
    else:
        card = await services.stats_answer.answer(
            StatsQuestion.parse(asked),
            workspace_id=call.workspace_id,
            user_id=call.user_id,
            asked_in=call.channel_id,
        )
    await ack(text=build_stats_text(card), blocks=build_stats(card), response_type="ephemeral")


async def _fairness(call: SlashCommand, span: str, *, services: Services) -> StatsCard:
    """Return what only admins may know: asked anew at each call."""
    await services.admins.require(call.workspace_id, user_id=call.user_id)
    question = StatsQuestion.parse(span)
    return build_fairness_card(await services.fairness.report(call.workspace_id, days=question.days))


SUBCOMMAND = Subcommand(
    name="stats",
    usage="stats [me | fairness | #channel | task] [7d | 30d | 90d]",
    description="How the drafts do: acceptance, ratings, flags, corrections",
    listener=on_stats,
)
