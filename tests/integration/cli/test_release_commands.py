"""`draftloop releases`, `trials` and `train`: the operator reads, decides, and is told in a sentence what cannot be."""

import asyncio
import json
from datetime import timedelta

import pytest

from storage.engine import Database
from storage.keyring import Keyring
from storage.models import ReleaseSeat, Trial
from tests.conftest import TEST_KEY
from tests.factories import NOW, make_workspace
from tests.fakes.chosen_ends import make_release

TEAM = "T0TEAM"


@pytest.fixture
def within(sqlite_url):
    """Does something in the database that the commands work on."""

    def run(work):
        async def whole():
            database = Database.connect(sqlite_url, keyring=Keyring([TEST_KEY]))
            async with database.begin() as unit:
                found = await work(unit)
            await database.close()
            return found

        return asyncio.run(whole())

    return run


@pytest.fixture
def releases(within):
    """r1 is live, r2 is a candidate with another model, r3 one for replies that learned from what is erased."""

    async def make(unit):
        await make_workspace(unit, TEAM)
        own = {"workspace_id": TEAM}
        first = await unit.releases.add(make_release(1, **own, state="live"))
        second = await unit.releases.add(
            make_release(2, **own, model="better", origin="openai", parent_id=first.id)
        )
        await unit.releases.add(make_release(3, **own, task="reply", marked_at=NOW))
        seat = {"champion_id": first.id, "changed_by": "program", "changed_at": NOW}
        await unit.releases.take_seat(ReleaseSeat(workspace_id=TEAM, task="", **seat))
        return first.id, second.id

    return within(make)


@pytest.fixture
def trials(within, releases):
    """Trial 1 is over, trial 2 is open."""

    async def make(unit):
        first, second = releases
        given = {
            "workspace_id": TEAM, "task": "", "champion_id": first, "challenger_id": second, "mode": "blind",
            "alpha": 0.05, "max_pairs": 200, "opened_at": NOW, "closes_at": NOW + timedelta(days=14),
        }  # fmt: skip
        ended = {"state": "closed", "outcome": "not_enough", "closed_at": NOW}
        await unit.trials.add(Trial(number=1, **given, **ended))
        await unit.trials.add(Trial(number=2, **given))

    within(make)


@pytest.fixture
def live(within):
    """The number of the release that writes all drafts."""

    async def read(unit):
        seat = await unit.releases.seat(TEAM, task="")
        return (await unit.releases.get(seat.champion_id)).number

    return lambda: within(read)


def refused(finished):
    """The one sentence of a command that could not be done."""
    assert finished.exit_code == 1
    assert finished.stdout == ""
    sentence = finished.stderr.strip()
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_releases_are_listed_newest_first_after_what_is_live(draftloop, releases):
    lines = draftloop("releases", "list").stdout.splitlines()
    told = json.loads(draftloop("releases", "list", "--format", "json").stdout)

    assert lines[0] == "r1 writes all drafts since 23 Nov 2026."
    assert [line.split(" ")[0] for line in lines[1::2]] == ["r3", "r2", "r1"]
    assert lines[4] == "all drafts · from a retraining at the model's provider · 23 Nov 2026"
    assert (len(told["live"]), told["now"], len(told["releases"])) == (1, [], 3)


def test_a_release_is_shown_with_what_it_does_differently(draftloop, releases):
    shown = draftloop("releases", "show", "r2")
    told = json.loads(draftloop("releases", "show", "2", "--format", "json").stdout)

    assert shown.stdout.splitlines() == [
        "r2 · a candidate · from a retraining at the model's provider",
        "Different from r1:",
        "• Model: scripted → better",
    ]
    assert (told["name"], told["compared_with"], told["settings"]) == (
        "r2",
        "r1",
        ["• Model: scripted → better"],
    )
    assert not {"may", "notice"} & set(told)


def test_two_releases_are_compared_in_the_order_that_was_typed(draftloop, releases):
    there = draftloop("releases", "diff", "r1", "r2").stdout
    back = json.loads(draftloop("releases", "diff", "R2", "r1", "--format", "json").stdout)

    assert "Different from r1:\n• Model: scripted → better\n" in there
    assert (back["name"], back["compared_with"]) == ("r1", "r2")
    assert back["settings"] == ["• Model: better → scripted"]


def test_a_release_is_promoted_once_and_rolled_back_once(draftloop, releases, live):
    first, again = draftloop("releases", "promote", "r2"), draftloop("releases", "promote", "r2")
    promoted = live()
    back, nothing = draftloop("releases", "roll-back"), draftloop("releases", "roll-back")

    assert (first.exit_code, first.stdout) == (
        0,
        "r2 writes from the next draft on. Rolling back takes one press.\n",
    )
    assert (again.exit_code, again.stdout) == (0, "r2 is as you want it already.\n")
    assert (promoted, live()) == (2, 1)
    assert (back.exit_code, back.stdout) == (0, "Rolled back. From the next draft on r1 writes again.\n")
    assert "nothing to roll back" in refused(nothing)


