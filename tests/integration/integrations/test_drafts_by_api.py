import asyncio
import json

from tests.factories import (
    make_channel,
    make_correction,
    make_draft,
    make_member,
    make_revision,
    make_signal,
    make_workspace,
)


async def test_a_text_of_our_own_becomes_a_draft_with_all_that_came_with_it(api):
    answer = await api.post_draft(
        text="Cut the build to 9 minutes.",
        brief="about the build",
        task="resume-bullet",
        model="our-writer",
        version="2026-11",
        external_id="job-1",
        metadata={"customer": 12, "tags": ["a", None]},
    )

    assert answer.status == 201, answer.body
    assert answer.headers["Location"] == f"/api/v1/drafts/{answer.body['id']}"
    told = (await api.call("GET", f"/drafts/{answer.body['id']}")).body
    assert told == answer.body
    assert told["metadata"] == {"customer": 12, "tags": ["a", None]}
    wanted = {"state": "asked", "release": "own:2026-11", "task": "resume-bullet", "external_id": "job-1"}
    assert wanted.items() <= told.items()
    assert [(one["kind"], one["text"], one["model"]) for one in told["revisions"]] == [
        ("supplied", "Cut the build to 9 minutes.", "our-writer")
    ]
    assert told["text"] == "Cut the build to 9 minutes."
    async with api.database.read() as unit:
        draft = await unit.drafts.get(told["id"])
    assert "customer" not in str(draft.own_metadata_sealed)
    assert draft.brief == "about the build"


async def test_a_brief_is_kept_for_the_bot_to_write(one_api):
    answer = await one_api.post_draft(brief="announce that we open at 9")

    assert (answer.status, answer.body["state"], answer.body["revisions"]) == (201, "asked", [])
    assert answer.body["task"] == "plain"


async def test_the_same_key_is_the_same_draft_and_another_body_a_conflict(one_api):
    first = await one_api.post_draft(key="k 1", text="One.", metadata={"b": 1, "a": 2})
    again = await one_api.post_draft(key="k 1", text="One.", metadata={"a": 2, "b": 1})
    other = await one_api.post_draft(key="k 1", text="Two.")
    async with one_api.database.begin() as unit:
        await make_channel(unit, one_api.channel.id, workspace_id=one_api.sandbox.team_id, archived=True)
    after_the_channel = await one_api.post_draft(key="k 1", text="One.", metadata={"a": 2, "b": 1})
    await _bring_back(one_api)
    elsewhere = await one_api.post_draft(key="k 2", text="One.")

    assert (first.status, again.status) == (201, 200)
    assert again.body["id"] == after_the_channel.body["id"] == first.body["id"]
    assert (other.status, other.code) == (409, "idempotency_conflict")
    assert elsewhere.body["id"] != first.body["id"]


async def test_one_key_sent_many_times_at_once_is_one_draft(api):
    answers = await asyncio.gather(*(api.post_draft(key="storm", text="One.") for _ in range(12)))

    assert {answer.body["id"] for answer in answers} == {answers[0].body["id"]}
    assert sorted(answer.status for answer in answers) == [*[200] * 11, 201]
    assert len(answers[0].body["revisions"]) == 1


async def test_a_key_belongs_to_its_workspace(one_api):
    api = one_api
    async with api.database.begin() as unit:
        await make_workspace(unit, "T0OTHER")
    first = await api.post_draft(key="k", text="One.")

    theirs = await api.call(
        "POST",
        "/drafts",
        token=await api.token(workspace_id="T0OTHER"),
        json={"channel": api.channel.id, "text": "One."},
        headers={"Idempotency-Key": "k"},
    )

    assert theirs.body.get("id") != first.body["id"]


UNUSABLE = [
    ({}, "invalid_request"),
    ({"brief": " \n"}, "invalid_request"),
    ({"brief": "\u200b\u200b"}, "invalid_request"),
    ({"brief": "x" * 10_001}, "invalid_request"),
    ({"text": "x" * 40_001}, "invalid_request"),
    ({"brief": "b", "model": "m"}, "invalid_request"),
    ({"brief": "b", "task": "no-such-task"}, "task_unknown"),
    ({"brief": "b", "metadata": {"a": "x" * 8_200}}, "invalid_request"),
    ({"brief": "b", "metadata": [1]}, "invalid_request"),
    ({"brief": "b", "misspelt": 1}, "invalid_request"),
    ({"brief": "b", "channel": "general"}, "invalid_request"),
    ({"brief": "b", "channel": "C0NOWHERE"}, "channel_unknown"),
    ({"brief": 5}, "invalid_request"),
]


