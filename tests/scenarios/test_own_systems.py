"""A team's own system: gets a token from the settings, posts its AI's texts, hears what people think, reports outcomes."""

import json

import aiohttp
import pytest

from tests.fakes.webhook_receiver import running_receiver
from tests.scenarios.house import open_house


@pytest.fixture(params=["socket", "http"])
async def open_to_systems(request, sqlite_url, tmp_path):
    async with (
        open_house(sqlite_url, tmp_path, way=request.param, webhook_allow_private=True) as house,
        aiohttp.ClientSession() as session,
    ):
        yield house, session


async def test_a_teams_own_ai_collects_feedback_and_reports_what_became_of_it(open_to_systems):
    house, session = open_to_systems
    async with running_receiver() as receiver:
        made = await house.services.integrations.webhooks.add(
            house.sandbox.team_id, url=receiver.url, by=house.chloe.user_id
        )
        receiver.secret = made.secret

        # An admin makes a token; a member cannot.
        secret = await make_token(house)

        async def call(method, path, **more):
            headers = {"Authorization": f"Bearer {secret}", **more.pop("headers", {})}
            async with session.request(
                method, f"{house.bot.url}/api/v1{path}", headers=headers, **more
            ) as answer:
                return answer.status, await answer.json()

        # The system posts its own texts; one of them twice, as a retry would.
        statuses = []
        for number in (1, 2, 3, 1):
            wanted = {
                "channel": house.channel.id,
                "text": f"Cut the build to {number} minutes.",
                "version": "v2",
                "external_id": f"job-{number}",
            }
            key = {"Idempotency-Key": f"job-{number}"}
            statuses.append((await call("POST", "/drafts", json=wanted, headers=key))[0])
        assert statuses == [201, 201, 201, 200]
        drafts = await house.until(lambda: found if len(found := house.drafts()) == 3 else None)
        await house.settled()
        assert house.endpoint.requests == []

        # People react and correct.
        first = next(draft for draft in drafts if "1 minutes" in json.dumps(draft.blocks))
        await house.ana.react(first, "+1")
        await house.ben.react(first, "+1")
        await house.ana.press(first, "draft_more", selected_option="why")
        await house.until(lambda: "A system of your own brought it" in str(house.ana.ephemerals()))
        await house.settled()
        _, found = await call("GET", "/drafts", params={"external_id": "job-1"})
        (told,) = found["drafts"]
        assert (told["state"], told["release"], told["standing"]["positives"]) == ("posted", "own:v2", 2)
        assert first.ts.replace(".", "") in told["permalink"]
        assert told["text"] == "Cut the build to 1 minutes."

        # It reports what became of them, and the team reads it in Slack.
        outcomes = [
            {"external_id": f"job-{n}", "name": "ats-score", "value": 0.5 + n / 10} for n in (1, 2, 3)
        ]
        status, _ = await call("POST", "/outcomes", json={"outcomes": outcomes})
        assert status == 200
        answer = await house.chloe.command(house.channel, "/draftloop", "stats")
        shown = json.dumps(answer.answer, ensure_ascii=False)
        assert "ats-score · own:v2" in shown
        assert "*0.7*" in shown
        assert "n = 3" in shown

        # The system heard of everything, in order, and reads the same from the feed.
        await house.until(lambda: len([e for e in receiver.events if e["type"] == "outcome"]) == 3)
        kinds = [event["type"] for event in receiver.events]
        assert (kinds.count("draft.posted"), kinds.count("feedback"), receiver.most_at_once) == (3, 2, 1)
        _, feed = await call("GET", "/feedback")
        heard = [event["data"]["event_id"] for event in receiver.events if event["type"] == "feedback"]
        assert [row["event_id"] for row in feed["feedback"]] == heard


async def make_token(house) -> str:
    await house.chloe.command(house.channel, "/draftloop", "settings")
    await house.chloe.press(await house.chloe.next_view(), "settings_api")
    access = await house.chloe.next_view()
    await house.chloe.press(access, "api_token_new")
    form = await house.chloe.next_view()
    unnamed = await house.chloe.submit(form, {"token_name": {"name": " "}})
    assert "Give the token a name" in unnamed.errors["token_name"]
    scopes = ["drafts:write", "drafts:read", "feedback:read", "outcomes:write"]
    entries = {"token_name": {"name": "Careers <site>"}, "token_scopes": {"scopes": scopes}}
    made = await house.chloe.submit(form, entries)
    words = json.dumps(made.view.payload["blocks"])
    listed = json.dumps(next(view for view in house.chloe.open_views if view.id == access.id).payload)
    assert "Careers &lt;site&gt;" in listed
    secret = words.split("```")[1]
    assert secret not in listed
    return secret
