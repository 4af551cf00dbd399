"""What admins ask of training by command or button, and what they are told at once."""

from typing import Final

from bot.training.runs import Asked, NothingToCancel, TrainingRuns

_ANSWERS: Final = {
    "started": "I am freezing a dataset from what you all taught me, and hand it to the trainer. "
    "You will hear how it ends, in the admin channel or from me.",
    "joined": "A training run is under way already; yours would learn from the same rows, so I joined the two. "
    "You will hear how it ends, in the admin channel or from me.",
    "queued": "A training run is under way; yours begins when that one has ended.",
    "known": "I have that one already.",
}
_CANCELLED: Final = "The run is being cancelled. You will hear once it has ended."


class TrainingDesk:
    """Starts and ends runs for people; whoever calls has made sure that they are admins."""

    def __init__(self, runs: TrainingRuns) -> None:
        self._runs = runs

    async def start(self, workspace_id: str, *, user_id: str, key: str) -> str:
        """Ask for a run, and return the answer.

        Raises:
            NoTrainer: nobody would train.
        """
        asked = await self._runs.ask(workspace_id, trigger="command", key=key, requested_by=user_id)
        return build_answer(asked)

    async def cancel(self, workspace_id: str, *, user_id: str) -> str:
        """Ask for the end of the run that is under way, and return the answer.

        Raises:
            NothingToCancel: there is none.
        """
        run = await self._runs.find_under_way(workspace_id)
        if run is None:
            raise NothingToCancel
        await self._runs.request_cancel(run.run_id, by=user_id, workspace_id=workspace_id)
        return _CANCELLED


def build_answer(asked: Asked) -> str:
    """Build what somebody who asked for a run reads at once."""
    return _ANSWERS[asked.outcome]
