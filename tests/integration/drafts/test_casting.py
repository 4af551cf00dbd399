"""Every draft is written by the release on its seat, and says which one that was."""

import asyncio
import json
from dataclasses import replace
from datetime import date

from bot.drafts.casting import Casting, arm_of, spec_of
from bot.drafts.release_rows import add_release
from bot.drafts.release_spec import RuleChange
from bot.drafts.succession import seat_release
from bot.feedback.acts import Act
from bot.feedback.ledger import Ledger
from bot.learning.scopes import WORKSPACE
from bot.llm.chat_model import ModelUse
from bot.settings import Settings
from storage.models import Trial
from storage.queries.fairness import Span
from tests.factories import NOW, make_rule


def casting_of(office, **settings):
    return Casting(office.database, settings=Settings(_env_file=None, **settings), clock=lambda: NOW)


async def releases_of(office):
    async with office.database.read() as unit:
        return list(reversed(await unit.releases.of_workspace(office.sandbox.team_id)))


async def seat_of(office, task=""):
    async with office.database.read() as unit:
        return await unit.releases.seat(office.sandbox.team_id, task=task)


async def written(office, **more):
    draft_id = await office.ask(**more)
    assert await office.write(draft_id) is None
    return await office.draft(draft_id)


async def made(office, *, task="", trained=True, **changes):
    """A release like the champion, with changes."""
    async with office.database.begin() as unit:
        seat = await unit.releases.seat(office.sandbox.team_id, task="")
        champion = await unit.releases.get(seat.champion_id)
        return await add_release(
            unit,
            office.sandbox.team_id,
            replace(spec_of(champion), **changes),
            now=NOW,
            task=task,
            origin="openai" if trained else "manual",
            parent_id=champion.id,
            house=champion.house,
            created_by="program",
        )


async def seat(office, release):
    async with office.database.begin() as unit:
        its = await unit.releases.lock_seat(office.sandbox.team_id, task=release.task)
        await seat_release(unit, await unit.releases.get(release.id), its, by="program", now=NOW)


async def try_out(office, challenger, *, mode="randomised", share=0.5):
    async with office.database.begin() as unit:
        its = await unit.releases.lock_seat(office.sandbox.team_id, task="")
        trial = await unit.trials.add(
            Trial(
                workspace_id=office.sandbox.team_id,
                number=1,
                task="",
                champion_id=its.champion_id,
                challenger_id=challenger.id,
                mode=mode,
                alpha=0.05,
                share=share,
                max_pairs=100,
                opened_at=NOW,
                closes_at=NOW,
            )
        )
        its.trial_id, its.challenger_id = trial.id, challenger.id
        return trial


async def outcomes_of(office, trial):
    async with office.database.read() as unit:
        return [(one.draft_id, one.arm) for one in await unit.trials.outcomes_of(trial.id)]


async def test_the_first_draft_makes_the_first_release_and_names_it(office):
    draft_id = await office.ask()
    before = (await office.draft(draft_id)).release

    await office.write(draft_id)

    draft, (release,) = await office.draft(draft_id), await releases_of(office)
    assert (before, draft.release) == ("none", "r1")
    assert (release.origin, release.state, release.model) == ("settings", "live", "gpt-4o-mini")
    assert "r1" in str(office.shown()[-1].blocks)


async def test_replicas_that_begin_at_once_make_one_release(office):
    await office.ask()

    await asyncio.gather(*(casting_of(office).ensure(office.sandbox.team_id) for _ in range(5)))

    assert [one.number for one in await releases_of(office)] == [1]


async def test_changed_settings_are_the_next_release_and_old_settings_the_old_one_again(office):
    await written(office)

    await casting_of(office, openai_model="bigger").ensure(office.sandbox.team_id)
    second = await seat_of(office)
    await casting_of(office).ensure(office.sandbox.team_id)

    releases, last = await releases_of(office), await seat_of(office)
    assert [(one.number, one.model, one.state) for one in releases] == [
        (1, "gpt-4o-mini", "live"),
        (2, "bigger", "retired"),
    ]
    assert (second.champion_id, last.champion_id) == (releases[1].id, releases[0].id)
    assert (second.version, last.version, last.previous_id) == (2, 3, None)


async def test_settings_change_only_what_a_trained_release_took_from_them(office):
    await written(office)
    await seat(office, await made(office, use=ModelUse("ft:ours")))

    await casting_of(office, openai_model="bigger", model_max_tokens=500).ensure(office.sandbox.team_id)

    last = (await releases_of(office))[-1]
    assert (last.number, last.model, last.max_tokens, last.origin) == (3, "ft:ours", 500, "settings")


async def test_a_tasks_own_seat_goes_before_every_tasks(office):
    await written(office)
    await seat(office, await made(office, task="reply", temperature=0.9))

    reply, other = await written(office, task="reply"), await written(office, task="announcement")

    assert (reply.release, other.release) == ("r2", "r1")
    assert [one["temperature"] for one in office.endpoint.requests[-2:]] == [0.9, 0.4]


