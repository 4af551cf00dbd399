"""How sure we are that a text is better than what it is compared with, and what trainers make of that.

A row's weight is P(chosen better), rounded so that the dataset's hash does not depend on the last bits of arithmetic.

- **Votes** count as `bot.scoring.labels` has it: the crowd's label of the draft, measured against verified drafts where
  there are any. Where a draft was voted on in several of its texts, each text has the voters' own log-odds added up.
- **Corrections and approvals** are more than a vote: somebody wrote the better text, or used this one. The weight `w` of
  a person (`bot.scoring.trust`: the log-odds of being right, in units of log 2, a stranger's 1) is multiplied by how
  many plain verdicts such an act is worth: P = 2**(n·w) / (1 + 2**(n·w)). With n = 3 a stranger's correction has P = .89,
  the most trusted author's .93, and one whom most others contradict (w = .25) .63, which is too little to train on.

Rows below P = .7 are not trained on, and 1 - P is what to smooth labels by. Trainers of TRL's and OpenAI's kind know
no weights per row, so `materialised` turns weights into rows: over many epochs a row of weight .9 is seen in nine of
ten of them, the same ones in every try of the same run.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.scoring.labels import Labels, Rating, label
from bot.scoring.trust import weight_of_accuracy

LEAST_CERTAIN: Final = 0.7  # Less certain rows teach more noise than taste.
DIGITS: Final = 4
CORRECTION_VERDICTS: Final = 3.0  # What somebody's own better text is worth, in plain verdicts …
APPROVAL_VERDICTS: Final = 2.0  # … and that they used a text as it is.
_STRANGER: Final = 1.0
_SHARES: Final = 2**64


@dataclass(frozen=True)
class Beliefs:
    """How far people are believed: what their style and their votes weigh, and how good each draft probably is.

    `style` and `votes` are weights by person and task (whoever is not in them is a stranger); `good` is P(good) by draft.
    """

    style: Mapping[tuple[str, str], float] = field(default_factory=dict)
    votes: Mapping[tuple[str, str], float] = field(default_factory=dict)
    good: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        ratings: Mapping[str, Sequence[Rating]],
        *,
        anchors: Mapping[str, bool],
        style: Mapping[tuple[str, str], float],
    ) -> "Beliefs":
        """Work out what people's votes are worth.

        Args:
            ratings: by task, who said of which draft that it is good.
            anchors: verified drafts, whether they are good.
            style: the weights of corrections' authors, by person and task.
        """
        labels = {task: label(said, anchors=anchors) for task, said in ratings.items()}
        good = {draft_id: p for each in labels.values() for draft_id, p in each.good.items()}
        return cls(
            style, {(one, task): w for task, each in labels.items() for one, w in _weights(each)}, good
        )

    def of_correction(self, author: str, *, task: str) -> float:
        """Return P(their text is better than the draft)."""
        return probability(CORRECTION_VERDICTS * self.style.get((author, task), _STRANGER))

    def of_approval(self, approvers: Iterable[str], *, votes: Mapping[str, bool], task: str) -> float:
        """Return P(a text is good) by who used it and, against or for it, who voted on it."""
        used = sum(APPROVAL_VERDICTS * self._vote(one, task) for one in sorted(approvers))
        return probability(used + self._balance(votes, task))

    def of_votes(self, draft_id: str, *, votes: Mapping[str, bool], task: str, only_text: bool) -> float:
        """Return P(a text is good) by votes; the crowd's label says it where all votes are about this text."""
        if only_text and draft_id in self.good:
            return round(self.good[draft_id], DIGITS)
        return probability(self._balance(votes, task))

    def _balance(self, votes: Mapping[str, bool], task: str) -> float:
        return sum(self._vote(one, task) * (1 if good else -1) for one, good in sorted(votes.items()))

    def _vote(self, person: str, task: str) -> float:
        return self.votes.get((person, task), _STRANGER)


def _weights(labels: Labels) -> Iterator[tuple[str, float]]:
    for rater, judge in labels.judges.items():
        yield rater, weight_of_accuracy(judge.accuracy)


def probability(verdicts: float) -> float:
    """Return the probability that so many plain verdicts of strangers amount to: each doubles the odds."""
    return round(1 / (1 + math.pow(2, -verdicts)), DIGITS)


def is_in_epoch(source: Sequence[str], *, weight: float, seed: int, epoch: int) -> bool:
    """Tell whether a row is trained on in an epoch: of all epochs in a share that is its weight, always the same ones."""
    drawn = hashlib.sha256(f"{seed}:{epoch}:{','.join(source)}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") / _SHARES < weight


def materialised(lines: Iterable[str], *, seed: int, epoch: int) -> Iterator[str]:
    """Yield the JSON lines of an epoch, as they are, for trainers that know no weights."""
    for line in lines:
        row = json.loads(line)
        if is_in_epoch(row["source"], weight=row["weight"], seed=seed, epoch=epoch):
            yield line
