"""Releases in everybody's hands: admins promote, roll back and cancel; members look on."""

import json
import re
import sys
from pathlib import Path

import pytest

from bot.releases.registry import ReleaseBook
from bot.sandbox import interactivity as asks
from bot.training.trainers.base import Artefact
from tests.factories import make_correction, make_draft, make_signal
from tests.scenarios.house import open_house, shows
from tests.surfaces.surface import Surface

TRAINER = Path(__file__).parent.parent / "fakes" / "trainer_script.py"
KEPT = ("title", "blocks", "submit", "close", "callback_id", "private_metadata")


@pytest.fixture(params=["socket", "http"])
async def open_to_all(request, sqlite_url, tmp_path):
    async with open_house(sqlite_url, tmp_path, way=request.param) as opened:
        yield opened


def told(view):
    return json.dumps(view.payload["blocks"], ensure_ascii=False)


async def open_screen(house, person, words):
    delivery = await person.command(house.channel, "/draftloop", words)
    assert delivery.acked
    view = await person.next_view()
    shown = {name: view.payload[name] for name in KEPT if view.payload.get(name)}
    assert Surface(words, "modal", {"type": "modal", **shown}).problems() == []
    return view


async def open_page(person, listed, name):
    release_id = next(
        block["accessory"]["value"]
        for block in listed.payload["blocks"]
        if str(block.get("text", {}).get("text", "")).startswith(f"*{name}*")
    )
    await person.press(listed, "release_open", value=release_id)
    return await person.next_view()


async def press_as(person, house, view, action_id):
    """Press a button of a view that somebody else has open: Slack signs who pressed, not what."""
    block, element = asks.find_element(view.blocks, action_id=action_id)
    action = asks.pressed(house.sandbox.workspace, block=block, element=element, given={})
    body = asks.block_actions(
        house.sandbox.workspace, member=person.member, action=action, message=None, view=view
    )
    return await person._ask("interactive", body)


async def a_candidate(house, model="better"):
    """r1 wrote a draft; another release waits with another model."""
    await house.ask(house.ana, "announce that the office opens at 9")
    team = house.sandbox.team_id
    async with house.services.database.begin() as unit:
        return await ReleaseBook(house.services.database).make(
            unit,
            workspace_id=team,
            task="",
            origin="manual",
            artefact=Artefact(kind="model", reference=model),
            run_id=None,
            dataset_version_id=None,
            created_by=house.chloe.user_id,
            now=house.clock(),
        )


async def on_trial(house, release):
    return await house.services.trials.open(
        house.sandbox.team_id, task="", challenger_id=release.id, run_id="run", mode="blind"
    )


async def writes(house):
    """The release that a new draft names, and the model that wrote it."""
    draft = await house.ask(house.ana, "announce that the lift works again")
    return re.search(r"\br\d+\b", str(draft.blocks[0]))[0], house.endpoint.requests[-1]["model"]


async def test_an_admin_promotes_a_candidate_from_the_list_and_rolls_it_back(open_to_all):
    house, chloe = open_to_all, open_to_all.chloe
    await a_candidate(house)
    listed = await open_screen(house, chloe, "releases")
    page = await open_page(chloe, listed, "r2")
    assert "• Model: scripted → better" in told(page)

    await chloe.press(page, "release_promote")
    await house.until(lambda: "r2 writes from the next draft on" in told(page))
    await house.until(lambda: "*r2* writes all drafts" in told(listed))
    assert await writes(house) == ("r2", "better")

    await chloe.press(page, "release_roll_back")
    await house.until(lambda: "Rolled back." in told(page))
    await house.until(lambda: "*r1* writes all drafts" in told(listed))
    assert await writes(house) == ("r1", "scripted")


async def promoted(house, release):
    """Promote a release by its page's button, and return the message that tells admins of it."""
    before = len(rollbacks(house))
    page = await open_screen(house, house.chloe, f"releases r{release.number}")
    await house.chloe.press(page, "release_promote")
    return (await house.until(lambda: rollbacks(house)[before:]))[0]


def rollbacks(house):
    return [one for one in house.sandbox.messages(house.admins) if shows(one, "release_roll_back")]


async def test_the_button_of_an_old_message_takes_back_nothing_that_went_live_since(house):
    old = await promoted(house, await a_candidate(house))
    new = await promoted(house, await a_candidate(house, "best"))

    await house.chloe.press(old, "release_roll_back")
    await house.until(lambda: "not live any more, so nothing was changed" in str(old.blocks))
    still = await writes(house)
    await house.chloe.press(new, "release_roll_back")
    await house.until(lambda: "r2 writes again" in str(new.blocks))

    assert still == ("r3", "best")
    assert await writes(house) == ("r2", "better")


