from datetime import date, timedelta

import pytest

from storage.engine import Database
from storage.models import AuditEntry, DatasetRow, DatasetVersion, Opinion, TrainingRun
from storage.repositories import NotFound, TallyDelta
from tests import factories
from tests.factories import CHANNEL, NOW, USER, WORKSPACE

SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(hours=1)


async def test_what_is_learned_about_a_workspace_is_kept_and_nothing_is_forgotten(database: Database):
    async with database.begin() as unit:
        await unit.workspaces.ensure(WORKSPACE, now=NOW, name="Old name", bot_user_id="U0BOT")
    async with database.begin() as unit:
        await unit.workspaces.ensure(WORKSPACE, now=LATER, name="New name")

    async with database.read() as unit:
        workspace = await unit.workspaces.get(WORKSPACE)
    assert (workspace.name, workspace.bot_user_id, workspace.created_at) == ("New name", "U0BOT", NOW)
    assert workspace.settings == {}


async def test_only_living_channels_that_want_it_are_due_for_a_digest(database: Database):
    async with database.begin() as unit:
        await factories.make_channel(unit, "C1", next_digest_at=SOON)
        await factories.make_channel(unit, "C2", next_digest_at=NOW, archived=True)
        await factories.make_channel(unit, "C3", next_digest_at=NOW, digest_enabled=False)
        await factories.make_channel(unit, "C4", next_digest_at=LATER)
        await factories.make_channel(unit, "C5")

        due = await unit.channels.due_for_digest(SOON, limit=10)
        known = await unit.channels.of_workspace(WORKSPACE)

    assert [channel.id for channel in due] == ["C1"]
    assert len(known) == 5


async def test_a_member_can_leave_and_stop_being_asked(database: Database):
    async with database.begin() as unit:
        await unit.members.opt_out(WORKSPACE, user_id=USER)
        await unit.members.stop_asking(WORKSPACE, user_id=USER)

    async with database.begin() as unit:
        member = await unit.members.find(WORKSPACE, user_id=USER)
        assert member is not None
        assert (member.opted_out, member.asks_stopped) == (True, True)
        back = await unit.members.opt_out(WORKSPACE, user_id=USER, opted_out=False)
        assert back.opted_out is False


async def test_a_draft_is_only_shown_to_its_own_workspace(database: Database):
    async with database.begin() as unit:
        draft = await factories.make_draft(unit)

        assert await unit.drafts.find(draft.id, workspace_id=WORKSPACE) is draft
        assert await unit.drafts.find(draft.id, workspace_id="T0OTHER") is None
        with pytest.raises(NotFound):
            await unit.drafts.get(draft.id, workspace_id="T0OTHER")


async def test_every_message_of_a_long_draft_leads_to_it(database: Database):
    async with database.begin() as unit:
        draft = await factories.make_draft(unit, ts="100.1")
        await factories.make_message(unit, draft, ts="100.2", part=1)

        assert not await unit.drafts.add_message((await unit.drafts.messages_of(draft.id))[0])
        shown = await unit.drafts.messages_of(draft.id)
        hit = await unit.drafts.find_by_message(WORKSPACE, channel_id=CHANNEL, ts="100.2")
        miss = await unit.drafts.find_by_message(WORKSPACE, channel_id="C0OTHER", ts="100.2")

    assert [message.part for message in shown] == [0, 1]
    assert hit is not None
    assert (hit[0].id, hit[1].part) == (draft.id, 1)
    assert miss is None


async def test_recent_drafts_are_the_posted_ones_newest_first(database: Database):
    async with database.begin() as unit:
        old = await factories.make_draft(unit, created_at=NOW)
        new = await factories.make_draft(unit, created_at=LATER)
        other = await factories.make_draft(unit, channel_id="C0OTHER", created_at=SOON)
        await factories.make_draft(unit, text=None)

        of_workspace = await unit.drafts.recent(WORKSPACE)
        of_channel = await unit.drafts.recent(WORKSPACE, channel_id=CHANNEL, limit=1)

    assert [draft.id for draft in of_workspace] == [new.id, other.id, old.id]
    assert [draft.id for draft in of_channel] == [new.id]


