"""Observations: what corrections say about topics of style."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from storage.models import Correction, Draft, Observation
from storage.repositories.base import Repository


class Observations(Repository):
    """What was said about style, and whether it counts. Topics are sealed: they are compared in memory."""

    async def add(self, observation: Observation) -> Observation:
        """Keep an observation."""
        self._session.add(observation)
        await self._session.flush()
        return observation

    async def find(self, observation_id: str) -> Observation | None:
        """Return the observation, if it is kept."""
        return await self._session.get(Observation, observation_id)

    async def of_correction(self, correction_id: str) -> list[Observation]:
        """Return what a correction was found to say, oldest first."""
        said = select(Observation).where(Observation.correction_id == correction_id)
        return list(await self._session.scalars(said.order_by(Observation.observed_at, Observation.id)))

    async def of_person(self, workspace_id: str, *, user_id: str) -> list[Observation]:
        """Return what somebody said, oldest first."""
        said = select(Observation).where(
            Observation.workspace_id == workspace_id, Observation.user_id == user_id
        )
        return list(await self._session.scalars(said.order_by(Observation.observed_at, Observation.id)))

    async def counting(self, workspace_id: str, *, limit: int) -> list[Observation]:
        """Return the latest observations that count, oldest first."""
        counts = (
            select(Observation)
            .where(Observation.workspace_id == workspace_id, Observation.state == "counts")
            .order_by(Observation.observed_at.desc(), Observation.id.desc())
            .limit(limit)
        )
        return list(reversed(list(await self._session.scalars(counts))))

    async def in_channel(
        self, workspace_id: str, *, channel_id: str, states: Collection[str], limit: int
    ) -> list[Observation]:
        """Return the latest observations of a channel that are in one of these states, oldest first."""
        there = (
            select(Observation)
            .where(
                Observation.workspace_id == workspace_id,
                Observation.channel_id == channel_id,
                Observation.state.in_(sorted(states)),
            )
            .order_by(Observation.observed_at.desc(), Observation.id.desc())
            .limit(limit)
        )
        return list(reversed(list(await self._session.scalars(there))))

    async def unlearned(self, workspace_id: str, *, limit: int) -> list[Correction]:
        """Return corrections whose present version was not looked at yet, the oldest change first."""
        waiting = select(Correction).where(
            Correction.workspace_id == workspace_id, Correction.learned_version < Correction.version
        )
        return list(
            await self._session.scalars(waiting.order_by(Correction.changed_at, Correction.id).limit(limit))
        )

    async def has_unlearned(self, workspace_id: str) -> bool:
        """Return whether there are corrections whose present version was not looked at yet; a draft asks each time."""
        waiting = select(Correction.id).where(
            Correction.workspace_id == workspace_id, Correction.learned_version < Correction.version
        )
        return await self._session.scalar(waiting.limit(1)) is not None

    async def workspaces_unlearned(self) -> list[str]:
        """Return the workspaces with corrections that were not looked at yet."""
        waiting = (
            select(Correction.workspace_id).where(Correction.learned_version < Correction.version).distinct()
        )
        return sorted(await self._session.scalars(waiting))

    async def drafts_by_cell(
        self, workspace_id: str, *, channel_ids: Collection[str]
    ) -> dict[tuple[str, str], int]:
        """Return how many drafts each channel and task had so far, for these channels."""
        counted = (
            select(Draft.channel_id, Draft.task, func.count())
            .where(Draft.workspace_id == workspace_id, Draft.channel_id.in_(sorted(channel_ids)))
            .group_by(Draft.channel_id, Draft.task)
        )
        rows = await self._session.execute(counted)
        return {(channel_id, task): n for channel_id, task, n in rows}

    async def drafts_before(self, draft: Draft, *, moment: datetime) -> int:
        """Return how many drafts of a draft's channel and task had been asked for by then."""
        counted = select(func.count()).where(
            Draft.workspace_id == draft.workspace_id,
            Draft.channel_id == draft.channel_id,
            Draft.task == draft.task,
            Draft.created_at <= moment,
        )
        return await self._session.scalar(counted) or 0
