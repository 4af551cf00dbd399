"""`/draftloop stats [me | #channel | task] [7d|30d|90d]`: how the drafts do."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.digests.stats_answer import StatsQuestion
from bot.services import Services
from bot.slack.blocks.stats import build_stats, build_stats_text
from handlers.commands.spec import Subcommand
from handlers.payloads import SlashCommand


async def on_stats(body: dict[str, object], ack: AsyncAck, *, services: Services) -> None:
    """Answer with the figures, for the person who asked only."""
    call = SlashCommand.from_body(body, now=services.clock())
    question = StatsQuestion.parse(call.text.partition(" ")[2])
    card = await services.stats_answer.answer(
        question, workspace_id=call.workspace_id, user_id=call.user_id, asked_in=call.channel_id
    )
    await ack(text=build_stats_text(card), blocks=build_stats(card), response_type="ephemeral")


SUBCOMMAND = Subcommand(
    name="stats",
    usage="stats [me | #channel | task] [7d | 30d | 90d]",
    description="How the drafts do: acceptance, ratings, flags, corrections",
    listener=on_stats,
)
