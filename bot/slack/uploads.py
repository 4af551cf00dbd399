"""Files that are uploaded and shared once, whatever breaks in between.

Slack's three steps are: ask for an upload address, send the bytes, share the file. The file's id is noted
before it can be shared, so that a repeat knows what to look for. Only the scopes we have anyway are needed:
the channel's history says whether the file was shared.
"""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.calls import Caller
from bot.slack.errors import CALL_ERRORS, SlackRefused, SlackUnreachable, kind_error
from bot.slack.once import Once, has_file
from storage.models import Post


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way; without a channel it is not shown by itself but may be used in blocks."""

    workspace_id: str
    key: str
    channel_id: str | None
    filename: str
    content: bytes
    title: str
    alt_text: str
    thread_ts: str | None = None

    @property
    def file_key(self) -> str:
        """The key under which the id of the announced file is kept until it is shared."""
        return f"{self.key}:file"


class Uploads:
    """Uploads files at most once by key."""

    def __init__(self, caller: Caller, *, once: Once) -> None:
        self._caller = caller
        self._once = once

    async def upload(self, upload: Upload) -> str:
        """Upload a file and share it; return Slack's id of it.

        Raises:
            SlackRefused: Slack said no.
            SlackUnreachable: it may work in a moment; the repeat finds what was done.
        """
        channel_id = upload.channel_id or ""
        async with self._once.alone(upload.workspace_id, key=upload.key):
            post, repeated = await self._once.begin(
                upload.workspace_id, key=upload.key, channel_id=channel_id
            )
            if post.ts:
                return post.ts
            file_id = await self._earlier(upload, post) if repeated else None
            file_id = file_id or await self._anew(upload)
            await self._once.done(upload.workspace_id, key=upload.key, ts=file_id)
        return file_id

    async def _earlier(self, upload: Upload, post: Post) -> str | None:
        """Return the file of an earlier try: shared already, or shared now if its bytes had arrived."""
        file_id = await self._once.find(upload.workspace_id, key=upload.file_key)
        if file_id is None:
            return None
        if upload.channel_id and await self._once.look(
            post, thread_ts=upload.thread_ts, matches=has_file(file_id)
        ):
            return file_id
        try:
            await self._share(upload, file_id)
        except SlackRefused as error:
            if error.code != "file_not_found":
                raise
            return None
        return file_id

    async def _anew(self, upload: Upload) -> str:
        answer = await self._caller.freely(
            upload.workspace_id,
            lambda client: client.files_getUploadURLExternal(
                filename=upload.filename, length=len(upload.content), alt_txt=upload.alt_text
            ),
        )
        file_id, address = str(answer["file_id"]), str(answer["upload_url"])
        await self._once.begin(upload.workspace_id, key=upload.file_key, channel_id=upload.channel_id or "")
        await self._once.done(upload.workspace_id, key=upload.file_key, ts=file_id)
        await self._send(address, upload.content)
        await self._share(upload, file_id)
        return file_id

    async def _send(self, address: str, content: bytes) -> None:
        try:
            async with self._caller.clients.session.post(address, data=content) as response:
                status = response.status
        except CALL_ERRORS as error:
            raise kind_error(error) from None
        if status != 200:
            raise SlackUnreachable(code=f"slack_upload_http_{status}")

    async def _share(self, upload: Upload, file_id: str) -> None:
        def complete(client: AsyncWebClient) -> object:
            return client.files_completeUploadExternal(
                files=[{"id": file_id, "title": upload.title}],
                channel_id=upload.channel_id,
                thread_ts=upload.thread_ts,
            )

        await self._caller.once(upload.workspace_id, complete)  # type: ignore[arg-type]
