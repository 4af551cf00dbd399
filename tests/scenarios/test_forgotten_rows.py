"""Somebody leaves, or is erased: what they wrote and judged is in no dataset that is frozen from then on."""

import sys
from pathlib import Path

import pytest

from bot.training.version_rows import VersionRows
from storage.models import Correction, Signal
from tests.fakes.patience import until_found
from tests.scenarios.house import PATIENCE, open_house

TRAINER = Path(__file__).parent.parent / "fakes" / "trainer_script.py"
BENS, CHLOES = "Thursday it is, says Ben, so rest well.", "The office stays shut on Monday. Enjoy it!"


@pytest.fixture
async def taught(sqlite_url, tmp_path):
    """A house whose drafts Ben and Chloe put right, and a first dataset frozen from that."""
    more = {"trainer": "command", "trainer_command": f"{sys.executable} {TRAINER}", "retrain_minimum_rows": 1}
    async with open_house(sqlite_url, tmp_path, **more) as house:
        await house.chloe.command(house.admins, "/draftloop", "attest confirm")
        for brief, person, text in (
            ("Tell the team that the release moved to Thursday", house.ben, BENS),
            ("Announce that the office is closed on Monday", house.chloe, CHLOES),
        ):
            await rewrite(house, await house.ask(house.ana, brief), person, text)
        yield house


async def rewrite(house, draft, person, text):
    await person.press(draft, "draft_edit")
    view = await person.next_view()
    block = next(block for block in view.blocks if block["type"] == "input")
    sent = await person.submit(view, {block["block_id"]: {block["element"]["action_id"]: text}})
    assert sent.closed
    await house.settled()


async def retrain(house):
    """Retrain as an admin does; return the version that was frozen, and all of its rows in one text."""
    before = await newest(house)
    await house.chloe.command(house.admins, "/draftloop", "retrain")

    async def frozen():
        version = await newest(house)
        return version if version and (before is None or version.number > before.number) else None

    version = await until_found(frozen, within=PATIENCE)
    await house.settled()
    source = VersionRows(house.services.database, version.id)
    return version, "\n".join([line for name in source.names async for line in source.open(name)])


async def newest(house):
    async with house.services.database.read() as unit:
        return await unit.datasets.latest(house.sandbox.team_id)


async def erase_from_ledger(house, person):
    """What an erasure takes away: the person's signals and corrections."""
    async with house.services.database.begin() as unit:
        for model in (Signal, Correction):
            theirs = model.__table__.delete().where(model.__table__.c.user_id == person.user_id)
            await unit.run_sync(lambda connection, theirs=theirs: connection.execute(theirs))


async def test_the_rows_of_whoever_opts_out_drop_from_the_next_version(taught):
    house = taught
    first, rows_before = await retrain(house)

    await house.ben.open_home()
    await house.until(lambda: house.ben.home)
    await house.ben.press(house.ben.home, "home_opt_out")
    await house.settled()
    second, rows_after = await retrain(house)

    assert BENS in rows_before
    assert CHLOES in rows_before
    assert BENS not in rows_after
    assert CHLOES in rows_after
    assert (first.number, second.number) == (1, 2)
    assert first.content_hash != second.content_hash
    assert first.manifest["rows"] == {"sft": 2, "preference": 2, "kto": 0}
    assert second.manifest["rows"] == {"sft": 1, "preference": 1, "kto": 0}
    assert second.manifest["excluded"] == {"opted_out": 1}
    assert house.ben.user_id not in rows_before + str(first.manifest)


async def test_erased_rows_drop_from_the_next_version(taught):
    house = taught
    first, rows_before = await retrain(house)

    await erase_from_ledger(house, house.ben)
    second, rows_after = await retrain(house)

    assert BENS in rows_before
    assert BENS not in rows_after
    assert CHLOES in rows_after
    assert first.content_hash != second.content_hash
    assert second.manifest["rows"] == {"sft": 1, "preference": 1, "kto": 0}
