"""The digest workflow: upload the chart, post the digest once, note how it ended."""

from bot.digests.digest import NO_CHART, NOT_READY
from bot.errors import Transient
from bot.runtime.durable import Retry, sleep, step
from bot.services import Services
from bot.slack.messenger import SlackRefused

PATIENT = Retry(tries=24, first_pause=1, longest_pause=600)  # about three hours: a digest may be late
PAUSES = (2, 5, 15)  # seconds Slack gets to make an uploaded picture usable
Week = tuple[str, str, str]


async def run_digest(workspace_id: str, channel_id: str, period: str, *, services: Services) -> None:
    """Send the digest of one channel's week; when Slack stays away for hours, note that it failed."""
    week = (workspace_id, channel_id, period)
    try:
        chart = await step("chart", services.digests.upload_chart, *week, retry=PATIENT)
        await _post(week, chart, services=services)
    except Transient:
        await step("give up", services.digests.give_up, *week)


async def _post(week: Week, chart: str, *, services: Services) -> None:
    for pause in PAUSES:
        try:
            await step("post", services.digests.post, *week, chart, retry=PATIENT)
        except SlackRefused as error:
            if error.code != NOT_READY:
                raise
            await sleep(pause)
        else:
            return
    await step("post without chart", services.digests.post, *week, NO_CHART, retry=PATIENT)
