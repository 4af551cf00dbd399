"""Who gets in: every route with every kind of token."""

import asyncio

import aiohttp
import pytest

from bot.integrations.tokens import SCOPES, ScopeUnknown, TokenNameMissing, TokenUnknown
from tests.factories import make_draft, make_signal
from tests.fakes.api import later, running_api

# Every route: method, path, the scope it needs, a body that is fine.
ROUTES = {
    ("POST", "/drafts"): ("drafts:write", {"channel": "CHANNEL", "text": "Hello."}),
    ("GET", "/drafts/{draft_id}"): ("drafts:read", None),
    ("GET", "/drafts"): ("drafts:read", None),
    ("POST", "/drafts/{draft_id}/outcomes"): ("outcomes:write", {"name": "score", "value": 1}),
    ("POST", "/outcomes"): (
        "outcomes:write",
        {"outcomes": [{"external_id": "job-1", "name": "score", "value": 1}]},
    ),
    ("GET", "/feedback"): ("feedback:read", None),
}


async def ask(api, method, path, body, *, token, draft_id):
    body = {**body, "channel": api.channel.id} if body and "channel" in body else body
    params = {"external_id": "job-1"} if (method, path) == ("GET", "/drafts") else None
    return await api.call(method, path.format(draft_id=draft_id), token=token, json=body, params=params)


async def make_our_draft(api) -> str:
    async with api.database.begin() as unit:
        draft = await make_draft(
            unit, workspace_id=api.sandbox.team_id, channel_id=api.channel.id, external_id="job-1"
        )
    return draft.id


async def test_the_table_names_every_route(one_api):
    described = (await one_api.call("GET", "/openapi.json")).body["paths"]

    known = {(method.upper(), path) for path, methods in described.items() for method in methods}

    assert known == set(ROUTES)


async def test_each_route_takes_its_own_scope_and_no_other(one_api):
    draft_id, tokens = await make_our_draft(one_api), {scope: await one_api.token(scope) for scope in SCOPES}

    for (method, path), (needed, body) in ROUTES.items():
        for scope, token in tokens.items():
            answer = await ask(one_api, method, path, body, token=token, draft_id=draft_id)
            where = (method, path, scope, answer.body)
            if scope == needed:
                assert answer.status in {200, 201}, where
            else:
                assert (answer.status, answer.code) == (403, "insufficient_scope"), where
                assert f'scope="{needed}"' in answer.headers["WWW-Authenticate"]


async def test_nobody_else_gets_anything(one_api):
    draft_id, ours = await make_our_draft(one_api), await one_api.token()
    (kept,) = await one_api.integrations.tokens.of_workspace(one_api.sandbox.team_id)
    await one_api.integrations.tokens.revoke(one_api.sandbox.team_id, token_id=kept.id, by="cli")

    for (method, path), (_, body) in ROUTES.items():
        for token in ("", "dl_unknown", ours):
            answer = await ask(one_api, method, path, body, token=token, draft_id=draft_id)
            assert answer.status == 401, (method, path, answer.body)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_another_workspaces_token_finds_nothing_of_ours(one_api):
    draft_id, theirs = await make_our_draft(one_api), await one_api.token(workspace_id="T0OTHER")
    async with one_api.database.begin() as unit:
        await make_signal(unit, await unit.drafts.get(draft_id))

    for (method, path), (_, body) in ROUTES.items():
        if path == "/drafts" and method == "POST":
            continue  # It asks for a draft of their own.
        answer = await ask(one_api, method, path, body, token=theirs, draft_id=draft_id)
        nothing = answer.status == 404 or [] in (answer.body.get("drafts"), answer.body.get("feedback"))
        assert nothing, (method, path, answer.body)


async def test_other_ways_to_send_a_token_do_not_count(one_api):
    token = await one_api.token()
    ways = [f"Basic {token}", token, f"Bearer {token}x", "Bearer", "Bearer ä", f"Bearer  {token[:-1]}"]

    answers = [
        await one_api.call("GET", "/feedback", token="", headers={"Authorization": way}) for way in ways
    ]
    in_address = await one_api.call("GET", f"/feedback?access_token={token}", token="")

    assert {answer.status for answer in [*answers, in_address]} == {401}


