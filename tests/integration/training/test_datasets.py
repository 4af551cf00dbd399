import hashlib
import json
import random
from collections import Counter
from uuid import UUID

import pytest

from bot.training.consent import Consent, ConsentMissing, TooManyOrganisations
from bot.training.datasets import Datasets
from bot.training.formats import KINDS, build_row
from bot.training.version_rows import VersionRows
from storage.engine import Database
from storage.models import Anchor, Installation, RaterWeight, Release, ReleaseSeat, TeamTask
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


async def rows_of(datasets, dataset):
    return [row for kind in KINDS async for row in datasets.rows(dataset, kind=kind)]


async def freeze(database, datasets, dataset):
    async with database.begin() as unit:
        return await datasets.freeze(unit, dataset, workspace_id=WORKSPACE, now=NOW)


async def files_of(database, version, **which):
    source = VersionRows(database, version.id, **which)
    return {name: [line async for line in source.open(name)] for name in source.names}


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
    assert built.manifest["rows"] == {"sft": 3, "preference": 3, "kto": 0}
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

    frozen = await freeze(database, datasets, first)
    again = await freeze(database, datasets, second)
    await teach(database, drafts=1, first=3)
    third = await datasets.build(WORKSPACE)
    later = await freeze(database, datasets, third)

    assert first.manifest == second.manifest
    assert frozen.id == again.id
    assert (frozen.number, later.number) == (1, 2)
    assert frozen.content_hash != later.content_hash


async def test_a_frozen_version_gives_back_what_its_manifest_promises(database):
    await teach(database, drafts=30)
    await attest(database)
    datasets = Datasets(database)
    dataset = await datasets.build(WORKSPACE)
    version = await freeze(database, datasets, dataset)

    files = await files_of(database, version)

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
    version = await freeze(database, datasets, dataset)

    files = await files_of(database, version, kind="preference", shape="trl")

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

    datasets = Datasets(database)
    dataset, again = await datasets.build(WORKSPACE), await datasets.build(WORKSPACE)

    messages = build_row((await rows_of(datasets, dataset))[0])["messages"]
    assert messages[0]["content"].count("Write as @") == 1
    assert "U0MAYOR" not in str(messages)
    assert "<tone>\nCalm &amp; short.\n</tone>" in messages[1]["content"]
    assert dataset.content_hash == again.content_hash != before.content_hash


def ledger(drafts: int) -> list[tuple[str, str, str]]:
    """The same drafts every time: an id, and how they were received."""
    draw = random.Random(5)
    ways = ("rewritten", "approved", "liked", "disliked", "contested")
    return [(UUID(int=draw.getrandbits(128)).hex, f"{n}", ways[n % len(ways)]) for n in range(drafts)]


async def write_ledger(unit, drafts):
    for draft_id, number, way in drafts:
        draft = await make_draft(
            unit,
            id=draft_id,
            brief=f"Brief {number}",
            text=f"Draft {number}",
            request_key=f"request {number}",
        )
        acts = {"draft": draft, "first": f"Ev{number}a", "second": f"Ev{number}b"}
        await (rewrite if way == "rewritten" else judge)(unit, number=number, way=way, **acts)


async def rewrite(unit, *, draft, number, first, second, way):
    control, person = f"reply:{number}", f"U{int(number) % 7}"
    await make_correction(
        unit, draft, control=control, text=f"Better {number}", original=draft.brief, user_id=person
    )
    await make_signal(
        unit, draft, kind="correction", control=control, value="", user_id=person, event_id=first, event_us=1
    )


async def judge(unit, *, draft, number, first, second, way):
    values = {"approved": ("true", "true"), "liked": ("positive", "positive")}
    values |= {"disliked": ("negative", "negative"), "contested": ("positive", "negative")}
    kind = "approval" if way == "approved" else "reaction"
    for value, event_id, person in zip(values[way], (first, second), ("UANA", "UBEN"), strict=True):
        await make_signal(
            unit, draft, kind=kind, value=value, user_id=person, event_id=event_id, event_us=int(number)
        )


async def test_the_same_ledger_has_the_same_hash_on_both_databases_in_whatever_order_it_was_written(
    sqlite_url, postgresql_url, keyring
):
    hashes = []
    for url, seed in ((sqlite_url, 1), (postgresql_url, 2)):
        database = Database.connect(url, keyring=keyring)
        async with database.begin() as unit:
            await make_workspace(unit)
            await write_ledger(unit, random.Random(seed).sample(ledger(60), 60))
        await attest(database)
        built = [await Datasets(database).build(WORKSPACE) for _ in range(2)]
        hashes += [each.content_hash for each in built]
        await database.close()

    assert len(set(hashes)) == 1
    assert built[0].manifest == built[1].manifest
    assert all(built[0].manifest["rows"].values())
    assert built[0].manifest["split"]["held_out"] > 0