async def test_what_cannot_be_used_is_said(one_api):
    answers = [
        await one_api.call("POST", "/drafts", json={"channel": one_api.channel.id, **body})
        for body, _ in UNUSABLE
    ]

    assert [(answer.status, answer.code) for answer in answers] == [(422, code) for _, code in UNUSABLE]
    assert all(answer.body["error"]["message"].endswith(".") for answer in answers)


async def test_a_channel_without_the_bot_is_refused(one_api):
    apart = one_api.sandbox.add_channel("apart", members=[one_api.ana], bot=False)

    answer = await one_api.post_draft(text="Hello.", channel=apart.id)

    assert (answer.status, answer.code) == (409, "not_in_channel")
    assert "/invite" in answer.body["error"]["message"]


async def test_a_channel_we_had_not_noticed_yet_is_fine(one_api):
    fresh = one_api.sandbox.add_channel("fresh", members=[one_api.ana])

    answer = await one_api.post_draft(text="Hello.", channel=fresh.id)

    assert answer.status == 201


async def test_a_draft_is_told_with_its_feedback(one_api):
    draft_id = await _judged_draft(one_api)

    told = (await one_api.call("GET", f"/drafts/{draft_id}")).body

    assert (told["state"], told["text"]) == ("posted", "Ana's own words.")
    assert [one["kind"] for one in told["revisions"]] == ["generated", "edited"]
    assert [(one["user"], one["text"]) for one in told["corrections"]] == [("U0ALICE", "The better draft.")]
    assert (told["hidden"], told["standing"]["verdict"]) == (False, "open")


async def test_without_the_scope_for_feedback_nobodys_words_are_told(one_api):
    draft_id = await _judged_draft(one_api)
    reader = await one_api.token("drafts:read")

    told = (await one_api.call("GET", f"/drafts/{draft_id}", token=reader)).body

    assert (told["corrections"], told["text"]) == (None, None)
    assert [one["text"] for one in told["revisions"]] == ["The draft.", None]
    assert "better" not in json.dumps(told)


async def test_who_opted_out_is_left_out(one_api):
    draft_id = await _judged_draft(one_api)
    async with one_api.database.begin() as unit:
        await make_member(unit, workspace_id=one_api.sandbox.team_id, opted_out=True)

    told = (await one_api.call("GET", f"/drafts/{draft_id}")).body

    assert (told["corrections"], told["text"]) == ([], None)


async def test_drafts_are_found_by_an_id_of_our_own(one_api):
    made = [
        (await one_api.post_draft(text=f"No. {number}", external_id="job/1 ä")).body["id"]
        for number in (1, 2)
    ]
    await one_api.post_draft(text="Another.", external_id="job/2")

    found = await one_api.call("GET", "/drafts", params={"external_id": "job/1 ä"})

    assert sorted(one["id"] for one in found.body["drafts"]) == sorted(made)


async def test_a_posted_draft_has_its_address_in_slack(one_api):
    posted = await one_api.messenger.post(
        one_api.sandbox.team_id, channel_id=one_api.channel.id, text="The draft.", key="k"
    )
    async with one_api.database.begin() as unit:
        draft = await make_draft(
            unit, workspace_id=one_api.sandbox.team_id, channel_id=one_api.channel.id, ts=posted
        )

    told = (await one_api.call("GET", f"/drafts/{draft.id}")).body

    assert one_api.channel.id in told["permalink"]


async def test_another_workspaces_draft_is_not_there(one_api):
    made = (await one_api.post_draft()).body["id"]
    stranger = await one_api.token(workspace_id="T0OTHER")

    answers = [
        await one_api.call("GET", f"/drafts/{made}", token=stranger),
        await one_api.call(
            "POST", f"/drafts/{made}/outcomes", token=stranger, json={"name": "score", "value": 1}
        ),
        await one_api.call("GET", f"/drafts/{'0' * 32}"),
    ]

    assert [(answer.status, answer.code) for answer in answers] == [(404, "draft_unknown")] * 3


async def _bring_back(api) -> None:
    async with api.database.begin() as unit:
        await make_channel(unit, api.channel.id, workspace_id=api.sandbox.team_id, archived=False)


async def _judged_draft(api) -> str:
    team = api.sandbox.team_id
    async with api.database.begin() as unit:
        draft = await make_draft(unit, workspace_id=team, channel_id=api.channel.id)
        await make_member(unit, workspace_id=team)
        edited = await make_revision(unit, draft, text="Ana's own words.", kind="edited", author_id="U0ALICE")
        draft.current_revision_id = edited.id
        await make_signal(unit, draft)
        await make_correction(unit, draft)
    return draft.id
