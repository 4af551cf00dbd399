"""`/draftloop stats`: the right figures, to those who may see them."""

import pytest

from bot.digests.stats import Stats
from bot.digests.stats_answer import StatsAnswer, StatsQuestion
from bot.settings import Settings
from bot.slack.access import Membership
from bot.slack.blocks.stats import build_stats_text
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from tests.factories import NOW

from .conftest import DAY, Story


@pytest.fixture
def story(sqlite_database) -> Story:
    return Story(sqlite_database)


@pytest.fixture
async def clients(sandbox, sqlite_database):
    settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
    clients = Clients(settings, sqlite_database)
    yield clients
    await clients.close()


@pytest.fixture
def membership(clients, sqlite_database):
    messenger = Messenger(clients, database=sqlite_database)
    return Membership(clients, messenger=messenger, deadline_seconds=1.0)


@pytest.fixture
def answer(sqlite_database, membership):
    service = StatsAnswer(
        sqlite_database, stats=Stats(sqlite_database, clock=lambda: NOW), membership=membership
    )

    async def ask(text, *, user_id="U0ANN", asked_in="C0ELSEWHERE"):
        card = await service.answer(
            StatsQuestion.parse(text), workspace_id="T0SANDBOX", user_id=user_id, asked_in=asked_in
        )
        return build_stats_text(card)

    return ask


@pytest.fixture
def ana(sandbox):
    return sandbox.add_person("Ana")


async def test_an_empty_workspace_is_told_what_to_do_first(answer):
    assert "Ask for a first draft with `/draft" in await answer("")


async def test_figures_cover_the_period_and_no_more(answer, story):
    await story.begin()
    for days in (0, 6, 7, 29, 30, 89, 90):
        await story.draft(at=NOW - days * DAY)

    counts = {
        period: (await answer(period)).split("Drafts posted: ")[1].split()[0]
        for period in ("7d", "30d", "90d")
    }

    assert counts == {"7d": "2", "30d": "4", "90d": "6"}


async def test_me_is_what_i_asked_for_and_what_i_said(answer, story):
    await story.begin()
    mine = await story.draft(requester_id="U0ANN")
    theirs = await story.draft(requester_id="U0BEN")
    await story.likes("U0ANN", theirs)
    await story.dislikes("U0BEN", mine)

    text = await answer("me")

    assert "You · last 30 days" in text
    assert "Drafts you asked for: 1" in text
    assert "Acceptance: 0% (n = 1" in text
    assert "Your thumbs up: 100% (n = 1" in text


async def test_a_task_is_asked_for_by_its_name(answer, story):
    await story.begin()
    await story.draft(task="reply")
    await story.draft(task="announcement")

    assert "Drafts posted: 1" in await answer("reply")
    assert "Tasks I know here: `announcement`, `reply`." in await answer("replies")


async def test_a_public_channel_is_shown_to_everybody_of_the_workspace(answer, story, sandbox, ana):
    general = sandbox.add_channel("general", members=[])
    story.channel_id = general.id
    await story.begin()
    await story.draft()

    text = await answer(f"<#{general.id}|general>", user_id=ana.user_id)

    assert "#general · last 30 days" in text
    assert "Drafts posted: 1" in text


@pytest.mark.parametrize("named", ["<#{id}|salaries>", "<#{id}>", "#salaries"])
async def test_a_private_channel_is_shown_to_its_members_only(answer, story, sandbox, ana, named):
    ben = sandbox.add_person("Ben")
    private = sandbox.add_channel("salaries", members=[ana], private=True)
    story.channel_id = private.id
    await story.begin(name="salaries")
    await story.draft()
    question = named.format(id=private.id)

    member, stranger = (
        await answer(question, user_id=ana.user_id),
        await answer(question, user_id=ben.user_id),
    )

    assert "Drafts posted: 1" in member
    assert "I cannot show that channel" in stranger
    assert "Drafts posted" not in stranger


async def test_asked_in_the_channel_itself_nobody_needs_to_be_looked_up(answer, story, sandbox, ana):
    private = sandbox.add_channel("salaries", members=[ana], private=True)
    story.channel_id = private.id
    await story.begin()
    await story.draft()

    text = await answer(f"<#{private.id}|salaries>", user_id=ana.user_id, asked_in=private.id)

    assert "Drafts posted: 1" in text
    assert sandbox.calls == []


async def test_a_guest_sees_only_channels_they_are_in(answer, story, sandbox):
    guest = sandbox.add_person("Gus", guest=True)
    general = sandbox.add_channel("general", members=[])
    mine = sandbox.add_channel("project", members=[guest])
    for channel in (general, mine):
        story.channel_id = channel.id
        await story.begin(name=channel.name)
        await story.draft()

    assert "I cannot show that channel" in await answer(f"<#{general.id}>", user_id=guest.user_id)
    assert "Drafts posted: 1" in await answer(f"<#{mine.id}>", user_id=guest.user_id)


@pytest.mark.parametrize(
    "fault",
    [{"kind": "error", "code": "missing_scope"}, {"kind": "server_error"}, {"kind": "delay", "seconds": 3}],
)
async def test_when_slack_cannot_say_the_answer_is_no(answer, story, sandbox, ana, fault):
    private = sandbox.add_channel("salaries", members=[ana], private=True)
    story.channel_id = private.id
    await story.begin()
    await story.draft()
    kind, rest = fault["kind"], {name: value for name, value in fault.items() if name != "kind"}
    sandbox.inject("conversations.members", kind, times=20, **rest)

    assert "I cannot show that channel" in await answer(f"<#{private.id}>", user_id=ana.user_id)


async def test_an_unknown_channel_and_a_private_one_get_the_same_answer(answer, story, sandbox, ana):
    private = sandbox.add_channel("salaries", members=[], private=True)
    story.channel_id = private.id
    await story.begin(name="salaries")

    assert await answer("#salaries", user_id=ana.user_id) == await answer("#nowhere", user_id=ana.user_id)


async def test_a_period_we_do_not_offer_is_answered_kindly(answer):
    assert "I can look back `7d`, `30d`, `90d`; `14d` is not one of them." in await answer("14d")


async def test_shared_figures_say_how_far_people_agree_once_three_people_judged_the_same(answer, story):
    await story.begin()
    drafts = [await story.draft() for _ in range(6)]
    for number, draft in enumerate(drafts):
        for user_id in ("U0ANN", "U0BEN"):
            await (story.likes if number % 2 else story.dislikes)(user_id, draft)
    of_two = await answer("")
    await story.likes("U0CHLOE", drafts[0])

    of_three = await answer("")
    own = await answer("me")

    assert "People agree on what is good" not in of_two
    assert "People agree on what is good: 0.71" in of_three
    assert "n = 6 drafts" in of_three
    assert "People agree" not in own