def test_what_the_operator_decides_is_in_the_audit_log(draftloop, releases, within):
    draftloop("releases", "promote", "r2")

    async def read(unit):
        return [(one.action, one.actor_id) for one in await unit.audit.of_workspace(TEAM)]

    assert ("release.promoted", "operator") in within(read)


@pytest.mark.parametrize("task", ["reply", "typo"])
def test_a_roll_back_of_one_task_never_touches_all_the_others(draftloop, releases, live, task):
    draftloop("releases", "promote", "r2")

    finished = draftloop("releases", "roll-back", "--task", task)

    assert "nothing to roll back" in refused(finished)
    assert live() == 2


def test_a_release_that_learned_from_what_was_erased_is_refused(draftloop, releases, live):
    finished = draftloop("releases", "promote", "r3")

    assert "trained on something that has been erased" in refused(finished)
    assert live() == 1


@pytest.mark.parametrize(
    "words",
    [
        ("show", "r9"),
        ("show", "newest"),
        ("show", "r1", "--workspace", "T0NONE"),
        ("diff", "r1", "r9"),
        ("diff", "r9", "r1"),
        ("promote", "r9"),
        ("promote", "r-1"),
        ("promote", "99999999999999999999"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence_and_changes_nothing(draftloop, releases, live, words):
    assert refused(draftloop("releases", *words))
    assert live() == 1


def test_trials_are_listed_with_figures_only_of_those_that_are_over(draftloop, trials):
    lines = draftloop("trials", "list").stdout.splitlines()
    told = json.loads(draftloop("trials", "list", "--format", "json", "--limit", "1").stdout)

    assert lines == [
        "Trial 2: r2 against r1, all drafts",
        "Open since 23 Nov 2026, until 7 Dec 2026 at the latest: 0 of 200 comparisons are in.",
        "Trial 1: r2 against r1, all drafts",
        "Ended on 23 Nov 2026: not enough evidence, so r1 stayed.",
        "Trial: nobody has judged anything that counts.",
    ]
    assert [(card["title"].split(":")[0], card["findings"]) for card in told] == [("Trial 2", [])]


def test_an_open_trial_is_stopped_once(draftloop, trials, live):
    first, again = draftloop("trials", "stop", "2"), draftloop("trials", "stop", "2")

    assert (first.exit_code, first.stdout) == (0, "Trial 2 is stopped; the live release stays live.\n")
    assert "No such trial is open" in refused(again)
    assert "stopped without a decision" in draftloop("trials", "list").stdout
    assert live() == 1


@pytest.mark.parametrize("number", ["1", "9"])
def test_a_trial_that_is_over_or_never_was_cannot_be_stopped(draftloop, trials, number):
    assert "No such trial is open" in refused(draftloop("trials", "stop", number))


def test_a_number_that_is_none_is_a_wrong_argument(draftloop, trials):
    for number in ("0", "two"):
        assert draftloop("trials", "stop", number).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("releases", "list"),
        ("releases", "show", "r1"),
        ("releases", "diff", "r1", "r2"),
        ("releases", "promote", "r1"),
        ("releases", "roll-back"),
        ("trials", "list"),
        ("trials", "stop", "1"),
        ("train", "--no-watch"),
    ],
)
def test_where_no_workspace_is_known_every_command_says_how_to_begin(draftloop, words):
    assert refused(draftloop(*words)) == "No workspace is known yet: start `draftloop serve` once."


def test_a_workspace_without_a_release_or_a_trial_is_told_so(draftloop, within):
    within(lambda unit: make_workspace(unit, TEAM))

    assert draftloop("releases", "list").stdout == "There is no release yet.\n"
    assert draftloop("trials", "list").stdout == "There was no trial yet.\n"
    assert json.loads(draftloop("trials", "list", "--format", "json").stdout) == []
    assert "no such release" in refused(draftloop("releases", "roll-back"))


def test_a_database_that_is_new_is_made_and_told_as_an_empty_one(draftloop, environment, tmp_path):
    environment.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")

    for words in (("releases", "list"), ("trials", "list"), ("train", "--no-watch")):
        assert "No workspace is known yet" in refused(draftloop(*words))


def test_a_run_is_asked_for_and_the_next_one_joins_it(draftloop, environment, releases, within):
    environment.setenv("DRAFTLOOP_TRAINER", "command")
    environment.setenv("DRAFTLOOP_TRAINER_COMMAND", "true")

    finished = [draftloop("train", "--no-watch", "--task", "reply") for _ in range(2)]

    (run,) = within(lambda unit: unit.runs.of_workspace(TEAM))
    assert [each.exit_code for each in finished] == [0, 0]
    assert "`draftloop serve` trains" in finished[0].stdout
    assert (run.state, run.trigger, run.task, run.requested_by) == ("asked", "command", "reply", None)


def test_without_a_trainer_no_run_is_asked_for(draftloop, releases, within):
    assert "DRAFTLOOP_TRAINER" in refused(draftloop("train", "--no-watch"))
    assert within(lambda unit: unit.runs.of_workspace(TEAM)) == []
