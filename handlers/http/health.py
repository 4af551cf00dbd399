"""`/health/live` and `/health/ready`: is the process there, and can it take events now."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Response
from pydantic import BaseModel

from handlers.inbox import Intake, Projector
from storage.engine import Database
from storage.inbox_store import InboxStore

Check = Callable[[], Awaitable[str | None]]  # None when all is well, else the reason


class Health(BaseModel):
    """What the health pages say."""

    status: str
    reasons: list[str] = []


class Readiness:
    """Asks every part whether it can take events; off from the moment that draining begins."""

    def __init__(self, checks: Mapping[str, Check], *, patience: float = 2) -> None:
        self._checks = checks
        self._patience = patience
        self._draining = False

    def drain(self) -> None:
        """Say "not ready" from now on, so that no new work is sent here."""
        self._draining = True

    async def reasons(self) -> list[str]:
        """Return why no event can be taken now; empty when it can."""
        if self._draining:
            return ["draining"]
        answers = await asyncio.gather(*(self._ask(name, check) for name, check in self._checks.items()))
        return [answer for answer in answers if answer]

    async def _ask(self, name: str, check: Check) -> str | None:
        try:
            async with asyncio.timeout(self._patience):
                answer = await check()
        except Exception as error:  # noqa: BLE001 - A check that fails in whatever way is the answer.
            return f"{name}: {type(error).__name__}"
        return f"{name}: {answer}" if answer else None


def event_checks(
    *, database: Database, store: InboxStore, intake: Intake, projector: Projector
) -> dict[str, Check]:
    """Return the checks of everything that an event passes."""

    async def reads_database() -> str | None:
        async with database.read() as unit:
            await unit.workspaces.find("none")
        return None

    async def reads_inbox() -> str | None:
        await store.show("none")
        return intake.problem

    async def projects() -> str | None:
        return projector.problem

    return {"database": reads_database, "inbox": reads_inbox, "projector": projects}


def health_routes(readiness: Readiness) -> APIRouter:
    """Return the two health pages."""
    router = APIRouter(prefix="/health", tags=["health"])

    @router.get("/live")
    async def live() -> Health:
        """Say that the process answers."""
        return Health(status="live")

    @router.get("/ready", responses={503: {"model": Health, "description": "It cannot take events now."}})
    async def ready(response: Response) -> Health:
        """Say whether events can be taken."""
        reasons = await readiness.reasons()
        response.status_code = 503 if reasons else 200
        return Health(status="unready" if reasons else "ready", reasons=reasons)

    return router