async def test_a_release_writes_with_its_model_sampling_and_changed_rules(office):
    first = await written(office)
    async with office.database.begin() as unit:
        rule = await make_rule(unit, "No emoji.", workspace_id=office.sandbox.team_id)
    changes = (
        RuleChange("reword", rule.id, rule.version, text="Leave all emoji out."),
        RuleChange("add", "f" * 32, topic="length", stance="short", text="Keep it short.", scope=WORKSPACE),
    )
    own = await made(office, use=ModelUse("other"), max_tokens=77, temperature=0.1, overlay=changes)
    await seat(office, own)

    draft = await written(office)

    request = office.endpoint.requests[-1]
    assert (first.release, draft.release) == ("r1", "r2")
    assert (request["model"], request["max_tokens"], request["temperature"]) == ("other", 77, 0.1)
    assert "Leave all emoji out." in str(request)
    assert "Keep it short." in str(request)
    async with office.database.read() as unit:
        assert await unit.sightings.of_draft(draft.id) == []  # The playbook's rule was not seen as it is.
        revision = await unit.drafts.revision(draft.current_revision_id)
    assert [rule["by_release"] for rule in json.loads(revision.prompt)["rules"]] == [True, True]
    why = await office.explainer.explain(
        draft.workspace_id, channel_id=draft.channel_id, message_ts=draft.message_ts
    )
    assert why.release == "r2"
    assert any("in this release's words" in line for line in why.lines)
    assert any(line.startswith("A rule of this release: Keep it short.") for line in why.lines)


async def test_a_seat_that_moves_while_the_text_is_written_has_it_written_again(office):
    await written(office)
    other = await made(office, temperature=0.9)
    draft_id, real = await office.ask(), office.prompts.make

    async def make(draft, spec):
        prompt = await real(draft, spec)
        if spec.name == "r1":
            await seat(office, other)
        return prompt

    office.prompts.make = make
    await office.write(draft_id)

    draft = await office.draft(draft_id)
    assert draft.release == "r2"
    assert [one["temperature"] for one in office.endpoint.requests[-2:]] == [0.4, 0.9]
    async with office.database.read() as unit:
        assert len(await unit.drafts.revisions_of(draft_id)) == 1


async def test_a_randomised_trial_gives_each_draft_its_arm_and_notes_it(office):
    await written(office)
    trial = await try_out(office, await made(office, temperature=0.9))

    drafts = [await written(office) for _ in range(8)]

    expected = {one.id: arm_of(trial, one.id) for one in drafts}
    assert dict(await outcomes_of(office, trial)) == expected
    assert {one.id: one.release for one in drafts} == {
        draft_id: "r2" if arm == "challenger" else "r1" for draft_id, arm in expected.items()
    }


async def test_a_share_of_all_or_nothing_gives_all_drafts_to_one_arm(office):
    await written(office)
    challenger = await made(office, temperature=0.9)
    trial = await try_out(office, challenger, mode="guard", share=0.0)

    kept = await written(office)
    async with office.database.begin() as unit:
        (await unit.trials.get(trial.id)).share = 1.0
    tried = await written(office)

    assert (kept.release, tried.release) == ("r1", "r2")
    assert dict(await outcomes_of(office, trial)) == {kept.id: "champion", tried.id: "challenger"}


async def test_blind_trials_and_trials_of_another_champion_leave_live_drafts_alone(office):
    await written(office)
    trial = await try_out(office, await made(office, temperature=0.9), mode="blind", share=1.0)
    blind = await written(office)
    async with office.database.begin() as unit:
        kept = await unit.trials.get(trial.id)
        kept.mode, kept.champion_id = "randomised", "somebody else"

    stale = await written(office)

    assert (blind.release, stale.release) == ("r1", "r1")
    assert await outcomes_of(office, trial) == []


async def test_what_is_said_of_a_placeholder_is_counted_with_the_release_that_then_wrote(office):
    draft_id = await office.ask()
    await office.publisher.show_placeholder(draft_id, 1)
    act = Act(
        workspace_id=office.sandbox.team_id,
        event_id="Ev1",
        channel_id=office.general.id,
        message_ts=office.shown()[0].ts,
        user_id="U0BEN",
        kind="reaction",
        control="emoji:+1",
        value="positive",
        event_us=int(NOW.timestamp()) * 1_000_000,
    )
    async with office.database.begin() as unit:
        await Ledger().record(unit, act, now=NOW)

    await office.write(draft_id)

    span = Span(office.sandbox.team_id, date(2026, 11, 1), date(2026, 11, 30))
    async with office.database.read() as unit:
        groups = await unit.fairness_figures.groups(span, by="release")
    assert [(one.name, one.people) for one in groups if one.people] == [("r1", 1)]


async def test_a_revision_is_written_by_the_live_release(office):
    draft = await written(office)
    await seat(office, await made(office, use=ModelUse("other"), max_tokens=99))

    spec = await office.casting.champion(draft.workspace_id, task=draft.task)

    assert (spec.name, spec.use.model, spec.max_tokens) == ("r2", "other", 99)