async def test_a_member_looks_and_cannot_promote_keep_or_roll_back(house):
    await a_candidate(house)
    listed = await open_screen(house, house.ana, "releases")
    assert "Admins decide which release is live." in told(listed)
    assert "release_retrain" not in told(listed)
    seen = await open_page(house.ana, listed, "r2")
    admins = await open_page(house.chloe, await open_screen(house, house.chloe, "releases"), "r2")

    for action_id in ("release_promote", "release_keep"):
        assert action_id not in told(seen)
        await press_as(house.ana, house, admins, action_id)
    await house.chloe.press(admins, "release_promote")
    await house.until(lambda: "release_roll_back" in told(admins))
    await press_as(house.ana, house, admins, "release_roll_back")

    notes = await house.until(lambda: house.sandbox.messages(house.ana.direct)[2:])
    assert "Only admins" in notes[0].text
    assert (await writes(house))[0] == "r2"


async def test_two_releases_are_compared_by_name_and_a_wrong_name_is_said(house):
    await a_candidate(house)

    page = await open_screen(house, house.ana, "releases r1 r2")
    wrong = await house.ana.command(house.channel, "/draftloop", "releases r1 r9")

    assert page.title == "Release r2"
    assert "What it does differently from r1" in told(page)
    assert "release_promote" not in told(page)
    assert wrong.acked
    assert "I know no such release" in str(wrong.answer)
    assert house.ana.open_views == [page]


async def test_a_trial_is_open_to_all_eyes_without_figures_and_admins_end_it(house):
    trial_id = await on_trial(house, await a_candidate(house))
    seen, admins = [await open_screen(house, person, "trials") for person in (house.ana, house.chloe)]
    assert "0 of 200 comparisons are in" in told(seen)
    assert "trial_end" not in told(seen)

    await press_as(house.ana, house, admins, "trial_end")
    async with house.services.database.read() as unit:
        assert (await unit.trials.get(trial_id)).state == "open"
    await house.chloe.press(admins, "trial_end")
    await house.until(lambda: "It is stopped." in told(admins))

    assert "stopped without a decision" in told(admins)
    assert "trial_end" not in told(admins)


async def test_a_trial_is_stopped_from_the_home_tab_which_opens_all_releases(house):
    await on_trial(house, await a_candidate(house))
    await house.chloe.open_home()
    await house.until(lambda: house.chloe.home and "Trial 1: r2 against r1" in told(house.chloe.home))

    await house.chloe.press(house.chloe.home, "trial_end")
    await house.until(lambda: "stopped without a decision" in told(house.chloe.home))
    await house.chloe.press(house.chloe.home, "home_releases")
    listed = await house.chloe.next_view()
    await house.chloe.press(listed, "trials_open")
    trials = await house.chloe.next_view()

    assert "*r1* writes all drafts" in told(listed)
    assert "stopped without a decision" in told(trials)


async def test_an_admin_cancels_a_run_by_command_and_a_member_cannot(sqlite_url, tmp_path):
    trainer = {
        "trainer": "command",
        "trainer_command": f"{sys.executable} {TRAINER} wait_for_go",
        "retrain_minimum_rows": 1,
    }
    async with open_house(sqlite_url, tmp_path, **trainer) as house:
        await house.chloe.command(house.admins, "/draftloop", "attest confirm")
        await taught(house)
        nothing = await house.chloe.command(house.channel, "/draftloop", "retrain cancel")
        await house.chloe.command(house.channel, "/draftloop", "retrain")
        listed = await open_screen(house, house.chloe, "releases")
        assert "release_cancel_run" in told(listed)

        refused = await house.ana.command(house.channel, "/draftloop", "retrain cancel")
        run = (await runs(house))[0]
        cancelled = await house.chloe.command(house.channel, "/draftloop", "retrain cancel")

        assert "no training run under way" in str(nothing.answer)
        assert "Only admins" in str(refused.answer)
        assert run.cancel_requested_at is None
        assert "The run is being cancelled" in str(cancelled.answer)
        await house.eventually(lambda: states(house), ["cancelled"])


async def runs(house):
    async with house.services.database.read() as unit:
        return await unit.runs.of_workspace(house.sandbox.team_id)


async def states(house):
    return [run.state for run in await runs(house)]


async def taught(house):
    """Corrections of several people, enough for a run."""
    async with house.services.database.begin() as unit:
        for number in range(6):
            draft = await make_draft(
                unit, workspace_id=house.sandbox.team_id, brief=f"Brief {number}", text=f"Draft {number}"
            )
            person = {"control": f"reply:{number}", "user_id": f"U{number}"}
            await make_correction(unit, draft, text=f"Better {number}", original=f"Draft {number}", **person)
            await make_signal(unit, draft, kind="correction", value="", slot=person["control"], **person)
