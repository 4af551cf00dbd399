"""Keeps runs as JSON, outside the repository, and prints them as tables with n and 95 % intervals."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean, stdev

from tests.benchmarks.teamsim import measures
from tests.benchmarks.teamsim.playing import Played
from tests.benchmarks.teamsim.scenarios import PROTOTYPE, SCENARIOS
from tests.benchmarks.teamsim.world import ROUNDS

NOTHING = "-"
CLEAN = {
    "malicious": "noisy",
    "spammer": "noisy",
    "colluders": "noisy",
    "sleeper": "noisy",
    "drift+malicious": "drift",
}


class Kept:
    """The runs in a folder: one file each, so that a long benchmark goes on where it stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def _path(self, method: str, scenario: str, seed: int) -> Path:
        return self._folder / f"{method}.{scenario}.{seed}.json"

    def find(self, method: str, scenario: str, seed: int) -> Played | None:
        """Return a run that is kept."""
        path = self._path(method, scenario, seed)
        return Played(**json.loads(path.read_text())) if path.exists() else None

    def keep(self, played: Played) -> None:
        """Keep a run; half a file is none."""
        path = self._path(played.method, played.scenario, played.seed)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(played.as_json()))
        part.replace(path)

    def runs(self, method: str, scenario: str) -> dict[int, Played]:
        """Return all runs of a method in a scenario by seed."""
        paths = self._folder.glob(f"{method}.{scenario}.*.json")
        played = [Played(**json.loads(path.read_text())) for path in paths]
        return {one.seed: one for one in sorted(played, key=lambda one: one.seed)}

    def methods(self) -> list[str]:
        """Return whose runs are kept."""
        return sorted({path.name.partition(".")[0] for path in self._folder.glob("*.json")})


def figure(values: Sequence[float], *, digits: int = 0) -> str:
    """Return a mean with its 95 % interval."""
    if not values:
        return NOTHING
    spread = 1.96 * stdev(values) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    return (
        f"{fmean(values):,.{digits}f} ± {spread:,.{digits}f}"
        if len(values) > 1
        else f"{values[0]:,.{digits}f}"
    )


def costs(kept: Kept, methods: Sequence[str]) -> Iterator[str]:
    """Yield the table of cumulative costs."""
    yield "| scenario | " + " | ".join(methods) + " | prototype's best | goal (-20 %) |"
    yield "| --- " * (len(methods) + 3) + "|"
    for scenario in SCENARIOS:
        cells = [_total(kept.runs(method, scenario)) for method in methods]
        if any(cell != NOTHING for cell in cells):
            best = PROTOTYPE.get(scenario, (0,))[0] if _is_whole(kept, methods, scenario) else 0
            goal = (f"{best:,}", f"{0.8 * best:,.0f}") if best else (NOTHING, NOTHING)
            yield f"| {scenario} | " + " | ".join([*cells, *goal]) + " |"


def _is_whole(kept: Kept, methods: Sequence[str], scenario: str) -> bool:
    """Tell whether all rounds were played: only then the prototype's figures compare."""
    runs = [run for method in methods for run in kept.runs(method, scenario).values()]
    return all(len(run.costs) == ROUNDS for run in runs)


def _total(runs: dict[int, Played]) -> str:
    return f"{figure([run.total for run in runs.values()])} (n {len(runs)})" if runs else NOTHING


def details(kept: Kept, method: str) -> Iterator[str]:
    """Yield the table of everything else about one method."""
    heads = (
        "cost per round after 50",
        "drafts to learn",
        "recovery, rounds",
        "leakage, %",
        "damage",
        "damage, honest people's drafts",
    )
    yield f"| {method} | n | " + " | ".join(heads) + " |"
    yield "| --- " * (len(heads) + 2) + "|"
    for scenario in SCENARIOS:
        runs = kept.runs(method, scenario)
        if runs:
            yield f"| {scenario} | {len(runs)} | " + " | ".join(_details(kept, method, scenario, runs)) + " |"


def _details(kept: Kept, method: str, scenario: str, runs: dict[int, Played]) -> list[str]:
    recovered = [value for run in runs.values() if (value := measures.recovery(run)) is not None]
    return [
        figure([measures.slope(run) for run in runs.values()], digits=2),
        figure([measures.drafts_to_learn(run) for run in runs.values()], digits=1),
        figure(recovered),
        figure([100 * measures.leakage(run) for run in runs.values()], digits=2),
        _damage(kept, method, scenario, runs, lambda run: run.total),
        _damage(kept, method, scenario, runs, lambda run: measures.honest_cost_of(run, scenario)),
    ]


def _damage(
    kept: Kept, method: str, scenario: str, runs: dict[int, Played], cost: Callable[[Played], int]
) -> str:
    """Compare with the same seeds' runs without the attack, where those and `none` are kept."""
    if scenario not in CLEAN:
        return NOTHING
    clean, nothing = kept.runs(method, CLEAN[scenario]), kept.runs("none", CLEAN[scenario])
    seeds = runs.keys() & clean.keys() & nothing.keys()
    found = [
        (cost(runs[seed]) - cost(clean[seed])) / (cost(nothing[seed]) - cost(clean[seed]))
        for seed in sorted(seeds)
    ]
    return figure(found, digits=3)


def wishes(kept: Kept, method: str) -> Iterator[str]:
    """Yield how many stated wishes the very next draft followed."""
    pairs = [measures.followed_at_once(run) for run in kept.runs(method, "stated").values()]
    if pairs:
        followed, stated = (sum(column) for column in zip(*pairs, strict=True))
        yield f"{method}: {followed} of {stated} stated wishes were followed by the very next draft there."


def faults(kept: Kept, method: str, scenario: str) -> Iterator[str]:
    """Yield where cost comes from: per feature, and per 50 rounds."""
    runs = list(kept.runs(method, scenario).values())
    if not runs:
        return
    rounds = len(runs[0].costs)
    phases = [round(fmean(sum(run.costs[at : at + 50]) for run in runs)) for at in range(0, rounds, 50)]
    yield f"{method}, {scenario}: cost per 50 rounds {phases}"
    for what in ("wrong", "spoilt"):
        counts = {}
        for run in runs:
            for names in getattr(run, what):
                for name in names:
                    counts[name] = counts.get(name, 0) + 1 / len(runs)
        told = ", ".join(f"{name} {n:.0f}" for name, n in sorted(counts.items(), key=lambda pair: -pair[1]))
        yield f"  {what} (drafts of {rounds}): {told}"