async def test_a_revision_of_a_draft_that_is_not_there_is_refused(database: Database):
    async with database.begin() as unit:
        draft = await factories.make_draft(unit)
        draft.id = draft.id
        draft_of_nobody = type(draft)(id="nobody", workspace_id=WORKSPACE)

        with pytest.raises(NotFound):
            await factories.make_revision(unit, draft_of_nobody)


async def test_signals_come_in_the_order_they_happened(database: Database):
    async with database.begin() as unit:
        draft = await factories.make_draft(unit)
        for event_id, event_us in [("EvC", 2), ("EvA", 3), ("EvB", 2)]:
            await factories.make_signal(unit, draft, event_id=event_id, event_us=event_us)
        await factories.make_signal(unit, draft, event_id="EvOther", slot="rating", event_us=1)

        of_slot = await unit.feedback.signals_of_slot(draft.id, user_id=USER, slot="vote")

    assert [signal.event_id for signal in of_slot] == ["EvB", "EvC", "EvA"]


async def test_the_opinions_on_a_draft_come_person_by_person(database: Database):
    async with database.begin() as unit:
        draft = await factories.make_draft(unit)
        for user_id, slot in [("U2", "vote"), ("U1", "vote"), ("U1", "rating")]:
            opinion = Opinion(
                draft_id=draft.id, user_id=user_id, slot=slot, workspace_id=WORKSPACE, dimension=slot,
                kind="reaction", value="positive", signal_id="s", event_us=1,
            )  # fmt: skip
            unit._session.add(opinion)

        held = await unit.feedback.opinions_of_draft(draft.id)
        mine = await unit.feedback.find_opinion(draft.id, user_id="U1", slot="vote")

    assert [(one.user_id, one.slot) for one in held] == [("U1", "rating"), ("U1", "vote"), ("U2", "vote")]
    assert mine is held[1]


async def test_a_draft_without_opinions_stands_open_at_zero(database: Database):
    async with database.begin() as unit:
        draft = await factories.make_draft(unit)
        assert await unit.feedback.find_standing(draft.id) is None
        standing = await unit.feedback.standing(draft.id, workspace_id=WORKSPACE)
        assert await unit.feedback.standing(draft.id, workspace_id=WORKSPACE) is standing

    async with database.read() as unit:
        kept = await unit.feedback.find_standing(draft.id)
    assert kept is not None
    assert (kept.verdict, kept.positives) == ("open", 0)


async def test_corrections_are_found_by_time_state_and_control(database: Database):
    async with database.begin() as unit:
        draft = await factories.make_draft(unit)
        first = await factories.make_correction(unit, draft, control="reply:1", message_ts="1.1")
        talk = await factories.make_correction(unit, draft, interpretation="talk", created_at=SOON)
        gone = await factories.make_correction(unit, draft, state="withdrawn", created_at=LATER)

        found = await unit.corrections.find(draft.id, control="reply:1")
        by_message = await unit.corrections.find_by_message(WORKSPACE, message_ts="1.1")
        since = await unit.corrections.of_workspace(WORKSPACE, since=SOON, until=LATER)
        standing = await unit.corrections.of_workspace(WORKSPACE, state="standing", limit=5)
        of_draft = await unit.corrections.of_drafts([draft.id])
        counts = [await unit.corrections.count_standing_since(WORKSPACE, since=at) for at in (None, SOON)]

    assert found is by_message is first
    assert [one.id for one in since] == [talk.id]
    assert [one.id for one in standing] == [first.id, talk.id]
    assert [one.id for one in of_draft] == [first.id, talk.id, gone.id]
    assert counts == [1, 0]


