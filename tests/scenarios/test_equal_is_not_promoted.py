"""A challenger that writes otherwise but no better is judged by people in Slack, and is not promoted."""

from datetime import timedelta

from storage.models import Release
from tests.fakes.model_endpoint import house_model
from tests.scenarios.house import shows

OTHERWISE = "Thanks for reading!"  # How the challenger's texts differ.
TOPICS = ("release", "office", "survey", "lunch", "training", "budget", "website", "contract", "newsletter")
ENOUGH_DAYS = 5  # Nine pairs with two voters each, of three people with two requests a day.


async def test_an_equal_challenger_is_tried_and_not_promoted(house):
    voters = await team(house)
    champion, challenger = await releases(house)

    trial_id = await house.services.trials.open(
        house.sandbox.team_id, task="", challenger_id=challenger.id, run_id="run"
    )
    before = await house.services.trials.result(trial_id)
    state = await play(house, trial_id, voters)

    result = await house.services.trials.result(trial_id)
    assert before.evidence is None
    assert state == "not_enough"
    assert (result.n, result.voters) == (len(TOPICS), len(voters))
    assert result.evidence < 20
    assert result.low < 0.5 < result.high
    async with house.services.database.read() as unit:
        seat = await unit.releases.seat(house.sandbox.team_id, task="")
        assert (seat.champion_id, seat.trial_id) == (champion, None)
        assert (await unit.releases.get(challenger.id)).state == "candidate"
    said = [message for person in voters for message in house.sandbox.messages(person.direct)]
    assert {message.text for message in said} == {"Thank you! This comparison is closed."}


async def test_a_voter_says_why_another_is_let_off_and_a_third_is_never_asked_again(house):
    voters = await team(house)
    _, challenger = await releases(house)
    trial_id = await house.services.trials.open(
        house.sandbox.team_id, task="", challenger_id=challenger.id, run_id="run"
    )
    house.clock.jump_to(working_day(house.clock()).replace(hour=12, minute=0))
    await house.services.trials.advance(trial_id)
    first, second, third = [house.sandbox.messages(person.direct)[0] for person in voters]

    await voters[0].press(first, "trial_vote_a")
    chosen = await house.until(lambda: asking(house, voters[0], "trial_reason"))
    await voters[0].press(chosen[0], "trial_reason")
    view = await voters[0].next_view()
    await voters[0].submit(view, {"reason": {"reason": "It names the date."}})
    await voters[1].press(second, "trial_not_now")
    await voters[2].press(third, "trial_stop")
    await house.settled()

    async with house.services.database.read() as unit:
        votes = {vote.user_id: vote for vote in await unit.trials.votes_of(trial_id)}
        stopped = await unit.members.find(house.sandbox.team_id, user_id=voters[2].user_id)
    assert votes[voters[0].user_id].reason == "It names the date."
    assert votes[voters[1].user_id].state == votes[voters[2].user_id].state == "not_now"
    assert stopped.asks_stopped
    assert "Change why" in str(house.sandbox.messages(voters[0].direct)[0].blocks)


async def team(house):
    """Ana's drafts, and three people who said something of them."""
    house.endpoint.answer = written_by_model
    dan = house.sandbox.add_person("Dan")
    house.channel.members.append(dan.user_id)
    voters = (house.ben, house.chloe, dan)
    drafts = [await house.ask(house.ana, f"Tell the team about the {topic}") for topic in TOPICS]
    for person, draft in zip(voters, drafts, strict=False):
        await person.react(draft, "+1")
    await house.settled()
    return voters


def written_by_model(request):
    text = house_model(request)
    return f"{text}\n\n{OTHERWISE}" if request["model"] == "challenger" else text


async def releases(house):
    """The champion that the first draft made, and a challenger with another model."""
    team = house.sandbox.team_id
    async with house.services.database.begin() as unit:
        seat = await unit.releases.seat(team, task="")
        live = await unit.releases.get(seat.champion_id)
        names = ("temperature", "max_tokens", "layout", "examples", "created_at", "created_by")
        challenger = Release(
            workspace_id=team,
            number=await unit.releases.next_number(team),
            origin="manual",
            model="challenger",
            fingerprint="challenger",
            parent_id=live.id,
            **{name: getattr(live, name) for name in names},
        )
        return live.id, await unit.releases.add(challenger)


async def play(house, trial_id, voters):
    """Look twice on each working day; people like the longer text of every other draft, and the shorter of the rest."""
    for _ in range(ENOUGH_DAYS):
        for hours in (12, 14):
            house.clock.jump_to(working_day(house.clock()).replace(hour=hours, minute=0))
            state = await house.services.trials.advance(trial_id)
            assert state == "open"
            await judge(house, voters)
        house.clock.jump_to(house.clock().replace(hour=0) + timedelta(days=1))
    house.clock.jump_to(house.clock() + timedelta(days=14))
    return await house.services.trials.advance(trial_id)


def working_day(now):
    return now + timedelta(days=max(7 - now.weekday(), 0) if now.weekday() >= 5 else 0)


async def judge(house, voters):
    for person in voters:
        for question in asking(house, person, "trial_not_now"):
            await person.press(question, choice_of(question))
    await house.settled()


def asking(house, person, action_id):
    return [one for one in house.sandbox.messages(person.direct) if shows(one, action_id)]


def choice_of(question):
    likes_longer = TOPICS.index(next(topic for topic in TOPICS if topic in str(question.blocks[1]))) % 2
    first_is_longer = OTHERWISE in str(question.blocks[4])
    return "trial_vote_a" if likes_longer == first_is_longer else "trial_vote_b"
