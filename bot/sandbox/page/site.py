"""The page's addresses."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from bot.sandbox.page.about import About
from bot.sandbox.page.changes import Changes
from bot.sandbox.page.doing import Doing
from bot.sandbox.page.guard import Guard
from bot.sandbox.page.rendering import emoji_catalogue
from bot.sandbox.page.rendering.environment import rendered
from bot.sandbox.page.screen import Asked, Screens
from bot.sandbox.page.seeing import players
from bot.sandbox.page.suggestions import suggestions
from bot.sandbox.records import StoredFile
from bot.sandbox.workspace import Workspace

_HERE = Path(__file__).parent
# Pictures that cannot carry a script; everything else is saved, not shown.
_SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_LONGEST_PARAMETER = 200
_FRESH = {"cache-control": "no-store"}


@dataclass(frozen=True)
class Site:
    """What the addresses answer from."""

    workspace: Workspace
    screens: Screens
    doing: Doing
    changes: Changes
    about: Callable[[], About]

    def build(self) -> Guard:
        """The application, with its guard in front."""
        app = FastAPI(title="Draftloop sandbox", docs_url=None, redoc_url=None, openapi_url=None)
        app.add_api_route("/", self._shell, methods=["GET"])
        app.add_api_route("/screen", self._screen, methods=["GET"])
        app.add_api_route("/changes", self._changes, methods=["GET"])
        app.add_api_route("/do", self._do, methods=["POST"])
        app.add_api_route("/emoji", self._emoji, methods=["GET"])
        app.add_api_route("/suggestions", self._suggestions, methods=["GET"])
        app.add_api_route("/files/{file_id}", self._file, methods=["GET"])
        app.mount("/static", StaticFiles(directory=_HERE / "static"))
        app.add_exception_handler(HTTPException, _told)
        app.add_exception_handler(Exception, _surprised)
        return Guard(app)

    async def _shell(self) -> Response:
        shell = rendered("page.html", about=self.about(), workspace="Sandbox", in_thread=False)
        return HTMLResponse(shell, headers=_FRESH)

    async def _screen(self, request: Request) -> Response:
        given = {name: value[:_LONGEST_PARAMETER] for name, value in request.query_params.items()}
        asked = Asked(
            person=given.get("as", ""),
            place=given.get("in", ""),
            thread=given.get("thread", ""),
            panel=given.get("panel", ""),
            before=given.get("before", ""),
            q=given.get("q", ""),
            peek=given.get("peek") == "1",
        )
        return _json(self.screens.of(asked, version=self.changes.version))

    async def _changes(self) -> Response:
        return StreamingResponse(self.changes.stream(), media_type="text/event-stream", headers=_FRESH)

    async def _do(self, request: Request) -> Response:
        outcome = await self.doing.do(await request.body())
        return _json(outcome.body, status=outcome.status)

    async def _emoji(self) -> Response:
        return _json(emoji_catalogue(), headers={"cache-control": "max-age=3600"})

    async def _suggestions(self, request: Request) -> Response:
        here = players(self.doing.people.values())
        asker = next(
            (p for p in here if p.user_id == request.query_params.get("as")), here[0] if here else None
        )
        if asker is None:
            raise HTTPException(404, "Nobody is here yet.")
        return _json(suggestions(self.workspace, person=asker, about=self.about()))

    async def _file(self, file_id: str) -> Response:
        stored = self.workspace.files.get(file_id)
        if stored is None or stored.content is None or not stored.completed:
            raise HTTPException(404, "There is no such file.")
        return _download(stored, stored.content)


def _download(stored: StoredFile, content: bytes) -> Response:
    shown = stored.mimetype in _SHOWN_INLINE
    name = quote(stored.name, safe="", errors="replace")
    how = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}"
    kind = stored.mimetype if shown else "application/octet-stream"
    return Response(
        content, media_type=kind, headers={"content-disposition": how, "cache-control": "no-cache"}
    )


def _json(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    # ASCII only: what an app posts may hold half a character, which no UTF-8 can carry.
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, status, headers=headers or _FRESH, media_type="application/json")


async def _told(_request: Request, error: Exception) -> Response:
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    return _json({"ok": False, "error": str(detail)}, status=status)


async def _surprised(_request: Request, _error: Exception) -> Response:
    # The server logs what it was.
    return _json({"ok": False, "error": "The sandbox stumbled over that; its log says more."}, status=500)
