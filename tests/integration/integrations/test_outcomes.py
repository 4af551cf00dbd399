"""Outcomes: kept once per draft, name and time, and told per release."""

import asyncio
from datetime import timedelta

from bot.digests.digest import gather
from bot.digests.sections import outcomes as section
from bot.digests.stats import Stats
from bot.digests.stats_card import OUTCOME_GROUP, build_card
from bot.digests.week import Week
from bot.feedback.tallying import posted_deltas
from storage.queries.quality import Scope
from tests.factories import NOW, make_draft, make_member

SPAN = {"since": NOW - timedelta(days=7), "until": NOW + timedelta(days=1)}


async def draft_of(api, release="base", **columns) -> str:
    async with api.database.begin() as unit:
        draft = await make_draft(
            unit, workspace_id=api.sandbox.team_id, channel_id=api.channel.id, release=release, **columns
        )
    return draft.id


async def report(api, draft_id, value, *, name="score", at="2026-11-22T10:00:00Z"):
    body = {"name": name, "value": value, "measured_at": at}
    return await api.call("POST", f"/drafts/{draft_id}/outcomes", json=body)


async def test_the_same_report_is_one_outcome_and_a_later_value_replaces(api):
    draft_id = await draft_of(api)

    for value, at in (
        (0.5, "2026-11-22T10:00:00Z"),
        (0.5, "2026-11-22T11:00:00+01:00"),
        (0.75, "2026-11-22T10:00:00Z"),
    ):
        answer = await report(api, draft_id, value, at=at)
        assert (answer.status, answer.body["draft"]) == (200, draft_id)
    await report(api, draft_id, 0.9, at="2026-11-22T12:00:00Z")

    told = (await api.call("GET", f"/drafts/{draft_id}")).body["outcomes"]
    assert [(each["value"], each["measured_at"]) for each in told] == [
        (0.75, "2026-11-22T10:00:00Z"),
        (0.9, "2026-11-22T12:00:00Z"),
    ]


async def test_reports_at_once_do_not_disturb_one_another(api):
    ids = [await draft_of(api) for _ in range(3)]

    async def batch(value):
        outcomes = [
            {"draft": each, "name": "score", "value": value, "measured_at": "2026-11-22T10:00:00Z"}
            for each in ids
        ]
        return await api.call("POST", "/outcomes", json={"outcomes": outcomes[:: -1 if value % 2 else 1]})

    answers = await asyncio.gather(*(batch(value) for value in range(8)))

    assert {answer.status for answer in answers} == {200}
    kept = [(await api.call("GET", f"/drafts/{each}")).body["outcomes"] for each in ids]
    assert [len(outcomes) for outcomes in kept] == [1, 1, 1]


async def test_a_batch_is_kept_whole_or_not_at_all(one_api):
    draft_id = await draft_of(one_api, external_id="job-1")
    good = {"external_id": "job-1", "name": "score", "value": 1}

    answer = await one_api.call(
        "POST", "/outcomes", json={"outcomes": [good, {**good, "external_id": "job-2"}]}
    )

    assert (answer.status, answer.code) == (404, "draft_unknown")
    assert "outcomes[1]" in answer.body["error"]["message"]
    assert (await one_api.call("GET", f"/drafts/{draft_id}")).body["outcomes"] == []


BAD = [
    {"name": "Score", "value": 1},
    {"name": "score", "value": "1"},
    {"name": "score", "value": True},
    {"name": "score", "value": None},
    {"name": "score", "value": 1e16},
    {"name": "score", "value": 1, "measured_at": "2026-11-22T10:00:00"},
    {"name": "score", "value": 1, "measured_at": "0001-01-01T00:00:00+23:59"},
    {"name": "score", "value": 1, "measured_at": "9999-12-31T23:59:59-23:59"},
    {"name": "score", "value": 1, "measured_at": 1_764_000_000},
    {"name": "score", "value": 1, "measured_at": "1764000000"},
    {"name": "score", "value": 1, "measured_at": "2026-13-40T99:00:00Z"},
    {"name": "score", "value": 1, "extra": 1},
]


async def test_what_is_no_outcome_is_refused(one_api):
    draft_id = await draft_of(one_api)

    answers = [await one_api.call("POST", f"/drafts/{draft_id}/outcomes", json=body) for body in BAD]

    assert [(answer.status, answer.code) for answer in answers] == [(422, "invalid_request")] * len(BAD)


async def test_figures_take_the_latest_value_of_each_draft_per_release(api):
    for release, values in {"base": (0.2, 0.4, 0.6), "own:v2": (0.8, 0.9, 1.0)}.items():
        for value in values:
            draft_id = await draft_of(api, release)
            await report(api, draft_id, 99, at="2026-11-21T10:00:00Z")
            await report(api, draft_id, value)
    await report(api, await draft_of(api, task="reply"), 5, name="clicks")
    scope = Scope(workspace_id=api.sandbox.team_id)

    async with api.database.read() as unit:
        sums = await unit.outcome_figures.sums(scope, **SPAN)
        values = await unit.outcome_figures.values(scope, name="score", **SPAN)
        of_task = await unit.outcome_figures.sums(
            Scope(workspace_id=api.sandbox.team_id, task="reply"), **SPAN
        )
        elsewhere = await unit.outcome_figures.sums(Scope(workspace_id="T0OTHER"), **SPAN)

    told = [(each.name, each.release, each.n, round(each.mean, 9), round(each.squares, 9)) for each in sums]
    assert told == [
        ("clicks", "base", 1, 5.0, 0.0),
        ("score", "base", 3, 0.4, 0.08),
        ("score", "own:v2", 3, 0.9, 0.02),
    ]
    by_release = {
        release: sorted(v.value for v in values if v.release == release) for release in ("base", "own:v2")
    }
    assert by_release == {"base": [0.2, 0.4, 0.6], "own:v2": [0.8, 0.9, 1.0]}
    assert [each.name for each in of_task] == ["clicks"]
    assert elsewhere == []


async def test_stats_and_the_digest_tell_them(one_api):
    api, team = one_api, one_api.sandbox.team_id
    for value in (0.2, 0.4, 0.6):
        await report(api, await draft_of(api), value)
    async with api.database.begin() as unit:
        await make_member(unit, workspace_id=team)
        place = await unit.ledger.place(
            team,
            channel_id=api.channel.id,
            message_ts=(await unit.drafts.recent(team))[0].message_ts,
            user_id="U0ALICE",
        )
        await unit.tallies.add(posted_deltas(place))

    figures = await Stats(api.database, clock=api.clock).report(Scope(workspace_id=team))
    card = build_card(figures, name="All channels")
    week = Week(workspace_id=team, channel_id=api.channel.id, period="2026-W48", timezone="UTC", until=NOW)
    async with api.database.read() as unit:
        parts = await section.build(await gather(unit, week), unit)

    (group,) = [group for group in card.groups if group.heading == OUTCOME_GROUP]
    assert [(row.label, row.value) for row in group.rows] == [("score · base", "0.4")]
    assert parts[1].rows == group.rows
