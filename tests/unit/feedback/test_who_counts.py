from dataclasses import replace

import pytest

from bot.feedback.acts import Act
from bot.feedback.who_counts import WhoCounts, why_held
from storage.repositories import DraftPlace, HeldSpan

PLACE = DraftPlace("d", "T0TEAM", "C", "plain", "base", "U0ANN", None, bot_user_id="U0BOT")
ACT = Act("T0TEAM", "Ev1", "C", "1.2", "U0ANN", "reaction", "emoji:+1", "positive", 1)


def others(choice):
    return {"workspace_settings": {"other_organisations": choice}, "home_team_id": "T0OTHER"}


@pytest.mark.parametrize(
    ("operator", "workspace", "reason"),
    [
        (False, None, "other_organisation"),
        (False, True, None),
        (True, None, None),
        (True, False, "other_organisation"),
    ],
)
def test_a_workspaces_own_choice_goes_before_the_operators(operator, workspace, reason):
    who = WhoCounts(count_other_organisations=operator)

    assert who.why_ignored(ACT, replace(PLACE, **others(workspace))) == reason


def test_taking_back_is_always_allowed():
    act = replace(ACT, act="withdraw", author_is_bot=True)

    assert WhoCounts().why_ignored(act, replace(PLACE, opted_out=True)) is None


@pytest.mark.parametrize(
    ("known", "reason", "forgiven"),
    [
        ({}, None, {"opted_out"}),
        ({"opted_out": True}, "opted_out", set()),
        ({"is_bot": True, "opted_out": True}, "bot", set()),
        ({"deactivated": True}, None, {"opted_out"}),  # They had a say until they left.
        (others(True), None, {"opted_out", "other_organisation"}),
        (others(False), "other_organisation", {"opted_out"}),
    ],
)
def test_what_somebody_said_is_judged_by_what_holds_now(known, reason, forgiven):
    judgement = WhoCounts().judgement(replace(PLACE, **known), user_id="U0ANN")

    assert (judgement.reason, judgement.forgiven) == (reason, forgiven)


HOLDS = (HeldSpan(100, 200), HeldSpan(500))


@pytest.mark.parametrize(
    ("event_us", "reason"),
    [
        (99, None),
        (100, "quarantined"),
        (199, "quarantined"),
        (200, None),
        (500, "quarantined"),
        (9999, "quarantined"),
    ],
)
def test_what_was_done_in_a_held_span_does_not_count_and_the_rest_does(event_us, reason):
    judgement = WhoCounts().judgement(PLACE, user_id="U0ANN", held=HOLDS)

    assert judgement.why_not(event_us) == reason


def test_who_opted_out_is_out_whatever_is_held():
    judgement = WhoCounts().judgement(replace(PLACE, opted_out=True), user_id="U0ANN", held=HOLDS)

    assert judgement.why_not(150) == "opted_out"


@pytest.mark.parametrize(
    ("since", "event_us", "kind", "reason"),
    [
        (None, 10, "set", None),
        (10, 9, "set", None),
        (10, 10, "set", "quarantined"),
        (10, 10, "withdraw", None),
    ],
)
def test_from_a_moment_on_what_somebody_does_is_held_back(since, event_us, kind, reason):
    act = replace(ACT, event_us=event_us, act=kind)

    assert why_held(act, replace(PLACE, held_from_us=since)) == reason
