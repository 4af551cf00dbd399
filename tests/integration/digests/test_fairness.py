"""Fairness figures from the ledger's own counters."""

from datetime import timedelta

from bot.digests.fairness import Fairness
from bot.feedback.acts import Act
from bot.feedback.ledger import Ledger
from storage.models import Ask
from tests.factories import CHANNEL, NOW, WORKSPACE, make_draft, make_member, make_workspace

PEOPLE = ("U1", "U2", "U3", "U4")


def act(number, user_id, **said):
    return Act(
        workspace_id=WORKSPACE,
        event_id=f"Ev{user_id}{number}{said['kind']}",
        channel_id=CHANNEL,
        message_ts=f"1764000000.{number:06d}",
        user_id=user_id,
        event_us=int(NOW.timestamp()) * 1_000_000 + number,
        **said,
    )


async def test_the_report_counts_what_the_ledger_counts(database):
    like = {"kind": "reaction", "control": "emoji:+1", "value": "positive"}
    flag = {"kind": "flag", "control": "flag", "value": "biased"}
    async with database.begin() as unit:
        await make_workspace(unit)
        for person in PEOPLE:
            await make_member(unit, person)
        tasks = ["reply"] * 3 + ["news"] * 2
        drafts = [await make_draft(unit, ts=f"1764000000.{n:06d}", task=task) for n, task in enumerate(tasks)]
        await Ledger().rebuild(unit)
        for number in range(4):
            for person in PEOPLE[: 3 if number < 3 else 4]:
                await Ledger().record(unit, act(number, person, **like), now=NOW)
        await Ledger().record(unit, act(3, "U1", **flag), now=NOW)
        for place, person in enumerate(PEOPLE[:3], start=1):
            asked = {"draft_id": drafts[0].id, "day": NOW.date(), "place": place, "asked_at": NOW}
            answer = "answered" if place == 1 else None
            unit._session.add(Ask(workspace_id=WORKSPACE, user_id=person, answer=answer, **asked))

    report = await Fairness(database, clock=lambda: NOW + timedelta(hours=1)).report(WORKSPACE, days=30)

    rates = {one.name: (one.figure.value, one.figure.n, one.people) for one in report.flags["task"].shown}
    assert rates == {"Reply": (0.0, 3, 3), "news": (1.0, 1, 4)}
    assert (report.judged.value, report.judged.n) == (0.8, 5)
    assert (report.diversity.people, report.diversity.opinions) == (4, 14)
    assert (report.answers.n, report.answers.value) == (3, 1 / 3)
    assert report.numbers()["reviewers"]["one_sided"] is False