async def test_tallies_add_up_cancel_out_and_can_be_cleared(database: Database):
    def delta(user_id: str, n: int, total: int = 0, workspace_id: str = WORKSPACE) -> TallyDelta:
        return TallyDelta(
            workspace_id, date(2026, 11, 23), CHANNEL, "plain", "base", user_id, "rating", n, total
        )

    async def rows(unit) -> list[tuple[str, int, int]]:
        statement = (
            "SELECT user_id, n, total FROM tallies WHERE channel_id <> '*' ORDER BY workspace_id, user_id"
        )
        return [tuple(row) for row in await unit.run_sync(lambda c: c.exec_driver_sql(statement).all())]

    async with database.begin() as unit:
        await unit.tallies.add([delta("U1", 1, 5), delta("U2", 1), delta("U2", -1), delta("U1", 1, 3)])
        await unit.tallies.add([delta("U1", -1, -5), delta("U9", 1, 1, "T0OTHER")])
        await unit.tallies.add([])
        counted = await rows(unit)
        await unit.tallies.clear(WORKSPACE)
        left = await rows(unit)

    assert counted == [("U9", 1, 1), ("U1", 1, 3)]
    assert left == [("U9", 1, 1)]


async def test_a_thousand_counters_at_once_are_one_call(database: Database):
    deltas = [
        TallyDelta(WORKSPACE, date(2026, 11, 23), CHANNEL, "plain", "base", f"U{number}", "positive", 1)
        for number in range(1_200)
    ]

    async with database.begin() as unit:
        await unit.tallies.add(deltas)
        people = "SELECT count(*) FROM tallies WHERE channel_id <> '*'"
        workspace = "SELECT sum(n) FROM tallies WHERE channel_id = '*' AND measure = 'positive'"
        given = "SELECT count(*) FROM tallies WHERE channel_id = '*' AND measure = 'given'"
        counts = [
            await unit.run_sync(lambda c, query=query: c.exec_driver_sql(query).scalar())
            for query in (people, workspace, given)
        ]

    assert counts == [1_200, 1_200, 1_200]


async def test_an_answer_to_a_request_is_kept(database: Database):
    async with database.begin() as unit:
        day = date(2026, 11, 23)
        await unit.ledger.run(lambda tables: tables.try_ask(WORKSPACE, user_id=USER, draft_id="d", day=day))
        await unit.asks.answer(WORKSPACE, user_id=USER, draft_id="d", answer="not_now")

        answer = await unit.run_sync(lambda c: c.exec_driver_sql("SELECT answer FROM asks").scalar())

    assert answer == "not_now"


async def test_a_digest_is_begun_finished_and_found(database: Database):
    week = {"channel_id": CHANNEL, "period": "2026-W47"}
    async with database.begin() as unit:
        await unit.digests.begin(WORKSPACE, **week, due_at=NOW, late=True)
        await unit.digests.begin(WORKSPACE, channel_id=CHANNEL, period="2026-W46", due_at=NOW)
        await unit.digests.finish(
            WORKSPACE, **week, state="posted", now=LATER, message_ts="1.1", figures={"n": 3}
        )

    async with database.read() as unit:
        digest = await unit.digests.get(WORKSPACE, **week)
        all_of_channel = await unit.digests.of_channel(WORKSPACE, channel_id=CHANNEL)
        with pytest.raises(NotFound):
            await unit.digests.get(WORKSPACE, channel_id=CHANNEL, period="2026-W01")
    assert (digest.state, digest.late, digest.message_ts, digest.figures) == ("posted", True, "1.1", {"n": 3})
    assert digest.finished_at == LATER
    assert [one.period for one in all_of_channel] == ["2026-W47", "2026-W46"]


async def test_dataset_versions_count_up_and_stream_their_rows_in_order(database: Database):
    async with database.begin() as unit:
        await factories.make_workspace(unit)
        for content_hash in ("a", "b"):
            number = await unit.datasets.next_number(WORKSPACE)
            version = DatasetVersion(
                workspace_id=WORKSPACE, number=number, content_hash=content_hash, manifest={}, created_at=NOW
            )
            await unit.datasets.add_version(version)
        await unit.datasets.add_rows(
            DatasetRow(
                workspace_id=WORKSPACE, version_id=version.id, kind="sft", position=position, line=f'{{"n": {position}}}',
                split="held_out" if position % 3 == 0 else "train",
            )
            for position in reversed(range(10))
        )  # fmt: skip

    async with database.read() as unit:
        latest = await unit.datasets.latest(WORKSPACE)
        rows = [row.line async for row in unit.datasets.rows(version.id, kind="sft", batch=3)]
        held_out = [row async for row in unit.datasets.rows(version.id, kind="sft", split="held_out")]
        other_kind = [row async for row in unit.datasets.rows(version.id, kind="kto")]
        assert (await unit.datasets.get(version.id)).content_hash == "b"
    assert latest is not None
    assert latest.number == 2
    assert rows == [f'{{"n": {position}}}' for position in range(10)]
    assert [row.position for row in held_out] == [0, 3, 6, 9]
    assert other_kind == []


