"""Trust in people's judgement of style, from how far others who spoke at the same time agreed with them. Pure maths."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp, log

import numpy as np
from numpy.typing import NDArray

PRIOR_AGREED, PRIOR_JUDGED = 4.0, 6.0  # Beta(4, 2): somebody unknown is right in two of three cases.
LEAST, MOST = 0.25, 1.25
UNTRUSTED_BELOW = 0.35  # Who is right this seldom is wrong on purpose, or about another team.
CONTEMPORARY_DRAFTS = 50.0  # Evidence that is this many drafts apart counts half for one another.
DOUBT = 2.0  # How many voices for each side are added before the others' say is believed.
CONTESTED = 0.05  # Others who lean less than this to one side teach nothing about anybody.
OTHER_TASKS = 0.5  # What somebody's record in other tasks is worth in this one.
NEIGHBOURS = 32  # A verdict is compared with so many before it and after it: enough, and fast whatever comes.
ROUNDS = 3
ANY_TASK = ""  # The task under which somebody's whole record stands.

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody said about one topic of style in one place.

    `age` counts the drafts of that channel and task since then: 0 is now.
    """

    rater: str
    channel: str
    task: str
    topic: str
    stance: str
    age: float


@dataclass(frozen=True, slots=True)
class Trust:
    """How far somebody's judgement of style counts in a task.

    `agreed` of `judged` verdicts (that others' could be compared with) were shared by most others;
    `accuracy` is the estimate that the weight follows from.
    """

    weight: float = 1.0
    agreed: int = 0
    judged: int = 0
    accuracy: float = PRIOR_AGREED / PRIOR_JUDGED


UNKNOWN = Trust()


def trust_of(trusts: Mapping[tuple[str, str], Trust], *, rater: str, task: str) -> Trust:
    """Return the trust in somebody in a task; in a task that is new to them, half of what is known elsewhere counts."""
    return trusts.get((rater, task)) or trusts.get((rater, ANY_TASK), UNKNOWN)


def weight_of_accuracy(accuracy: float) -> float:
    """Return what the verdict of somebody who is right this often weighs: its log-odds, in those of a stranger.

    The clamp keeps anybody from deciding alone, and leaves an honest outsider a voice.
    """
    if accuracy < UNTRUSTED_BELOW:
        return 0.0
    sure = min(accuracy, 0.999)
    return round(min(MOST, max(LEAST, log(sure / (1 - sure)) / log(2))), 6)  # A stranger's is 1, not almost.


def style_trust(verdicts: Sequence[Verdict]) -> Mapping[tuple[str, str], Trust]:
    """Measure everybody by the others' contemporaneous verdicts in the same channel, task and topic.

    Nobody's own word counts for them, and each has one verdict (the latest) per channel, task and topic, however often
    they repeat it. Where the others are divided little is learned about anybody, and everybody is measured by how much
    the team's typical member agrees with the rest: a matter of taste is no mistake.

    Returns:
        The trust by (rater, task), and over all tasks by (rater, ANY_TASK); read it with `trust_of`.
    """
    table = _Table.of(verdicts)
    weights = np.ones(len(table.raters))
    for _ in range(ROUNDS):
        accuracies = table.accuracies(*table.measure(weights))
        grace = _grace(accuracies)
        weights = np.array([weight_of_accuracy(_forgiven(one, grace)) for one in accuracies.tolist()])
    agreed, judged = table.measure(weights)
    grace = _grace(table.accuracies(agreed, judged))
    return dict(_trusts(table, agreed, judged, grace=grace))


@dataclass(frozen=True)
class _Table:
    """The verdicts as columns, with every pair of them that can be compared.

    `current` marks what its rater says now. `left` and `right` are the rows of each pair, `near` is how far the two are
    of one time, `same` whether they say the same.
    """

    raters: Sequence[str]
    tasks: Sequence[str]
    rater: _Ints
    task: _Ints
    current: NDArray[np.bool_]
    left: _Ints
    right: _Ints
    near: _Floats
    same: NDArray[np.bool_]

    @classmethod
    def of(cls, verdicts: Sequence[Verdict]) -> "_Table":
        rows = sorted(_latest(verdicts), key=lambda row: (row.task, row.channel, row.topic, row.age))
        raters, tasks = list(dict.fromkeys(r.rater for r in rows)), list(dict.fromkeys(r.task for r in rows))
        rater_of, task_of = _places(raters), _places(tasks)
        rater = np.array([rater_of[row.rater] for row in rows], dtype=np.int64)
        group, stance = _groups(rows)
        left, right = _pairs(group, rater)
        age = np.array([row.age for row in rows], dtype=np.float64)
        return cls(
            raters=raters,
            tasks=tasks,
            rater=rater,
            task=np.array([task_of[row.task] for row in rows], dtype=np.int64),
            current=_current(rows),
            left=left,
            right=right,
            near=0.5 ** (np.abs(age[left] - age[right]) / CONTEMPORARY_DRAFTS),
            same=stance[left] == stance[right],
        )

    def measure(self, weights: _Floats) -> tuple[_Floats, _Floats]:
        """Return for each verdict how far it could be judged, and how much of that others agreed."""
        mass, rows = self.near * weights[self.rater[self.right]], len(self.rater)
        shared = _sums(self.left, mass * self.same, length=rows)
        all_of_it = _sums(self.left, mass, length=rows)
        belief = (shared + DOUBT) / (all_of_it + 2 * DOUBT)
        lean = (np.abs(2 * belief - 1) - CONTESTED) / (1 - CONTESTED)
        judged = np.where(self.current, np.maximum(lean, 0.0), 0.0)
        return np.where(belief > 0.5, judged, 0.0), judged

    def accuracies(self, agreed: _Floats, judged: _Floats) -> _Floats:
        """Return how often each rater is right, over all tasks."""
        return (PRIOR_AGREED + self.per_rater(agreed)) / (PRIOR_JUDGED + self.per_rater(judged))

    def per_rater(self, values: _Floats) -> _Floats:
        """Add up by rater."""
        return _sums(self.rater, values, length=len(self.raters))

    def per_task(self, values: _Floats) -> _Floats:
        """Add up by rater and task."""
        cells = self.rater * len(self.tasks) + self.task
        sums = _sums(cells, values, length=len(self.raters) * len(self.tasks))
        return sums.reshape(len(self.raters), len(self.tasks))