async def test_a_token_is_kept_as_a_hash_only(one_api):
    secret = await one_api.token()
    tokens = await one_api.integrations.tokens.of_workspace(one_api.sandbox.team_id)

    kept = [str(value) for token in tokens for value in vars(token).values()]

    assert len(secret) >= 3 + 43
    assert not any(secret in value or secret[7:] in value for value in kept)
    assert tokens[0].hint == secret[:7]


async def test_use_is_noted_once_a_minute(one_api):
    used = []
    for seconds in (0, 30, 31):
        later(one_api, seconds=seconds)
        await one_api.call("GET", "/feedback")
        (token,) = await one_api.integrations.tokens.of_workspace(one_api.sandbox.team_id)
        used.append(token.last_used_at)

    assert used[0] == used[1] < used[2] == one_api.now


async def test_tokens_need_a_name_and_scopes_that_there_are(one_api):
    tokens = one_api.integrations.tokens

    for name, scopes, error in (
        ("", ["drafts:read"], TokenNameMissing),
        ("x" * 81, ["drafts:read"], TokenNameMissing),
        ("fine", [], ScopeUnknown),
        ("fine", ["drafts:read", "everything"], ScopeUnknown),
    ):
        with pytest.raises(error):
            await tokens.create("T0TEAM", name=name, scopes=scopes, created_by="cli")


async def test_making_and_revoking_is_in_the_audit_log_and_another_workspace_cannot_revoke(one_api):
    tokens = one_api.integrations.tokens
    made = await tokens.create("T0TEAM", name="site", scopes=["drafts:read"], created_by="U0ADMIN")

    foreign = await tokens.revoke("T0OTHER", token_id=made.id, by="U0EVE")
    ours = await tokens.revoke("T0TEAM", token_id=made.id, by="U0ADMIN")
    again = await tokens.revoke("T0TEAM", token_id=made.id, by="U0ADMIN")

    assert (foreign, ours, again) == (False, True, False)
    with pytest.raises(TokenUnknown):
        await tokens.identify(made.secret)
    async with one_api.database.read() as unit:
        entries = await unit.audit.of_workspace("T0TEAM")
    assert {(entry.action, entry.actor_id) for entry in entries} == {
        ("token_created", "U0ADMIN"),
        ("token_revoked", "U0ADMIN"),
    }
    assert made.secret not in str([entry.details for entry in entries])


async def test_too_many_calls_are_told_when_to_go_on(sqlite_database):
    async with running_api(sqlite_database, limits={"read": 5, "write": 2}) as api:
        reads = [await api.call("GET", "/feedback") for _ in range(7)]
        writes = [await api.post_draft() for _ in range(3)]
        other = await api.call("GET", "/feedback", token=await api.token("feedback:read"))

    assert [answer.status for answer in reads] == [*[200] * 5, 429, 429]
    assert [answer.status for answer in writes] == [201, 201, 429]
    assert 0 < int(reads[-1].headers["Retry-After"]) <= 12
    assert reads[-1].code == "rate_limited"
    assert other.status == 200


async def test_secrets_and_texts_stay_out_of_the_log(one_api, logged):
    secret = await one_api.token()

    await one_api.post_draft(text="the words of a draft")
    await one_api.call("POST", "/drafts", data=b'{"text": "the words of a draft"', headers=_JSON)
    await one_api.call("GET", "/nowhere")

    assert secret not in logged.getvalue()
    assert "the words of a draft" not in logged.getvalue()


_JSON = {"Content-Type": "application/json"}
BAD_BODIES = {
    b"": 422,
    b"{": 400,
    b"[]": 422,
    b'"text"': 422,
    b"null": 422,
    b"\xff\xfe": 400,
    b'{"brief": "\\ud800"}': 400,
    b'{"brief": "a\\u0000b"}': 400,
    b'{"\\u0000": 1}': 400,
    b'{"metadata": {"n": NaN}}': 400,
    b'{"metadata": {"n": Infinity}}': 400,
    b'{"metadata": {"n": 1e999}}': 400,
    b'{"metadata": {"n": ' + b"9" * 5_000 + b"}}": 400,
    b'{"metadata": {"n": ' + b"9" * 19 + b"}}": 400,
    b"[" * 100_000: 400,
    b'{"metadata": ' + b'{"a": ' * 30 + b"1" + b"}" * 31: 400,
}


