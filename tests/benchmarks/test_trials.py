"""How often trials decide rightly and wrongly: `python -m tests.benchmarks.test_trials`, made-up voters, fixed seeds.

Evidence is looked at after every pair (or draft), as the bot does. `pooled` is what everybody's votes say together;
`decides` is what the bot goes by, the least evidence when any single voter is left out.
"""

import argparse
from collections.abc import Iterator

from tests.fakes.trial_worlds import BAR, cast_votes, crossings, randomised_runs

BLIND = (
    ("equal, 8 voters, 1 a pair", {"pairs": 200, "raters": 8, "voters": 1, "preferring": 0.5}),
    ("equal, pairs differ, 4 voters a pair", {"pairs": 50, "raters": 8, "voters": 4, "preferring": 0.5, "concentration": 2.0}),
    ("equal, one of 5 always for the new one", {"pairs": 100, "raters": 5, "voters": 2, "preferring": 0.5, "biased": 1}),
    ("equal, one of 8, pairs differ", {"pairs": 100, "raters": 8, "voters": 2, "preferring": 0.5, "biased": 1, "concentration": 2.0}),
    ("60 % prefer it, 8 voters", {"pairs": 200, "raters": 8, "voters": 1, "preferring": 0.6}),
    ("65 % prefer it, 4 voters", {"pairs": 200, "raters": 4, "voters": 1, "preferring": 0.65}),
    ("65 % prefer it, 8 voters", {"pairs": 200, "raters": 8, "voters": 1, "preferring": 0.65}),
    ("70 % prefer it, 8 voters", {"pairs": 200, "raters": 8, "voters": 1, "preferring": 0.7}),
    ("70 % prefer it, 8 voters, 60 pairs", {"pairs": 60, "raters": 8, "voters": 1, "preferring": 0.7}),
)  # fmt: skip
RANDOMISED = (
    ("equal, half of the drafts", {"share": 0.5, "challenger_loss": 0.4, "champion_loss": 0.4}),
    ("equal, a fifth of the drafts", {"share": 0.2, "challenger_loss": 0.4, "champion_loss": 0.4}),
    ("thumbs down 40 -> 30 %, half", {"share": 0.5, "challenger_loss": 0.3, "champion_loss": 0.4}),
    ("thumbs down 40 -> 20 %, half", {"share": 0.5, "challenger_loss": 0.2, "champion_loss": 0.4}),
)


def table(*, runs: int, seed: int) -> Iterator[str]:
    """Play every world that often; percentages of trials that end for the new one."""
    yield f"{'blind pairs':<42}{'pooled':>8}{'decides':>9}"
    for name, world in BLIND:
        pooled, decides = crossings(cast_votes(seed, runs=runs, **world))
        yield f"{name:<42}{pooled:>8.1%}{decides:>9.1%}"
    yield f"{'300 live drafts, randomised':<42}{'crosses':>8}"
    for name, world in RANDOMISED:
        worth = randomised_runs(seed, runs=runs, **world)
        yield f"{name:<42}{(worth.max(axis=1) >= BAR).mean():>8.1%}"


def test_trials_that_decide(benchmark):
    lines = benchmark.pedantic(lambda: list(table(runs=200, seed=0)), rounds=1)

    print("\n".join(lines))  # noqa: T201 - what a bench is for
    assert len(lines) == len(BLIND) + len(RANDOMISED) + 2


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for line in table(runs=asked.runs, seed=asked.seed):
        print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
