"""What people say about a placeholder counts once its text is there."""

from datetime import date

from bot.feedback.acts import Act
from bot.feedback.ledger import Ledger
from storage.queries.quality import Scope
from tests.factories import NOW


async def _says(office, kind, value, number):
    act = Act(
        workspace_id=office.sandbox.team_id,
        event_id=f"Ev{number}",
        channel_id=office.general.id,
        message_ts=office.shown()[0].ts,
        user_id="U0BEN",
        kind=kind,
        control=f"control:{kind}",
        value=value,
        event_us=int(NOW.timestamp()) * 1_000_000 + number,
    )
    async with office.database.begin() as unit:
        await Ledger().record(unit, act, now=NOW)


async def _totals(office):
    scope = Scope(workspace_id=office.sandbox.team_id)
    async with office.database.read() as unit:
        return await unit.quality.totals(scope, first_day=date(2026, 11, 1), last_day=date(2026, 11, 30))


async def test_a_vote_and_a_flag_on_the_placeholder_count_with_the_draft(office):
    draft_id = await office.ask()
    await office.publisher.show_placeholder(draft_id, 1)
    await _says(office, "reaction", "positive", 1)
    await _says(office, "flag", "other", 2)

    await office.write(draft_id)

    totals = await _totals(office)
    assert (totals.drafts, totals.judged, totals.accepted, totals.flagged) == (1, 1, 0, 1)


async def test_a_mind_changed_after_an_early_vote_leaves_no_negative_count(office):
    draft_id = await office.ask()
    await office.publisher.show_placeholder(draft_id, 1)
    await _says(office, "reaction", "positive", 1)

    await office.write(draft_id)
    await _says(office, "reaction", "negative", 2)

    totals = await _totals(office)
    assert (totals.drafts, totals.judged, totals.accepted) == (1, 1, 0)
