"""One held-out draft, written by both releases and scored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.drafts.release_spec import ReleaseSpec
from bot.evaluation.exercises import TRAIN, Exercise
from bot.evaluation.judge import JUDGE, MOST_PAIRS, Judge, Pair, blended, pairs_of
from bot.evaluation.replay import Replay, Written
from bot.evaluation.rule_checks import honoured
from bot.evaluation.scorers import Score, score_of
from bot.logs import get_logger
from storage.models import GateResult, TrainingRun

log = get_logger(__name__)
_AGAIN: Final = (1, 2)  # seeds of two more tries


@dataclass(frozen=True, slots=True)
class Match:
    """What is compared, for which run, and on which drafts."""

    run: TrainingRun
    release_id: str  # the challenger's
    champion: ReleaseSpec
    challenger: ReleaseSpec
    draft_ids: Sequence[str]


class Measurer:
    """Writes and scores; a judge has a say where it is seen to agree with people."""

    def __init__(self, replay: Replay, *, judge: Judge | None, clock: Callable[[], datetime]) -> None:
        self._replay = replay
        self._judge = judge
        self._clock = clock

    async def judge_of(self, match: Match) -> Judge | None:
        """Return the judge if it may count here: measured on past corrections that were not held out.

        Raises:
            BotError: the judge's model did not answer.
        """
        if self._judge is None:
            return None
        run = match.run
        past = await self._replay.exercises(
            run.workspace_id,
            version_id=run.dataset_version_id or "",
            split=TRAIN,
            task=run.task,
            limit=MOST_PAIRS,
        )
        found = await self._judge.agreement(pairs_of(past), workspace_id=run.workspace_id, run_id=run.id)
        log.info("judge_measured", run=run.id, pairs=found.n, agreed=found.agreed, counts=found.is_enough)
        return self._judge if found.is_enough else None

    async def measure(self, match: Match, exercise: Exercise, *, judge: Judge | None) -> GateResult:
        """Return what both releases make of a draft.

        Raises:
            BotError: a model did not answer.
        """
        champion = await self._replay.write(exercise, match.champion, run_id=match.run.id)
        challenger = await self._replay.write(exercise, match.challenger, run_id=match.run.id)
        before, after = score_of(exercise, champion.text), score_of(exercise, challenger.text)
        if judge is not None and champion.text is not None and challenger.text is not None:
            pair = Pair(exercise.brief, challenger.text, champion.text)
            preferred = await judge.prefer(pair, workspace_id=match.run.workspace_id, run_id=match.run.id)
            before, after = _judged(before, 1 - preferred), _judged(after, preferred)
        return GateResult(
            release_id=match.release_id,
            draft_id=exercise.draft_id,
            workspace_id=match.run.workspace_id,
            champion_score=round(before.total, 4),
            challenger_score=round(after.total, 4),
            broke=await self._broke(match, exercise, champion, challenger),
            checks=_checks(before, after),
            measured_at=self._clock(),
        )

    async def _broke(self, match: Match, exercise: Exercise, champion: Written, challenger: Written) -> bool:
        """Tell whether the challenger loses a correction that the champion honours.

        Models word things by chance: what looks broken is written twice more by both, and the majority counts.
        """
        if not holds(exercise, champion) or holds(exercise, challenger):
            return False
        kept, lost = 1, 1
        for seed in _AGAIN:
            again = [
                await self._replay.write(exercise, spec, run_id=match.run.id, seed=seed)
                for spec in (match.champion, match.challenger)
            ]
            kept += holds(exercise, again[0])
            lost += not holds(exercise, again[1])
        return min(kept, lost) > len(_AGAIN) / 2


def holds(exercise: Exercise, written: Written) -> bool:
    """Tell whether there is a text at all, and it honours what people said about it as far as that can be checked."""
    return written.text is not None and honoured(exercise, written.text) is not False


def _judged(score: Score, preferred: float) -> Score:
    return Score(blended(score.total, preferred=preferred), {**score.parts, JUDGE: preferred})


def _checks(before: Score, after: Score) -> dict[str, Any]:
    names = dict.fromkeys([*before.parts, *after.parts])
    return {name: [_rounded(before.parts.get(name)), _rounded(after.parts.get(name))] for name in names}


def _rounded(part: float | None) -> float | None:
    return None if part is None else round(part, 4)
