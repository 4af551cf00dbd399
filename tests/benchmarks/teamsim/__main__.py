"""Plays TeamSim and prints its tables: `python -m tests.benchmarks.teamsim --driver quick --seeds 0-9 --scenario noisy`."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.logs import configure_logs
from tests.benchmarks.teamsim.baselines import BASELINES
from tests.benchmarks.teamsim.playing import Played, play
from tests.benchmarks.teamsim.report import Kept, costs, details, faults, wishes
from tests.benchmarks.teamsim.scenarios import SCENARIOS, Scenario
from tests.benchmarks.teamsim.world import ROUNDS

Player = Callable[[int, Scenario, int], Played]


def _in_process(name: str) -> Player:
    from tests.benchmarks.teamsim import quick  # noqa: PLC0415 - The others do not need the product.

    makers = {"quick": quick.Product, "well-read": quick.WellRead, "spoken": quick.Spoken}
    return lambda seed, scenario, rounds: play(makers[name], seed=seed, scenario=scenario, rounds=rounds)


def _real(seed: int, scenario: Scenario, rounds: int) -> Played:
    from tests.benchmarks.teamsim.real import play_for_real  # noqa: PLC0415 - As above.

    return asyncio.run(play_for_real(seed=seed, scenario=scenario, rounds=rounds))


def _baseline(name: str) -> Player:
    return lambda seed, scenario, rounds: play(BASELINES[name], seed=seed, scenario=scenario, rounds=rounds)


IN_PROCESS = ("quick", "well-read", "spoken")
OURS = (*IN_PROCESS, "real")
DRIVERS = (*OURS, "baselines")


def _players(driver: str) -> dict[str, Player]:
    if driver == "baselines":
        return {name: _baseline(name) for name in BASELINES}
    return {driver: _real if driver == "real" else _in_process(driver)}


def main() -> None:
    """Play what is missing, then print."""
    given = _given()
    configure_logs(level="ERROR")
    kept = Kept(Path(given.results))
    if not given.table:
        for name, player in _players(given.driver).items():
            _play(name, player, kept, given)
    methods = [name for name in (*BASELINES, *OURS) if name in kept.methods()]
    lines = [*costs(kept, methods), ""]
    for method in [name for name in OURS if name in methods]:
        lines += [*details(kept, method), "", *wishes(kept, method), ""]
        for scenario in given.scenario:
            lines += faults(kept, method, scenario)
    sys.stdout.write("\n".join(lines) + "\n")


def _play(name: str, player: Player, kept: Kept, given: argparse.Namespace) -> None:
    for seed in given.seeds:
        for scenario in given.scenario:
            if given.fresh or kept.find(name, scenario, seed) is None:
                began = time.perf_counter()
                played = player(seed, SCENARIOS[scenario], given.rounds)
                kept.keep(played)
                seconds = time.perf_counter() - began
                sys.stderr.write(f"{name} {scenario} seed {seed}: {played.total} ({seconds:.1f} s)\n")


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--driver", choices=DRIVERS, default="quick")
    parser.add_argument("--seeds", type=_seeds, default=_seeds("0-4"), help="such as 3 or 0-9")
    parser.add_argument(
        "--scenario", type=_scenarios, default=list(SCENARIOS), help="names with commas, or all"
    )
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="fewer need a folder of their own for --results"
    )
    parser.add_argument("--results", default=str(Path(tempfile.gettempdir()) / "draftloop-teamsim"))
    parser.add_argument("--fresh", action="store_true", help="play again what is kept already")
    parser.add_argument("--table", action="store_true", help="play nothing, print what is kept")
    return parser.parse_args()


def _seeds(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def _scenarios(text: str) -> list[str]:
    return list(SCENARIOS) if text == "all" else text.split(",")


if __name__ == "__main__":
    main()
