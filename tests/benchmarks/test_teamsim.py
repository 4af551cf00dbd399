"""TeamSim: a simulated team through the product's learning; `teamsim/README.md` tells how to play more of it.

Run by `make bench`: the baselines and the quick driver on a few seeds (the table is printed), and some rounds through the whole bot.
"""

import asyncio
import random

import pytest

from tests.benchmarks.teamsim.baselines import BASELINES
from tests.benchmarks.teamsim.features import NAMES, PLAIN, heard, phrase
from tests.benchmarks.teamsim.playing import play
from tests.benchmarks.teamsim.quick import Product
from tests.benchmarks.teamsim.real import play_for_real
from tests.benchmarks.teamsim.report import Kept, costs
from tests.benchmarks.teamsim.scenarios import PROTOTYPE, SCENARIOS
from tests.benchmarks.teamsim.texts import Content, cost, render, some_content, style_in
from tests.benchmarks.teamsim.world import World

SEEDS = range(2)
ROUNDS_FOR_REAL = 40


def test_texts_are_read_back_as_they_were_written(benchmark):
    def read_back():
        dice = random.Random(1)
        for _ in range(200):
            content = some_content(dice)
            style = {name: dice.random() < 0.5 for name in NAMES}
            text = render(content, style)
            assert Content.read(content.brief) == content
            assert all(style[name] == value for name, value in style_in(text).items())
            assert cost(text, render(content, PLAIN | style_in(text))) == 0

    benchmark.pedantic(read_back, rounds=1)


def test_phrases_are_heard_as_they_were_said(benchmark):
    said = [(name, value, variant) for name in NAMES for value in (True, False) for variant in (0, 1)]

    read = benchmark.pedantic(
        lambda: [heard(phrase(name, value=value, variant=variant)) for name, value, variant in said], rounds=1
    )

    assert read == [{name: value} for name, value, _ in said]


def test_a_seed_is_one_team_whoever_writes(benchmark):
    first, second = World(3, SCENARIOS["noisy"]), World(3, SCENARIOS["malicious"])

    asks = benchmark.pedantic(lambda: first.asks, rounds=1)

    assert asks == second.asks
    assert [first.target(ask) for ask in asks] == [second.target(ask) for ask in asks]


@pytest.mark.parametrize("scenario", sorted(PROTOTYPE))
def test_learning_against_the_baselines(benchmark, capsys, tmp_path, scenario):
    kept = Kept(tmp_path)
    makers = {**BASELINES, "quick": Product}

    def play_all():
        for maker in makers.values():
            for seed in SEEDS:
                kept.keep(play(maker, seed=seed, scenario=SCENARIOS[scenario]))

    benchmark.pedantic(play_all, rounds=1)

    with capsys.disabled():
        print("\n" + "\n".join(costs(kept, list(makers))))  # noqa: T201 - The table is what this is for.
    totals = {name: sum(run.total for run in kept.runs(name, scenario).values()) for name in makers}
    assert totals["oracle"] == 0
    assert totals["quick"] < totals["none"] / 2


def test_the_whole_bot_learns_what_the_team_wants(benchmark, capsys):
    def through_slack():
        return asyncio.run(play_for_real(seed=0, scenario=SCENARIOS["noisy"], rounds=ROUNDS_FOR_REAL))

    played = benchmark.pedantic(through_slack, rounds=1)

    nothing = play(BASELINES["none"], seed=0, scenario=SCENARIOS["noisy"], rounds=ROUNDS_FOR_REAL)
    with capsys.disabled():
        print(f"\nreal: {played.total}, nothing learned: {nothing.total}; {played.more}")  # noqa: T201 - As above.
    assert played.more["rules"].get("active", 0) > 0
    assert sum(played.costs[20:]) < sum(nothing.costs[20:]) * 0.7