async def test_a_run_is_active_until_it_ended(database: Database):
    run = TrainingRun(
        workspace_id=WORKSPACE, key="cron:1", trigger="cron", trainer="command", state="asked",
        submission_key="k", created_at=NOW,
    )  # fmt: skip
    async with database.begin() as unit:
        await unit.runs.add(run)
        active = await unit.runs.find_active(WORKSPACE)
        await unit.runs.update(run.id, state="succeeded", finished_at=LATER, result={"loss": 0.1})
        none_active = await unit.runs.find_active(WORKSPACE)
        with pytest.raises(AttributeError):
            await unit.runs.update(run.id, stat="typo")

    async with database.read() as unit:
        listed = await unit.runs.of_workspace(WORKSPACE)
    assert active is run
    assert none_active is None
    assert [(one.state, one.result) for one in listed] == [("succeeded", {"loss": 0.1})]


async def test_a_post_knows_what_slack_calls_it(database: Database):
    async with database.begin() as unit:
        await unit.posts.begin(WORKSPACE, key="k", channel_id=CHANNEL, now=NOW)
        await unit.posts.done(WORKSPACE, key="k", ts="1.1")
        again = await unit.posts.begin(WORKSPACE, key="k", channel_id=CHANNEL, now=LATER)
        with pytest.raises(NotFound):
            await unit.posts.done(WORKSPACE, key="never begun", ts="1.1")

    assert (again.ts, again.attempted_at) == ("1.1", NOW)


async def test_a_replica_that_falls_silent_is_dead_unless_it_said_goodbye(database: Database):
    minute = timedelta(minutes=1)
    async with database.begin() as unit:
        for replica_id in ("silent", "polite", "alive"):
            await unit.replicas.beat(replica_id, now=NOW, version="1")
        await unit.replicas.stop("polite")
        await unit.replicas.beat("alive", now=LATER, version="2")

        dead = await unit.replicas.dead(LATER, older_than=minute)
        living = await unit.replicas.living(LATER, younger_than=minute)
        await unit.replicas.beat("polite", now=LATER, version="1")
        back = await unit.replicas.living(LATER, younger_than=minute)

    assert [replica.id for replica in dead] == ["silent"]
    assert [(replica.id, replica.started_at, replica.version) for replica in living] == [("alive", NOW, "2")]
    assert [replica.id for replica in back] == ["alive", "polite"]


async def test_the_audit_log_is_read_newest_first(database: Database):
    async with database.begin() as unit:
        for at, action in [(NOW, "first"), (LATER, "second")]:
            entry = AuditEntry(workspace_id=WORKSPACE, at=at, actor_id=USER, action=action, subject="s")
            await unit.audit.add(entry)

        entries = await unit.audit.of_workspace(WORKSPACE, limit=5)

    assert [(entry.action, entry.details) for entry in entries] == [("second", {}), ("first", {})]


async def test_odd_characters_never_fail_a_transaction(database: Database):
    odd = "a\0b\ud800c"

    async with database.begin() as unit:
        workspace = await unit.workspaces.ensure(WORKSPACE, now=NOW, name=odd)
        workspace.settings = {"note": odd}
        channel = await unit.channels.ensure(WORKSPACE, channel_id=odd, name=odd)
        draft = await factories.make_draft(unit, channel_id=channel.id, brief=odd, task=odd, request_key=odd)
        await factories.make_signal(unit, draft, event_id=odd, value=odd, text=odd)
        assert await unit.channels.find(WORKSPACE, channel_id=odd) is not None

    async with database.read() as unit:
        clean = "ab\N{REPLACEMENT CHARACTER}c"
        assert (await unit.channels.get(WORKSPACE, channel_id=clean)).name == clean
        assert (await unit.drafts.get(draft.id)).brief == clean
        assert [one.value for one in await unit.feedback.signals_of_draft(draft.id)] == [clean]
