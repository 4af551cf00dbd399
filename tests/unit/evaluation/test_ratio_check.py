import numpy as np
import pytest

from bot.evaluation.ratio_check import STOP_AT, is_off, ratio_factor


def test_nothing_seen_speaks_neither_way():
    assert ratio_factor(0, of=0, share=0.5) == pytest.approx(1.0)


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_where_all_is_well_the_factor_is_one_on_average(share):
    of = 40
    chances = binomial(of, share)

    mean = sum(chance * ratio_factor(first, of=of, share=share) for first, chance in enumerate(chances))

    assert mean == pytest.approx(1.0)


def test_a_sound_trial_is_hardly_ever_stopped():
    stopped = [first_stop(seed, true=0.5) for seed in range(100)]

    assert sum(stop is not None for stop in stopped) <= 1


def test_a_mix_that_is_far_off_is_found_soon():
    stopped = [first_stop(seed, true=0.3) for seed in range(100)]

    assert sum(stop is not None for stop in stopped) >= 85


@pytest.mark.parametrize(
    ("first", "of", "off"), [(50, 100, False), (60, 100, False), (5, 40, True), (300, 300, True)]
)
def test_it_tells_what_cannot_be_the_plan(first, of, off):
    assert is_off(first, of=of, share=0.5) is off


def test_huge_counts_do_not_overflow():
    assert ratio_factor(1_000_000, of=1_000_000, share=0.5) >= STOP_AT


def first_stop(seed, *, true, looks=200):
    firsts = (np.random.default_rng(seed).random(looks) < true).cumsum()
    return next((n for n in range(1, looks + 1) if is_off(int(firsts[n - 1]), of=n, share=0.5)), None)


def binomial(of, share):
    chances = np.array([1.0])
    for _ in range(of):
        chances = np.convolve(chances, [1 - share, share])
    return chances