async def test_rows_and_exclusions_of_a_version_are_kept_with_what_they_are_about(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        await write_ledger(unit, ledger(20))
    await attest(database)
    datasets = Datasets(database)
    dataset = await datasets.build(WORKSPACE)

    version = await freeze(database, datasets, dataset)

    drafts = {draft_id for draft_id, _, _ in ledger(20)}
    async with database.read() as unit:
        rows = [
            row
            for kind in KINDS
            for row in [each async for each in unit.datasets.rows(version.id, kind=kind)]
        ]
        left_out = [each async for each in unit.datasets.exclusions(version.id)]
    assert {row.draft_id for row in rows} <= drafts
    assert {row.task for row in rows} == {"plain"}
    assert [row.weight for row in rows] == [json.loads(row.line)["weight"] for row in rows]
    assert Counter(each.reason for each in left_out) == version.manifest["excluded"] == {"contested": 8}
    assert {each.draft_id for each in left_out} <= drafts
    assert [each.position for each in left_out] == list(range(8))


async def test_verified_drafts_and_people_nobody_agrees_with_stay_out(database):
    await teach(database, drafts=4)
    await attest(database)
    datasets = Datasets(database)
    drafts = [row.draft_id for row in await rows_of(datasets, await datasets.build(WORKSPACE))]
    async with database.begin() as unit:
        verified = await unit.drafts.get(drafts[0])
        await unit.anchors.put(
            Anchor(
                draft_id=verified.id,
                workspace_id=WORKSPACE,
                revision_id=verified.current_revision_id,
                task="plain",
                verdict="good",
                marked_by=USER,
                marked_at=NOW,
            )
        )
        await unit.rater_weights.replace(
            WORKSPACE,
            [
                RaterWeight(
                    workspace_id=WORKSPACE, user_id=f"U{n:03}", task="plain", kind="style", weight=weight,
                    method="trust", measured_at=NOW,
                )
                for n, weight in enumerate((0.0, 1.0, 1.0, 1.0))
            ],
        )  # fmt: skip

    dataset = await datasets.build(WORKSPACE)

    rows = await rows_of(datasets, dataset)
    assert verified.id not in {row.draft_id for row in rows}
    assert "Better 0" not in {row.text for row in rows}
    assert set(dataset.manifest["excluded"]) == {"anchor"} | (
        {"uncertain"} if verified.brief != "Brief 0" else set()
    )


async def test_prompts_are_laid_out_as_the_champion_of_the_task_is_asked(database):
    await teach(database, drafts=1)
    await attest(database)
    sections = await Datasets(database, layout="sections").build(WORKSPACE)
    turns = await Datasets(database, layout="turns").build(WORKSPACE)
    async with database.begin() as unit:
        await unit.releases.add(release(id="r" * 32, layout="turns"))
        await unit.releases.take_seat(
            ReleaseSeat(
                workspace_id=WORKSPACE, task="", champion_id="r" * 32, changed_by=USER, changed_at=NOW
            )
        )

    seated = await Datasets(database, layout="sections").build(WORKSPACE)

    assert seated.content_hash == turns.content_hash != sections.content_hash
    assert seated.manifest["layouts"] == {"": "turns"}


def release(**columns):
    return Release(
        workspace_id=WORKSPACE, number=1, origin="settings", model="m", temperature=0.4, max_tokens=100,
        examples=4, overlay="[]", fingerprint="f", created_by=USER, created_at=NOW, **columns,
    )  # fmt: skip


async def test_whoever_opts_out_between_building_and_freezing_is_not_frozen(database):
    await teach(database, drafts=4)
    await attest(database)
    datasets = Datasets(database)
    dataset = await datasets.build(WORKSPACE)
    async with database.begin() as unit:
        await unit.members.ensure(WORKSPACE, user_id="U000")
        await unit.members.opt_out(WORKSPACE, user_id="U000")

    version = await freeze(database, datasets, dataset)

    lines = [line for lines in (await files_of(database, version)).values() for line in lines]
    assert version.manifest["rows"] == {"sft": 3, "preference": 3, "kto": 0}
    assert "Better 0" not in "".join(lines)
    assert version.content_hash != dataset.content_hash


async def test_what_came_after_the_choice_waits_for_the_next_version_and_is_noted(database):
    await teach(database, drafts=3)
    await attest(database)
    datasets = Datasets(database)
    dataset = await datasets.build(WORKSPACE)
    await teach(database, drafts=1, first=3)

    version = await freeze(database, datasets, dataset)

    assert version.content_hash == dataset.content_hash
    assert version.manifest["excluded"] == {"changed": 2}


async def test_near_duplicates_are_kept_once_with_a_reason(database):
    long = " ".join(f"word{n}" for n in range(40))
    async with database.begin() as unit:
        await make_workspace(unit)
        for number, last in enumerate(("today", "tonight")):
            draft = await make_draft(unit, brief="Tell them.", text="Draft")
            text = f"{long} {last}"
            await make_correction(
                unit, draft, control="reply:1", text=text, original="Draft", user_id=f"U{number}"
            )
            await make_signal(
                unit,
                draft,
                kind="correction",
                control="reply:1",
                value="",
                user_id=f"U{number}",
                event_us=number,
            )
    await attest(database)
    datasets = Datasets(database)

    dataset = await datasets.build(WORKSPACE)

    assert [row.text for row in await rows_of(datasets, dataset)] == [f"{long} tonight"] * 2
    assert dataset.manifest["excluded"] == {"near_duplicate": 2}
    assert dataset.manifest["near_duplicates"]["similarity"] == 0.9


async def test_the_manifest_names_the_doubt_that_labels_are_to_be_smoothed_by(database):
    await teach(database)
    await attest(database)

    dataset = await Datasets(database).build(WORKSPACE)

    assert dataset.manifest["format"] == 2
    assert dataset.manifest["label_smoothing"] == {"sft": 0.1111, "preference": 0.1111, "kto": 0.0}
