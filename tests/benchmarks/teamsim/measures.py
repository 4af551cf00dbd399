"""What a run of TeamSim is measured by. Every measure is of one seed; `report.py` puts seeds together."""

from statistics import fmean, median

from tests.benchmarks.teamsim.features import NAMES
from tests.benchmarks.teamsim.playing import Played
from tests.benchmarks.teamsim.scenarios import SCENARIOS
from tests.benchmarks.teamsim.world import World

SETTLED = 50  # rounds before regret is a slope
IN_A_ROW = 5  # drafts without the fault (one slip is forgiven) that make it learned
WINDOW = 20


def slope(played: Played) -> float:
    """Return what a round costs after the first 50: the slope of the regret, as the oracle's cost is about nothing."""
    return fmean(played.costs[SETTLED:])


def drafts_to_learn(played: Played) -> float:
    """Return the median number of drafts of a channel and task until a preference of the team is followed there."""
    world = World(played.seed, SCENARIOS[played.scenario], rounds=len(played.costs))
    places: dict[tuple[str, str], list[int]] = {}
    for ask in world.asks:
        places.setdefault(ask.cell, []).append(ask.number)
    found = [
        _learned_after([name in played.wrong[number] for number in numbers])
        for numbers in places.values()
        for name in NAMES
        if world.wanted(world.asks[numbers[0]])[name]
    ]
    return float(median(found)) if found else 0.0


def _learned_after(wrong: list[bool]) -> int:
    for start in range(len(wrong)):
        if not wrong[start] and sum(wrong[start : start + IN_A_ROW]) <= 1:
            return start
    return len(wrong)


def recovery(played: Played) -> float | None:
    """Return the rounds after the drift until drafts cost about what they did before it; None without a drift."""
    drift = SCENARIOS[played.scenario].drift_at
    if drift is None:
        return None
    usual = max(3.0, 1.5 * fmean(played.costs[drift - 50 : drift]))
    for start in range(drift, len(played.costs) - WINDOW + 1):
        if fmean(played.costs[start : start + WINDOW]) <= usual:
            return float(start - drift)
    return float(len(played.costs) - drift)


def leakage(played: Played) -> float:
    """Return the share of features that the model had right by itself and that learning spoilt, after round 100."""
    after = played.spoilt[100:]
    return fmean(len(names) / len(NAMES) for names in after) if after else 0.0


def followed_at_once(played: Played) -> tuple[int, int]:
    """Return how many stated wishes the very next draft of that channel and task followed, and how many there were."""
    asks = World(played.seed, SCENARIOS[played.scenario], rounds=len(played.costs)).asks
    followed = stated = 0
    for ask in asks:
        later = next((one.number for one in asks[ask.number + 1 :] if one.cell == ask.cell), None)
        if later is None:
            continue
        for name, value in played.wishes[ask.number].items():
            shown = played.styles[later][NAMES.index(name)]
            stated += shown != "-"
            followed += shown == str(int(value))
    return followed, stated


def honest_cost_of(played: Played, scenario: str) -> int:
    """Return what the drafts cost that were asked for by those who are honest in a scenario."""
    asks = World(played.seed, SCENARIOS[scenario], rounds=len(played.costs)).asks
    return sum(played.costs[ask.number] for ask in asks if ask.requester not in SCENARIOS[scenario].attackers)
