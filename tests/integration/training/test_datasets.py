import hashlib
import json

import pytest

from bot.training.consent import Consent, ConsentMissing, TooManyOrganisations
from bot.training.datasets import Datasets
from bot.training.formats import build_row
from storage.models import Installation, TeamTask
from tests.factories import (
    NOW,
    USER,
    WORKSPACE,
    make_channel,
    make_correction,
    make_draft,
    make_signal,
    make_workspace,
)


async def teach(database, *, drafts: int = 3, first: int = 0) -> None:
    """Every draft is rewritten by somebody of their own."""
    async with database.begin() as unit:
        await make_workspace(unit)
        for number in range(first, first + drafts):
            draft = await make_draft(unit, brief=f"Brief {number}", text=f"Draft {number}")
            control, person = f"reply:{number}", f"U{number:03}"
            await make_correction(
                unit,
                draft,
                control=control,
                text=f"Better {number}",
                original=f"Draft {number}",
                user_id=person,
            )
            await make_signal(
                unit,
                draft,
                kind="correction",
                control=control,
                value="",
                user_id=person,
                text=f"Better {number}",
            )


async def attest(database) -> None:
    await Consent(database).attest(WORKSPACE, user_id=USER, now=NOW)


async def test_nothing_is_built_before_an_admin_attested_and_after_they_took_it_back(database):
    await teach(database)
    datasets, consent = Datasets(database), Consent(database)

    with pytest.raises(ConsentMissing):
        await datasets.build(WORKSPACE)
    first = await consent.attest(WORKSPACE, user_id=USER, now=NOW)
    again = await consent.attest(WORKSPACE, user_id="U0OTHER", now=NOW)
    built = await datasets.build(WORKSPACE)
    await consent.withdraw(WORKSPACE, user_id=USER, now=NOW)
    with pytest.raises(ConsentMissing):
        await datasets.build(WORKSPACE)

    async with database.read() as unit:
        audit = [(entry.action, entry.actor_id) for entry in await unit.audit.of_workspace(WORKSPACE)]
    assert (first, again) == (True, False)
    assert len(built.rows) == 6
    assert sorted(audit) == [("training.attestation_withdrawn", USER), ("training.attested", USER)]


async def test_an_app_in_several_organisations_never_trains(database):
    await teach(database)
    await attest(database)
    async with database.begin() as unit:
        for workspace_id in (WORKSPACE, "T0OTHER"):
            await unit.installations.save(
                Installation(workspace_id=workspace_id, bot_user_id="UBOT", bot_token="x", installed_at=NOW)
            )

    with pytest.raises(TooManyOrganisations):
        await Datasets(database).build(WORKSPACE)


async def test_the_same_ledger_gives_the_same_bytes_and_the_same_version(database):
    await teach(database)
    await attest(database)
    datasets = Datasets(database)
    first, second = await datasets.build(WORKSPACE), await datasets.build(WORKSPACE)

    async with database.begin() as unit:
        frozen = await datasets.freeze(unit, first, workspace_id=WORKSPACE, now=NOW)
    async with database.begin() as unit:
        again = await datasets.freeze(unit, second, workspace_id=WORKSPACE, now=NOW)
    await teach(database, drafts=1, first=3)
    third = await datasets.build(WORKSPACE)
    async with database.begin() as unit:
        later = await datasets.freeze(unit, third, workspace_id=WORKSPACE, now=NOW)

    assert first.manifest == second.manifest
    assert frozen.id == again.id
    assert (frozen.number, later.number) == (1, 2)
    assert frozen.content_hash != later.content_hash


async def test_a_frozen_version_gives_back_what_its_manifest_promises(database):
    await teach(database, drafts=30)
    await attest(database)
    datasets = Datasets(database)
    dataset = await datasets.build(WORKSPACE)
    async with database.begin() as unit:
        version = await datasets.freeze(unit, dataset, workspace_id=WORKSPACE, now=NOW)

    files = await datasets.rows(version.id)

    promised = version.manifest["files"]
    assert set(files) == set(promised)
    for name, lines in files.items():
        text = "".join(f"{line}\n" for line in lines)
        assert hashlib.sha256(text.encode()).hexdigest() == promised[name]["sha256"]
        assert len(lines) == promised[name]["rows"]
    assert promised["sft.held_out.jsonl"]["rows"] == promised["preference.held_out.jsonl"]["rows"] > 0


async def test_trl_gets_its_own_shape(database):
    await teach(database, drafts=1)
    await attest(database)
    datasets = Datasets(database)
    dataset = await datasets.build(WORKSPACE)
    async with database.begin() as unit:
        version = await datasets.freeze(unit, dataset, workspace_id=WORKSPACE, now=NOW)

    files = await datasets.rows(version.id, kind="preference", shape="trl")

    row = json.loads(files["preference.train.jsonl"][0])
    assert row["chosen"] == [{"role": "assistant", "content": "Better 0"}]
    assert row["rejected"] == [{"role": "assistant", "content": "Draft 0"}]


async def test_nothing_readable_and_nobodys_id_is_in_the_manifest(database):
    await teach(database)
    await attest(database)

    dataset = await Datasets(database).build(WORKSPACE)

    manifest = json.dumps(dataset.manifest)
    assert USER not in manifest
    assert "Better" not in manifest
    assert dataset.manifest["consent"]["attested_at"] == NOW.isoformat()


async def test_prompts_say_the_teams_own_words_and_tone_and_the_same_settings_give_the_same_rows(database):
    await teach(database)
    await attest(database)
    before = await Datasets(database).build(WORKSPACE)
    async with database.begin() as unit:
        task = TeamTask(workspace_id=WORKSPACE, name="plain", changed_at=NOW, changed_by=USER)
        task.title, task.instructions = "Draft", "Write as <@U0MAYOR> would."
        await unit.tasks.add(task)
        await make_channel(unit, tone="Calm & short.")

    dataset, again = await Datasets(database).build(WORKSPACE), await Datasets(database).build(WORKSPACE)

    messages = build_row(dataset.of_kind("sft")[0])["messages"]
    assert messages[0]["content"].count("Write as @") == 1
    assert "U0MAYOR" not in str(messages)
    assert "<tone>\nCalm &amp; short.\n</tone>" in messages[1]["content"]
    assert dataset.content_hash == again.content_hash != before.content_hash
