import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, update
from sqlalchemy.orm import load_only

from storage.engine import Database
from storage.inbox_store import InboxStore, NewEvent
from storage.keyring import Keyring, KeyringError, generate_key
from storage.models import AuditEntry, DatasetRow, Draft, Installation, Member, Revision, Signal
from storage.types import Base, Sealed
from tests import factories
from tests.conftest import TEST_KEY

SECRET = "the Zanzibar merger"


async def make_draft(database: Database, **columns) -> Draft:
    async with database.begin() as unit:
        return await factories.make_draft(unit, **{"brief": SECRET, "context": "thread", **columns})


async def test_a_text_can_be_read_after_its_transaction_ended(database: Database):
    made = await make_draft(database)

    async with database.read() as unit:
        loaded = await unit.drafts.get(made.id)

    assert made.brief == loaded.brief == SECRET
    assert loaded.brief_sealed is not None
    assert SECRET not in loaded.brief_sealed


async def test_a_changed_text_is_sealed_anew_and_the_others_stay(database: Database):
    made = await make_draft(database)

    async with database.begin() as unit:
        draft = await unit.drafts.get(made.id)
        draft.brief = "another"

    async with database.read() as unit:
        loaded = await unit.drafts.get(made.id)
    assert (loaded.brief, loaded.context) == ("another", "thread")
    assert loaded.brief_sealed != made.brief_sealed
    assert loaded.context_sealed == made.context_sealed


async def test_a_change_beside_the_text_does_not_touch_it(database: Database):
    made = await make_draft(database)

    async with database.begin() as unit:
        draft = await unit.drafts.get(made.id)
        draft.attempt = 2

    async with database.read() as unit:
        loaded = await unit.drafts.get(made.id)
    assert loaded.brief_sealed == made.brief_sealed
    assert loaded.brief == SECRET


async def test_a_text_can_be_emptied(database: Database):
    made = await make_draft(database)

    async with database.begin() as unit:
        draft = await unit.drafts.get(made.id)
        draft.context = None

    async with database.read() as unit:
        loaded = await unit.drafts.get(made.id)
    assert loaded.context is None
    assert loaded.context_sealed is None


async def test_a_refresh_brings_the_text_that_is_stored_now(database: Database):
    made = await make_draft(database)

    async with database.begin() as unit:
        draft = await unit.drafts.get(made.id)
        assert draft.brief == SECRET
        session = unit._session
        other = Draft(id=made.id, workspace_id=made.workspace_id)
        sealed = database.keyring.seal("by somebody else", place=Draft.brief.place(other))
        await session.execute(
            update(Draft).where(Draft.id == made.id).values(brief_sealed=sealed),
            execution_options={"synchronize_session": False},
        )
        assert draft.brief == SECRET
        await session.refresh(draft, ["brief_sealed"])

        assert (draft.brief, draft.context) == ("by somebody else", "thread")


async def test_an_expired_row_opens_again_after_it_is_loaded_again(database: Database):
    made = await make_draft(database)

    async with database.begin() as unit:
        draft = await unit.drafts.get(made.id)
        unit._session.expire(draft)
        await unit._session.refresh(draft)

        assert (draft.brief, draft.context) == (SECRET, "thread")


async def test_a_text_that_was_not_loaded_can_be_set(database: Database):
    made = await make_draft(database)

    async with database.begin() as unit:
        partly = select(Draft).options(load_only(Draft.id)).where(Draft.id == made.id)
        draft = (await unit._session.scalars(partly)).one()
        assert "brief_sealed" in inspect(draft).unloaded
        await unit._session.refresh(draft, ["workspace_id"])
        draft.brief = "set blindly"

    async with database.read() as unit:
        loaded = await unit.drafts.get(made.id)
    assert (loaded.brief, loaded.context) == ("set blindly", "thread")


async def test_locking_a_draft_shows_the_text_of_the_last_commit(database: Database):
    made = await make_draft(database)
    async with database.begin() as unit:
        draft = await unit.drafts.get(made.id)
        assert draft.brief == SECRET
        if database.dialect == "postgresql":
            async with database.begin() as other:
                (await other.drafts.get(made.id)).brief = "newer"
            expected = "newer"
        else:
            expected = SECRET

        locked = await unit.drafts.lock(made.id)

        assert locked is draft
        assert locked.brief == expected


async def test_after_a_savepoint_is_undone_the_old_text_counts(database: Database):
    made = await make_draft(database)

    async with database.begin() as unit:
        draft = await unit.drafts.get(made.id)
        savepoint = await unit._session.begin_nested()
        draft.brief = "doomed"
        await unit.flush()
        await savepoint.rollback()
        await unit._session.refresh(draft)

        assert draft.brief == SECRET