async def test_unreadable_bodies_are_refused_and_nothing_breaks(one_api):
    answers = [(body, await one_api.call("POST", "/drafts", data=body, headers=_JSON)) for body in BAD_BODIES]

    assert {body: answer.status for body, answer in answers} == BAD_BODIES
    assert all(set(answer.body) == {"error"} for _, answer in answers)


async def test_other_doors_are_closed_too(one_api):
    large = b'{"brief": "' + b"x" * 256 * 1024 + b'"}'

    async def without_length():
        yield large

    wrong_kind = await one_api.call("POST", "/drafts", data=b"{}", headers={"Content-Type": "text/plain"})
    too_large = await one_api.call("POST", "/drafts", data=large, headers=_JSON)
    streamed = await _status_of(one_api, without_length())
    nowhere = await one_api.call("GET", "/nowhere%0a")
    no_such_way = await one_api.call("DELETE", "/feedback")
    odd_values = await one_api.call(
        "GET", "/feedback?limit=" + "9" * 5_000 + "&since=%00%ff&channel=%ed%a0%80"
    )

    assert (wrong_kind.status, too_large.status, streamed) == (415, 413, 413)
    assert [(answer.status, answer.code) for answer in (nowhere, no_such_way)] == [
        (404, "not_found"),
        (405, "method_not_allowed"),
    ]
    mistyped = await one_api.call("GET", "/feedback?chanel=C0123456789")
    assert odd_values.status == 422
    assert (mistyped.status, mistyped.code) == (422, "unknown_parameter")
    assert nowhere.headers["X-Content-Type-Options"] == "nosniff"


async def _status_of(api, body) -> int:
    headers = {**_JSON, "Authorization": f"Bearer {await api.token()}"}
    try:
        async with api.session.post(f"{api.url}/api/v1/drafts", data=body, headers=headers) as answer:
            return answer.status
    except aiohttp.ClientConnectionError:
        return 413  # The server hung up while we were still talking.


async def test_an_error_nobody_foresaw_is_a_reference_and_no_more(one_api, logged, monkeypatch):
    async def breaks(*_args, **_more):
        raise RuntimeError("the words of a draft")

    monkeypatch.setattr(one_api.integrations.feed, "page", breaks)

    answer = await one_api.call("GET", "/feedback")

    assert (answer.status, answer.code) == (500, "internal")
    assert "reference" in answer.body["error"]["message"]
    assert "the words of a draft" not in logged.getvalue() + str(answer.body)


async def test_a_database_that_is_away_is_for_later(one_api):
    secret = await one_api.token()
    async with one_api.database.begin() as unit:
        await unit.run_sync(lambda connection: connection.exec_driver_sql("DROP TABLE api_tokens"))

    answer = await one_api.call("GET", "/feedback", token=secret)

    assert answer.status in {500, 503}
    assert set(answer.body) == {"error"}


async def test_the_documentation_needs_no_script_and_names_every_route(one_api):
    page = await one_api.call("GET", "/docs", token="")
    style = await one_api.call("GET", "/docs.css", token="")

    assert (page.status, style.status) == (200, 200)
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.body
    assert "//" not in page.body.replace("https://", "").replace("<!doctype", "")
    assert all(path in page.body for _, path in ROUTES)
    assert style.headers["Content-Type"].startswith("text/css")


async def test_a_body_that_never_ends_is_given_up(sqlite_database, monkeypatch):
    monkeypatch.setattr("handlers.http.api.door.Door.__init__.__kwdefaults__", {"read_seconds": 0.05})

    async def drip():
        yield b"{"
        await asyncio.Event().wait()

    async with running_api(sqlite_database) as api:
        answer = await api.call("POST", "/drafts", data=drip(), headers=_JSON)

    assert (answer.status, answer.code) == (408, "too_slow")
