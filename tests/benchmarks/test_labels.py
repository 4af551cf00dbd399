"""How well labels are found in made-up crowds whose truth is known: `python -m tests.benchmarks.test_labels`.

Every cell of a grid (items, raters, skill, votes per item, who attacks, share of good items) is played with many seeds.
For each the choice is held against the better of the majority and Dawid and Skene's model, *in hindsight*: the one that
turned out better in that cell. Only items that no anchor tells of are counted. `make bench` plays a few seeds, and times
10,000 items judged by 100 raters each.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from bot.scoring.labels import choose
from bot.scoring.rating_models import Floats, Votes, dawid_skene, majority
from tests.fakes.crowds import ATTACKS, World, make_crowd

ITEMS, RATERS, SKILLS, VOTES, RATES = (100, 300), (5, 12, 40), (0.6, 0.7, 0.85), (3, 5), (0.5, 0.8)
ANCHORS = (0, 20, 40)
SLACK = 1.0  # points below the better of the two that are still fine
SURELY = 1.64  # standard errors: a cell that is this far below is not so by chance (one-sided 5 %)
MODELS: dict[str, Callable[[Votes], Floats]] = {
    "majority": majority,
    "dawid_skene": lambda votes: dawid_skene(votes.blind()),
    "chosen": lambda votes: choose(votes)[0],
}


@dataclass(frozen=True)
class Result:
    """Mean accuracies in one cell of the grid, in percent."""

    world: World
    majority: float
    dawid_skene: float
    chosen: float
    error: float  # standard error of the gain, in points; one seed has none

    @property
    def gain(self) -> float:
        """How many points the choice is above the better of the two."""
        return self.chosen - max(self.majority, self.dawid_skene)


def grid(*, anchors: int) -> Iterator[World]:
    for items, raters, skill, votes, attack, rate in product(ITEMS, RATERS, SKILLS, VOTES, ATTACKS, RATES):
        yield World(items, raters, skill, votes, attack, rate, anchors)


def play(world: World, seeds: Iterable[int]) -> Result:
    crowds = [make_crowd(world, seed=seed) for seed in seeds]
    by_seed = {
        name: np.array([100 * crowd.accuracy(model(crowd.votes)) for crowd in crowds])
        for name, model in MODELS.items()
    }
    means = {name: float(figures.mean()) for name, figures in by_seed.items()}
    best = max(("majority", "dawid_skene"), key=lambda name: means[name])
    apart = by_seed["chosen"] - by_seed[best]
    error = float(apart.std(ddof=1) / np.sqrt(len(apart))) if len(apart) > 1 else np.inf
    return Result(world, **means, error=error)


def summary(title: str, results: Sequence[Result]) -> str:
    gains = [one.gain for one in results]
    means = [np.mean([getattr(one, name) for one in results]) for name in MODELS]
    below = sum(gain < -SLACK for gain in gains)
    surely = sum(one.gain + SURELY * one.error < -SLACK for one in results)
    figures = " ".join(f"{mean:9.1f}" for mean in means)
    return f"{title:24} {figures} {np.mean(gains):+9.2f} {min(gains):+7.1f} {below:5}/{len(gains)} {surely:7}"


def table(results: Sequence[Result], *, anchors: int) -> list[str]:
    head = (
        f"{anchors} anchors".ljust(24)
        + "  majority  dawid-s.    chosen   vs best   worst  below by > 1  surely"
    )
    parts = [head, summary("all", results)]
    parts += [summary(attack, [one for one in results if one.world.attack == attack]) for attack in ATTACKS]
    parts += [
        summary(f"{raters} raters", [one for one in results if one.world.raters == raters])
        for raters in RATERS
    ]
    worst = sorted(results, key=lambda one: one.gain)[:5]
    return [*parts, *(f"  {one.gain:+.1f}  {one.world}" for one in worst)]


def big_crowd(*, anchors: int) -> Votes:
    world = World(items=10_000, raters=100, votes=100, skill=0.62, attack="random", anchors=anchors)
    return make_crowd(world, seed=0).votes


def test_the_choice_on_a_grid_of_crowds(benchmark):
    worlds = [world for world in grid(anchors=30) if world.items == ITEMS[-1]]

    results = benchmark.pedantic(lambda: [play(world, range(3)) for world in worlds], rounds=1)

    print("\n".join(table(results, anchors=30)))  # noqa: T201 - what a bench is for
    benchmark.extra_info["gain"] = float(np.mean([one.gain for one in results]))


def test_ten_thousand_items_judged_by_a_hundred_raters(benchmark):
    votes = big_crowd(anchors=30)

    good, method = benchmark.pedantic(lambda: choose(votes), rounds=3)

    benchmark.extra_info["method"] = method
    assert len(good) == 10_000


def test_ten_thousand_items_without_anchors(benchmark):
    votes = replace(big_crowd(anchors=30), truth={})

    good, method = benchmark.pedantic(lambda: choose(votes), rounds=3)

    benchmark.extra_info["method"] = method
    assert len(good) == 10_000


def main() -> None:
    """Play the whole grid and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-99", help="which seeds, like 0-99")
    parser.add_argument("--anchors", type=int, nargs="*", default=ANCHORS)
    asked = parser.parse_args()
    first, _, last = asked.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    for anchors in asked.anchors:
        results = [play(world, seeds) for world in grid(anchors=anchors)]
        print("\n".join(table(results, anchors=anchors)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