async def test_odd_characters_in_ids_do_not_lock_a_text_in(database: Database):
    async with database.begin() as unit:
        unit._session.add(Member(workspace_id="T\0", id="U\0\ud800", name="Odd\0 name"))

    async with database.read() as unit:
        member = await unit.members.find("T", user_id="U\N{REPLACEMENT CHARACTER}")
    assert member is not None
    assert member.name == "Odd name"


async def test_a_value_moved_to_another_row_does_not_open(database: Database):
    first, second = await make_draft(database), await make_draft(database)

    async with database.begin() as unit:
        (await unit.drafts.get(second.id)).brief_sealed = first.brief_sealed

    async with database.read() as unit:
        moved = await unit.drafts.get(second.id)
        with pytest.raises(KeyringError):
            _ = moved.brief


async def test_a_token_saved_again_replaces_the_first(database: Database):
    def installation(token: str) -> Installation:
        return Installation(
            workspace_id="T1", bot_token=token, bot_user_id="U0BOT", installed_at=factories.NOW
        )

    async with database.begin() as unit:
        await unit.installations.save(installation("xoxb-first"))
    async with database.begin() as unit:
        await unit.installations.save(installation("xoxb-second"))

    async with database.read() as unit:
        kept = await unit.installations.find("T1")
    assert kept is not None
    assert kept.bot_token == "xoxb-second"
    async with database.begin() as unit:
        await unit.installations.remove("T1")
        assert await unit.installations.find("T1") is None


async def test_nothing_readable_rests_in_the_files(
    sqlite_database: Database, sqlite_url: str, keyring: Keyring
):
    inbox = InboxStore.connect(sqlite_url, keyring=keyring)
    body = f'{{"text": "{SECRET}"}}'
    await inbox.put(NewEvent("Ev1", "T1", "message", body, factories.NOW))
    await inbox.close()
    async with sqlite_database.begin() as unit:
        await factories.make_member(unit, name=SECRET)
        draft = await factories.make_draft(unit, brief=SECRET, context=SECRET, text=SECRET)
        await factories.make_signal(unit, draft, text=SECRET)
        await factories.make_correction(unit, draft, text=SECRET, original=SECRET)
        await factories.make_revision(unit, draft, text=SECRET, prompt=SECRET)
        row = DatasetRow(
            workspace_id="T1", version_id="v", kind="sft", split="train", position=0, line=SECRET
        )
        await unit.datasets.add_rows([row])
    await sqlite_database.close()

    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    for name in ("draftloop.db", "draftloop.db.inbox"):
        with sqlite3.connect(folder / name) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    stored = {path.name: path.read_bytes() for path in folder.iterdir()}

    assert {"draftloop.db", "draftloop.db.inbox"} <= set(stored)
    assert [name for name, content in stored.items() if b"Zanzibar" in content] == []


def test_every_sealed_column_has_its_attribute():
    sealed = {
        (mapper.class_.__name__, column.key.removesuffix("_sealed"))
        for mapper in Base.registry.mappers
        for column in mapper.columns
        if column.key.endswith("_sealed")
    }
    attributes = {
        (mapper.class_.__name__, name)
        for mapper in Base.registry.mappers
        for name, value in vars(mapper.class_).items()
        if isinstance(value, Sealed)
    }

    assert sealed == attributes
    assert {("Draft", "brief"), ("Signal", "text"), ("Revision", "text")} <= sealed
    assert all(model.__tablename__ for model in (AuditEntry, Revision, Signal))


async def test_a_new_database_takes_our_keys_and_refuses_others_unchanged(
    database_url: str, keyring: Keyring
):
    ours = Database.connect(database_url, keyring=keyring)
    await ours.verify_keyring()
    await ours.verify_keyring()
    await ours.close()
    thief = Database.connect(database_url, keyring=Keyring([generate_key()]))

    with pytest.raises(KeyringError, match=r"sealed with another key.*DRAFTLOOP_ENCRYPTION_KEYS"):
        await thief.verify_keyring()

    await thief.close()
    again = Database.connect(database_url, keyring=keyring)
    await again.verify_keyring()
    await again.close()


async def test_a_rotated_ring_is_still_ours(database_url: str, keyring: Keyring):
    ours = Database.connect(database_url, keyring=keyring)
    await ours.verify_keyring()
    await ours.close()
    rotated = Database.connect(database_url, keyring=Keyring([generate_key(), TEST_KEY]))

    await rotated.verify_keyring()

    await rotated.close()
