"""The book of releases: what a challenger is made of, and what two releases do differently."""

import pytest

from bot.drafts.casting import spec_of
from bot.llm.chat_model import ModelUse
from bot.releases.registry import NothingLive, ReleaseDiff, ReleaseMissing
from tests.integration.releases.conftest import add, drop, reword


async def test_a_challenger_is_the_champion_with_what_the_trainer_left(team):
    model = await team.make(kind="model", reference="ft:ours", examples=0)
    adapter = await team.make(kind="adapter", reference="c" * 64)

    uses = [spec_of(one).use for one in (model, adapter)]
    assert uses == [ModelUse("ft:ours"), ModelUse("gpt-4o-mini", "c" * 64)]
    assert [(one.number, one.state, one.examples) for one in (model, adapter)] == [
        (2, "candidate", 0),
        (3, "candidate", 4),
    ]
    assert model.parent_id == adapter.parent_id == (await team.seat()).champion_id


async def test_the_diff_to_the_parent_is_what_the_release_itself_changes(team):
    await team.house.teach("No emoji.", by=0)
    await team.house.teach("No emoji.", by=1)
    await team.house.teach("Keep it short.", by=0)
    await team.house.teach("Keep it short.", by=1)
    emoji, short = await team.rule("No emoji."), await team.rule("Keep it short.")
    greeting = add("Begin with a greeting.", topic="greeting", stance="some")

    await team.make(drop(emoji), reword(short, "Two sentences."), greeting)

    diff = await team.book.diff(team.id, 1, 2)
    assert diff == ReleaseDiff(
        settings=(),
        rules=(
            ("dropped", "No emoji.", None),
            ("reworded", "Keep it short.", "Two sentences."),
            ("added", None, "Begin with a greeting."),
        ),
    )


async def test_the_diff_names_settings(team):
    await team.make(kind="model", reference="ft:ours")

    assert (await team.book.diff(team.id, first=1, second=2)).settings == (
        ("model", "gpt-4o-mini", "ft:ours"),
    )
    with pytest.raises(ReleaseMissing):
        await team.book.diff(team.id, 1, 9)


async def test_releases_that_write_alike_have_one_fingerprint(team):
    first = await team.make(kind="model", reference="ft:ours")
    second = await team.make(kind="model", reference="ft:ours")

    assert first.fingerprint == second.fingerprint
    assert first.fingerprint != (await team.make(kind="model", reference="ft:other")).fingerprint


async def test_the_list_says_where_each_release_stands(team):
    await team.promote(await team.make(add()))

    newest, first = await team.book.lines(team.id)

    assert (newest.name, newest.state, newest.parent, newest.changes) == ("r2", "live", 1, 1)
    assert (first.name, first.state, first.parent) == ("r1", "retired", None)


async def test_where_nothing_is_live_no_challenger_is_made(team):
    team.id = "T0OTHER"

    with pytest.raises(NothingLive):
        await team.make(add())


async def test_texts_of_rules_rest_sealed(team, database_url):
    release = await team.make(add("Begin with a SECRET."))

    async with team.database.read() as unit:
        kept = await unit.releases.get(release.id)
        assert "SECRET" not in f"{kept.overlay_sealed}{kept.snapshot_sealed}"
        assert "SECRET" in kept.overlay
