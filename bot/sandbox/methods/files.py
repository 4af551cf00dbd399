"""Uploading files in Slack's three steps, and asking about them."""

import mimetypes
import secrets

from bot.sandbox.dispatch import Call, method
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.posting import bot_message, checked_content, post
from bot.sandbox.records import Channel, Json, StoredFile
from bot.sandbox.shapes import array, shape, string


@method(
    "files.getUploadURLExternal",
    scopes="files:write",
    tier=4,
    needs="filename length",
    takes="alt_txt snippet_type",
)
def get_upload_url(call: Call) -> Json:
    """Announce a file and learn where to send its bytes."""
    workspace, name = call.workspace, call.text("filename")
    length = call.number("length", default=0)
    if length == 0:
        raise invalid_arguments("length must be more than 0 [json-pointer:/length]")
    file_id = workspace.new_id("F")
    url = f"{workspace.base_url}/files-pri/{workspace.team_id}-{file_id}/{name}"
    stored = StoredFile(file_id, name, length, workspace.app.bot_user_id, workspace.now(), url)
    stored.mimetype = mimetypes.guess_type(name)[0] or stored.mimetype
    stored.alt_text = call.text("alt_txt")
    workspace.files[file_id] = stored
    return {
        "file_id": file_id,
        "upload_url": f"{workspace.base_url}/upload/v1/{file_id}.{secrets.token_hex(8)}",
    }


@method(
    "files.completeUploadExternal",
    scopes="files:write",
    tier=4,
    needs="files",
    takes="channel_id channels initial_comment thread_ts blocks",
)
def complete_upload(call: Call) -> Json:
    """Share files that have arrived."""
    given = call.structure("files")
    problems = list(_FILES(given, "/files"))
    if problems:
        raise invalid_arguments(*problems)
    files = [_arrived(call, entry) for entry in given]
    places = [place for place in (*call.text("channels").split(","), call.text("channel_id")) if place]
    for channel in [_target(call, place) for place in places]:
        _share(call, channel, files)
    for stored in files:
        stored.completed = True
    return {"files": [stored.payload() for stored in files]}


_FILES = array(shape({"id": string(64)}, title=string(1000), highlight_type=string(64)), most=100)


@method("files.info", scopes="files:read", tier=4, needs="file", takes="count cursor limit page")
def info(call: Call) -> Json:
    """One file."""
    return {
        "file": _file(call, call.text("file")).payload(),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


@method("files.delete", scopes="files:write", needs="file")
def delete(call: Call) -> Json:
    """Delete a file."""
    stored = _file(call, call.text("file"))
    if stored.user != call.workspace.app.bot_user_id:
        raise SlackError("cant_delete_file")
    del call.workspace.files[stored.id]
    return {}


def _file(call: Call, file_id: str) -> StoredFile:
    if file_id not in call.workspace.files:
        raise SlackError("file_not_found")
    return call.workspace.files[file_id]


def _arrived(call: Call, entry: Json) -> StoredFile:
    stored = _file(call, entry["id"])
    if stored.content is None or stored.completed:
        raise SlackError("file_not_found")
    stored.title = str(entry.get("title") or stored.name)
    return stored


def _target(call: Call, place: str) -> Channel:
    channel = call.workspace.channel(place)
    if not call.workspace.can_see(channel):
        raise SlackError("channel_not_found")
    if call.workspace.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _share(call: Call, channel: Channel, files: list[StoredFile]) -> None:
    for stored in files:
        stored.channels.append(channel.id)
    content = checked_content(
        call.workspace, {"text": call.text("initial_comment"), "blocks": call.structure("blocks")}
    )
    place = {"thread_ts": call.text("thread_ts") or None, "subtype": "file_share"}
    shown = [stored.payload() for stored in files]
    post(
        call.workspace,
        channel=channel,
        message=bot_message(call.workspace, channel=channel, files=shown, **content, **place),
    )