def _grace(accuracies: _Floats) -> float:
    """Return by how much (in log-odds) the team's typical member falls short of a stranger.

    Where people want different things nobody is wrong: everybody is forgiven as much as the one in the middle needs.
    """
    if not len(accuracies):
        return 0.0
    return max(0.0, _log_odds(PRIOR_AGREED / PRIOR_JUDGED) - _log_odds(float(np.median(accuracies))))


def _forgiven(accuracy: float, grace: float) -> float:
    """Return an accuracy with the grace, which makes nobody better than a stranger."""
    stranger = PRIOR_AGREED / PRIOR_JUDGED
    if accuracy >= stranger or not grace:
        return accuracy
    return min(stranger, 1 / (1 + exp(-_log_odds(accuracy) - grace)))


def _log_odds(accuracy: float) -> float:
    return log(accuracy / (1 - accuracy))


def _trusts(
    table: _Table, agreed: _Floats, judged: _Floats, *, grace: float
) -> Iterator[tuple[tuple[str, str], Trust]]:
    """Yield everybody's trust over all tasks, and in each task in which they spoke."""
    soft = [table.per_task(values) for values in (agreed, judged)]
    whole = [table.per_task((values > 0).astype(np.float64)) for values in (agreed, judged)]
    known = [(1 - OTHER_TASKS) * here + OTHER_TASKS * here.sum(axis=1, keepdims=True) for here in soft]
    columns = [values.sum(axis=1).tolist() for values in (*soft, *whole)]
    for rater, (right, of, count, among) in zip(table.raters, zip(*columns, strict=True), strict=True):
        yield (rater, ANY_TASK), _trust(OTHER_TASKS * right, OTHER_TASKS * of, count, among, grace=grace)
    rows, tasks = np.nonzero(table.per_task(np.ones(len(table.rater))))
    cells = [values[rows, tasks].tolist() for values in (*known, *whole)]
    for row, task, right, of, count, among in zip(rows.tolist(), tasks.tolist(), *cells, strict=True):
        yield (table.raters[row], table.tasks[task]), _trust(right, of, count, among, grace=grace)


def _trust(soft_agreed: float, soft_judged: float, agreed: float, judged: float, *, grace: float) -> Trust:
    accuracy = _forgiven((PRIOR_AGREED + soft_agreed) / (PRIOR_JUDGED + soft_judged), grace)
    return Trust(weight_of_accuracy(accuracy), int(agreed), int(judged), accuracy)


def _latest(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Keep of each person, place and topic the latest word for each stance.

    What was said before a change of mind stays evidence about that time.
    """
    kept: dict[tuple[str, str, str, str, str], Verdict] = {}
    for one in verdicts:
        key = (one.rater, one.channel, one.task, one.topic, one.stance)
        if key not in kept or one.age < kept[key].age:
            kept[key] = one
    return list(kept.values())


def _current(rows: Sequence[Verdict]) -> NDArray[np.bool_]:
    """Mark each person's latest word about a topic; the rows of a topic come youngest first."""
    said: set[tuple[str, str, str, str]] = set()
    marks = []
    for row in rows:
        key = (row.rater, row.channel, row.task, row.topic)
        marks.append(key not in said)
        said.add(key)
    return np.array(marks, dtype=np.bool_)


def _groups(rows: Sequence[Verdict]) -> tuple[_Ints, _Ints]:
    """Number the topics of each place, and the stances."""
    stances = _places(list(dict.fromkeys(row.stance for row in rows)))
    numbers: list[int] = []
    for number, (_, members) in enumerate(groupby(rows, key=lambda row: (row.task, row.channel, row.topic))):
        numbers += [number for _ in members]
    return np.array(numbers, dtype=np.int64), np.array([stances[r.stance] for r in rows], dtype=np.int64)


def _pairs(group: _Ints, rater: _Ints) -> tuple[_Ints, _Ints]:
    """Return both ways round the rows of one topic that stand near in time and come from two people."""
    largest = int(np.bincount(group).max(initial=0)) if len(group) else 0
    lefts, rights = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for apart in range(1, min(NEIGHBOURS, largest - 1) + 1):
        first = np.flatnonzero((group[:-apart] == group[apart:]) & (rater[:-apart] != rater[apart:]))
        lefts += [first, first + apart]
        rights += [first + apart, first]
    return np.concatenate(lefts), np.concatenate(rights)


def _sums(places: _Ints, values: _Floats, *, length: int) -> _Floats:
    return np.bincount(places, weights=values, minlength=length).astype(np.float64, copy=False)


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}
