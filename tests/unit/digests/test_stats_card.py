"""The stats answer: honest when there is little, within Slack's limits when there is a lot."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.digests.stats import MEASURES, Period, StatsReport, build_figures, build_numbers
from bot.digests.stats_card import build_card
from bot.sandbox.blocks import message_problems
from bot.slack.blocks.stats import Group, Row, StatsCard, build_stats, build_stats_text
from storage.queries.quality import Scope, Totals

PERIOD = Period(date(2026, 10, 25), date(2026, 11, 23))
BUSY = Totals(
    drafts=40,
    judged=30,
    accepted=24,
    flagged=3,
    positives=50,
    negatives=10,
    stars=(1, 0, 2, 10, 20),
    approvals=9,
    flags=4,
    flag_categories={"biased": 4},
    corrections=7,
    edits=5,
    edit_thousandths=1_250,
    contributors=11,
)


def make_report(totals, *, task=None, user_id=None, known_tasks=(), ever_drafted=True):
    scope = Scope(workspace_id="T1", task=task, user_id=user_id)
    return StatsReport(scope, PERIOD, totals, known_tasks=known_tasks, ever_drafted=ever_drafted)


def test_every_estimate_carries_its_n_and_interval():
    card = build_card(make_report(BUSY), name="#general")

    rows = {row.label: (row.value, row.evidence) for group in card.groups for row in group.rows}
    assert rows["Acceptance"] == ("80%", "n = 30, 63\N{EN DASH}90%")
    assert rows["Flagged"] == ("10%", "n = 30, 3\N{EN DASH}26%")
    assert rows["Thumbs up"] == ("83%", "n = 60, 72\N{EN DASH}91%")
    assert rows["Rating"] == ("4.5 ★", "n = 33, 4.1\N{EN DASH}4.8 ★")
    assert rows["Mean edit"] == ("25%", "n = 5, 5\N{EN DASH}66%")
    assert rows["People who gave feedback"] == ("11", "")


def test_nobody_is_shown_as_no_votes_and_never_as_zero_percent():
    card = build_card(make_report(Totals(drafts=3)), name="#general")

    values = {row.label: row.value for group in card.groups for row in group.rows}
    assert {values[name] for name in ("Acceptance", "Flagged", "Thumbs up", "Rating")} == {"no votes yet"}
    assert values["Mean edit"] == "no edits yet"
    assert "0%" not in build_stats_text(card)
    assert "3 drafts posted, none judged yet" in card.summary


@pytest.mark.parametrize(
    ("people", "shown"), [(0, "nobody yet"), (1, "fewer than 3"), (2, "fewer than 3"), (3, "3")]
)
def test_groups_under_three_are_not_counted(people, shown):
    card = build_card(make_report(Totals(drafts=1, positives=people, contributors=people)), name="#general")

    values = {row.label: row.value for group in card.groups for row in group.rows}
    assert values["People who gave feedback"] == shown


def test_numbers_for_json_hide_small_groups_too():
    numbers = build_numbers(Totals(drafts=1, positives=2, contributors=2))

    assert numbers["contributors"] == {"value": None, "n": 0, "low": None, "high": None}
    assert set(numbers) == {measure.name for measure in MEASURES}


def test_ones_own_stats_speak_of_oneself_and_of_no_group():
    card = build_card(make_report(BUSY, user_id="U1"), name="You")

    labels = [row.label for group in card.groups for row in group.rows]
    assert "Drafts you asked for" in labels
    assert not any("People" in label for label in labels)


def test_an_empty_workspace_is_told_what_to_do_first():
    card = build_card(make_report(Totals(), ever_drafted=False), name="All channels")

    assert "`/draft" in card.summary
    assert card.groups == ()


def test_an_unknown_task_is_told_which_ones_there_are():
    card = build_card(
        make_report(Totals(), task="replies", known_tasks=("plain", "reply")), name="task replies"
    )

    assert "`plain`, `reply`" in card.summary
    assert "`90d`" in card.summary


def test_the_period_is_said_in_full():
    notes = " ".join(build_card(make_report(BUSY), name="x").notes)

    assert "25 Oct \N{EN DASH} 23 Nov 2026: the last 30 UTC days, today included." in notes
    assert "95% interval" in notes


@pytest.mark.parametrize(
    ("days", "first"), [(7, date(2026, 11, 17)), (30, date(2026, 10, 25)), (90, date(2026, 8, 26))]
)
def test_a_period_is_that_many_utc_days_with_today(days, first):
    period = Period.last(days, now=datetime(2026, 11, 23, 23, 59, tzinfo=UTC))

    assert (period.first_day, period.last_day, period.days) == (first, date(2026, 11, 23), days)


@pytest.mark.parametrize(
    "totals", [BUSY, Totals(), Totals(drafts=10**12, judged=10**12, accepted=1, positives=10**12)]
)
@pytest.mark.parametrize("name", ["#general", "#" + "&lt;" * 80, "task " + "t" * 64 + " · " + "🏳️‍🌈" * 60])
def test_an_answer_is_within_slacks_limits(totals, name):
    card = build_card(make_report(totals), name=name)

    assert message_problems(build_stats(card)) == []
    assert len(build_stats_text(card)) < 4_000


def test_a_card_of_any_size_is_within_slacks_limits():
    rows = tuple(Row("l" * 3_000, "v" * 3_000, "e" * 3_000) for _ in range(25))
    card = StatsCard(
        "t" * 400, "s" * 5_000, (Group("g", rows), Group("h", rows)), tuple("n" * 4_000 for _ in range(30))
    )

    assert message_problems(build_stats(card)) == []


def test_figures_of_nothing_have_no_value():
    figures = build_figures(Totals())

    assert {name for name, figure in figures.items() if figure.value is None} == {
        "acceptance",
        "flag_rate",
        "thumbs",
        "rating",
        "edit_distance",
    }


def test_implicit_signals_stand_apart_and_only_where_they_are_on():
    totals = replace(BUSY, implicit={"used": 3, "ignored": 2})
    report = make_report(totals)

    shown = build_card(replace(report, shows_implicit=True), name="#general").groups
    hidden = build_card(report, name="#general").groups

    assert [group.heading for group in hidden] == ["Drafts", "Feedback"]
    assert shown[:2] == hidden
    assert shown[2].heading == "Implicit signals (not opinions)"
    assert [(row.label, row.value) for row in shown[2].rows] == [
        ("Used", "3"),
        ("Posted on", "0"),
        ("Left alone", "2"),
    ]
