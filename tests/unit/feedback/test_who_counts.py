from dataclasses import replace

import pytest

from bot.feedback.acts import Act
from bot.feedback.who_counts import WhoCounts
from storage.repositories import DraftPlace

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
