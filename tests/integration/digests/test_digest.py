"""What a digest says: real rows, real Slack protocol, every message within Slack's limits."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from bot.digests.digest import Digests, UnknownChannel
from bot.digests.stats import Stats, build_numbers
from bot.digests.week import UnknownWeek
from bot.sandbox.blocks import message_problems
from bot.slack.blocks.digest import build_digest
from storage.queries.quality import Scope
from tests.factories import NOW

from .conftest import DAY, Story, begin_digest

PERIOD = "2026-W48"
DUE = NOW + DAY
ARABIC = "هذا النص مكتوب من اليمين إلى اليسار 🎉 "
FAMILY = "👩‍👩‍👧‍👦👍🏽🏳️‍🌈"


async def _week(story):
    """A week with everything in it, and an earlier one that was worse."""
    await story.begin()
    await story.meet("U0ANN", named_in_reports=True, name="Ann & Co <x>")
    await story.meet("U0BEN", "U0CAT", "U0DAN")
    for weeks in (2, 3):
        for _ in range(4):
            old = await story.draft(at=NOW - timedelta(days=7 * weeks))
            await story.dislikes("U0BEN", old, at=NOW - timedelta(days=7 * weeks))
    good = [await story.draft(at=NOW - DAY, task="reply") for _ in range(6)]
    for draft in good:
        await story.likes("U0BEN", draft)
        await story.says("U0CAT", draft, "rating", "5", control="stars")
    await story.says("U0DAN", good[0], "approval", "true", control="use")
    corrected = await story.draft(at=NOW - DAY, task="announcement")
    await story.corrects("U0ANN", corrected, "Say *what* changed <!channel> & why", revised=True)
    await story.corrects("U0BEN", corrected, "secret words of Ben")
    await story.corrects("U0CAT", good[0], "thanks a lot!", interpretation="talk")
    flagged = await story.draft(at=NOW - DAY, task="release-notes")
    await story.says("U0BEN", flagged, "flag", "inaccurate", control="flag")


async def _content(digests, story):
    return await digests.preview(story.workspace_id, channel_id=story.channel_id)


async def test_a_digest_tells_the_week(digests, story):
    await _week(story)

    text = (await _content(digests, story)).text

    assert (
        "8 drafts this week, 8 judged: *75% (n = 8, 41\N{EN DASH}93%)* accepted, clearly up on the 4 weeks before."
        in text
    )
    assert "Rating: 5.0 ★" in text
    assert "I revised 1 draft from your corrections." in text
    assert "Inaccurate (1)".lower() in text.lower()
    assert "A draft of 22 Nov (Release notes): 1 flag, no correction yet." in text


async def test_only_people_who_agreed_are_quoted_and_named(digests, story):
    await _week(story)

    content = await _content(digests, story)

    assert "Say *what* changed &lt;!channel&gt; &amp; why" in content.text
    assert "Ann &amp; Co &lt;x&gt;" in content.text
    assert (
        "secret words of Ben"
        not in str(build_digest(content.parts, chart_file_id="F0123456789")) + content.text
    )
    assert not any(hidden in content.text for hidden in ("U0BEN", "U0CAT", "thanks a lot"))


async def test_somebody_who_opted_out_is_not_quoted_even_if_they_once_agreed(digests, story):
    await _week(story)
    await story.meet("U0ANN", opted_out=True)

    text = (await _content(digests, story)).text

    assert "what* changed" not in text
    assert "Ann" not in text


async def test_a_quote_cannot_ping_or_format(digests, story):
    await _week(story)

    blocks = build_digest((await _content(digests, story)).parts, chart_file_id=None)

    (quote,) = [block for block in blocks if block["type"] == "rich_text"]
    assert quote["elements"][0]["elements"][0]["text"] == "\u2068Say *what* changed <!channel> & why\u2069"
    assert "<!channel>" not in str([block for block in blocks if block["type"] != "rich_text"])


@pytest.mark.parametrize(
    "text", ["word " * 600, "x" * 3_000, ARABIC * 80, FAMILY * 250, "<>&" * 1_000, "\n" * 3_000 + "end"]
)
async def test_a_digest_with_200_long_corrections_is_within_slacks_limits(sqlite_database, text):
    story = Story(sqlite_database)
    digests = Digests(sqlite_database, messenger=None, clock=lambda: NOW)
    await story.begin(name="a-channel-with-a-name-of-eighty-characters-which-is-the-most-that-slack-allows-x")
    await story.meet("U0ANN", named_in_reports=True, name=FAMILY * 10)
    await story.corrects_often(200, text)

    content = await _content(digests, story)
    blocks = build_digest(content.parts, chart_file_id="F0123456789")

    assert message_problems(blocks) == []
    assert len(content.text) <= 3_000
    assert "…and 197 more corrections." in str(blocks)


async def test_stats_and_digest_show_the_same_figures(database, digests, story):
    await story.begin()
    start = datetime(2026, 11, 17, tzinfo=UTC)
    for hours in range(0, 160, 7):
        draft = await story.draft(at=start + timedelta(hours=hours))
        await story.likes("U0BEN", draft, at=start + timedelta(hours=hours + 1))
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    async with database.begin() as unit:
        (await unit.workspaces.get(story.workspace_id)).timezone = "UTC"
        await begin_digest(unit, channel_id=story.channel_id, period=PERIOD, due_at=midnight)
    week = await digests._week(story.workspace_id, story.channel_id, PERIOD)

    content = await digests.build(week)
    report = await Stats(database, clock=lambda: NOW).report(
        Scope(workspace_id=story.workspace_id, channel_id=story.channel_id), days=7
    )

    assert content.context.totals == report.totals
    assert report.totals.drafts == 23


async def test_feedback_on_older_drafts_is_told_in_a_week_without_new_ones(digests, story):
    await story.begin()
    old = await story.draft(at=NOW - 20 * DAY)
    await story.likes("U0BEN", old)

    content = await _content(digests, story)

    assert not content.empty
    assert "No new drafts this week, but 1 piece of feedback on earlier ones" in content.text
    assert "Acceptance: no votes yet" in content.text


async def test_a_small_group_is_not_counted_out_loud(digests, story):
    await story.begin()
    draft = await story.draft(at=NOW - DAY)
    await story.likes("U0BEN", draft)

    assert "People who gave feedback: fewer than 3" in (await _content(digests, story)).text


async def test_the_chart_is_a_small_picture_with_something_on_it(digests, story):
    await _week(story)

    picture = await digests.draw_chart(await _content(digests, story))

    image = Image.open(io.BytesIO(picture)).convert("RGB")
    assert image.size == (1200, 675)
    assert len(picture) <= 200_000
    colours = {colour for _, colour in image.getcolors(1_000_000)}
    assert {(0xD5, 0x5E, 0x00), (0x00, 0x72, 0xB2), (255, 255, 255)} <= colours


async def test_nothing_judged_means_no_chart(digests, story):
    await story.begin()
    await story.draft(at=NOW - DAY)
    content = await _content(digests, story)

    assert await digests.draw_chart(content) is None
    assert "1 draft this week, none judged yet" in content.text


async def test_a_preview_of_a_named_week_ends_at_that_weeks_digest(digests, story):
    await story.begin()
    await story.draft(at=datetime(2026, 11, 20, 13, 59, tzinfo=UTC))
    await story.draft(at=datetime(2026, 11, 20, 14, 0, tzinfo=UTC))

    content = await digests.preview(story.workspace_id, channel_id=story.channel_id, period="2026-W47")

    assert content.context.totals.drafts == 1
    assert content.context.week.until == datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


async def test_a_preview_of_what_is_not_there_is_refused_kindly(digests, story):
    await story.begin()

    with pytest.raises(UnknownChannel):
        await digests.preview(story.workspace_id, channel_id="C0NOWHERE")
    with pytest.raises(UnknownWeek):
        await digests.preview(story.workspace_id, channel_id=story.channel_id, period="2026-W99")


async def test_a_digest_is_posted_with_its_chart_and_remembered(database, digests, story, sandbox, general):
    story.channel_id = general.id
    await _week(story)
    await _due(database, general.id)

    chart = await digests.upload_chart(story.workspace_id, general.id, PERIOD)
    state = await digests.post(story.workspace_id, general.id, PERIOD, chart)
    again = await digests.post(story.workspace_id, general.id, PERIOD, chart)

    (message,) = sandbox.messages(general)
    assert (state, again) == ("posted", "posted")
    assert message_problems(message.blocks) == []
    (image,) = [block for block in message.blocks if block["type"] == "image"]
    assert image["slack_file"]["id"] == chart
    assert image["alt_text"].startswith("Chart: 75% of judged drafts accepted, clearly up")
    digest = await _digest(database, general.id)
    assert (digest.state, digest.message_ts, digest.finished_at) == ("posted", message.ts, NOW)
    content = await digests.build(await digests._week(story.workspace_id, general.id, PERIOD))
    assert digest.figures == build_numbers(content.context.totals)


async def test_a_late_digest_says_so(database, digests, story, sandbox, general):
    story.channel_id = general.id
    await _week(story)
    await _due(database, general.id, late=True)

    await digests.post(story.workspace_id, general.id, PERIOD, "")

    (message,) = sandbox.messages(general)
    assert "This digest is late: it was due 24 Nov" in message.text


async def test_nothing_to_say_posts_nothing(database, digests, story, sandbox, general):
    story.channel_id = general.id
    await story.begin()
    await _due(database, general.id)

    chart = await digests.upload_chart(story.workspace_id, general.id, PERIOD)
    state = await digests.post(story.workspace_id, general.id, PERIOD, chart)

    assert (chart, state) == ("", "empty")
    assert sandbox.messages(general) == []
    assert not sandbox.files
    assert (await _digest(database, general.id)).state == "empty"


async def test_a_chart_that_slack_refuses_costs_only_the_picture(database, digests, story, sandbox, general):
    story.channel_id = general.id
    await _week(story)
    await _due(database, general.id)
    sandbox.inject("files.getUploadURLExternal", "error", code="missing_scope")

    chart = await digests.upload_chart(story.workspace_id, general.id, PERIOD)
    state = await digests.post(story.workspace_id, general.id, PERIOD, chart)

    (message,) = sandbox.messages(general)
    assert (chart, state) == ("", "posted")
    assert [block for block in message.blocks if block["type"] == "image"] == []


async def test_a_channel_that_refuses_the_bot_is_noted_as_failed(database, digests, story, sandbox):
    private = sandbox.add_channel("closed", members=[sandbox.add_person("Bo")], bot=False)
    story.channel_id = private.id
    await _week(story)
    await _due(database, private.id)

    state = await digests.post(story.workspace_id, private.id, PERIOD, "")

    assert state == "failed"
    assert (await _digest(database, private.id)).state == "failed"


async def _due(database, channel_id, *, late=False):
    async with database.begin() as unit:
        await begin_digest(unit, channel_id=channel_id, period=PERIOD, due_at=DUE, late=late)


async def _digest(database, channel_id):
    async with database.read() as unit:
        return await unit.digests.get("T0SANDBOX", channel_id=channel_id, period=PERIOD)
