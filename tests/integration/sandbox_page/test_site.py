from bot.sandbox.page import About, Completion


async def upload(visit, name, content):
    await visit.client.files_upload_v2(channel=visit.general.id, filename=name, content=content)
    return visit.sandbox.files[-1]


async def get(visit, path):
    async with visit.http.get(f"{visit.url}{path}") as response:
        return response, await response.read()


async def test_pictures_are_shown_and_everything_else_is_saved(visit):
    picture = await upload(visit, "chart.png", b"\x89PNG")
    script = await upload(visit, 'evil".svg', b"<svg onload=alert(1)>")

    shown, content = await get(visit, f"/files/{picture.id}")
    saved, _ = await get(visit, f"/files/{script.id}")

    assert (shown.status, shown.content_type, content) == (200, "image/png", b"\x89PNG")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert saved.content_type == "application/octet-stream"
    assert saved.headers["Content-Disposition"] == "attachment; filename*=UTF-8''evil%22.svg"


async def test_a_file_that_never_arrived_is_not_there(visit):
    await visit.client.files_getUploadURLExternal(filename="x.png", length=3)

    missing, body = await get(visit, f"/files/{visit.sandbox.files[-1].id}")

    assert missing.status == 404
    assert b"There is no such file." in body


async def test_suggestions_know_commands_shortcuts_people_and_channels(visit):
    response, _ = await get(visit, f"/suggestions?as={visit.ben.user_id}")
    found = await response.json()

    draft, draftloop = found["commands"]
    assert (draft["name"], draft["usage"], draft["subcommands"]) == ("/draft", "what to write", [])
    assert [word["name"] for word in draftloop["subcommands"]] == ["stats", "help"]
    assert draftloop["subcommands"][0]["usage"] == "stats [me | #channel | task] [7d | 30d]"
    assert [shortcut["callback_id"] for shortcut in found["global_shortcuts"]] == ["new_draft"]
    assert [shortcut["callback_id"] for shortcut in found["message_shortcuts"]] == ["draft_reply"]
    assert {"Ana Ruiz", "Draftloop"} <= {person["name"] for person in found["people"]}
    assert [channel["name"] for channel in found["channels"]] == ["general", "board"]


async def test_emoji_have_slacks_names(visit):
    response, _ = await get(visit, "/emoji")
    found = {entry["name"]: entry for entry in await response.json()}

    assert (found["+1"]["char"], found["tada"]["char"]) == ("👍", "🎉")


async def test_an_unknown_address_is_told_in_json(visit):
    response, _ = await get(visit, "/nowhere")

    assert (response.status, (await response.json())["ok"]) == (404, False)


async def test_static_files_are_scripts_and_styles_and_nothing_outside(visit):
    script, _ = await get(visit, "/static/main.js")
    style, _ = await get(visit, "/static/base.css")
    outside, _ = await get(visit, "/static/..%2fsite.py")

    assert (script.content_type, style.content_type) == ("text/javascript", "text/css")
    assert outside.status == 404


async def test_nobody_gets_no_suggestions(visit):
    visit.sandbox.people.clear()

    response, _ = await get(visit, "/suggestions")

    assert (response.status, (await response.json())["error"]) == (404, "Nobody is here yet.")


async def test_words_after_a_command_may_be_given(visit):
    words = {"/draft": (Completion("brief", "brief <text>", "What to write"),)}
    visit.page.about = About("qwen", "Elsewhere.", "endpoint", completions=words)

    response, _ = await get(visit, "/suggestions")
    region = (await visit.screen(visit.ana))["regions"]["about"]

    draft = (await response.json())["commands"][0]
    assert draft["subcommands"] == [
        {"name": "brief", "usage": "brief <text>", "description": "What to write"}
    ]
    assert "only the model&#39;s endpoint hears of it" in region
