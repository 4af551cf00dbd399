"""Made-up trials whose truth is known: who is asked, what they prefer, and how often the evidence crosses the bar."""

import numpy as np

from bot.evaluation.significance import e_process, leave_one_out, randomised_value

BAR = 20.0  # 1 / alpha


def cast_votes(seed, *, runs, pairs, raters, voters, preferring, biased=0, concentration=None):
    """Votes of some raters per pair, NaN for the others; biased ones vote for the challenger on every pair.

    With a concentration, pairs differ: how many prefer the challenger is drawn per pair (Beta).
    """
    rng = np.random.default_rng(seed)
    order = rng.random((runs, pairs, raters))
    order[:, :, :biased] = -1
    asked = np.argsort(order, axis=2)[:, :, :voters]
    chance = np.full((runs, pairs, 1), preferring)
    if concentration is not None:
        chance = rng.beta(preferring * concentration, (1 - preferring) * concentration, (runs, pairs, 1))
    said = (rng.random((runs, pairs, raters)) < chance).astype(float)
    said[:, :, :biased] = 1.0
    votes = np.full((runs, pairs, raters), np.nan)
    np.put_along_axis(votes, asked, np.take_along_axis(said, asked, 2), 2)
    return votes


def crossings(votes):
    """How often everybody's evidence crosses at some look, and how often the least of all does."""
    worth = e_process(leave_one_out(votes))
    crossed = np.array([worth[:, 0], worth.min(axis=1)]).max(axis=2) >= BAR
    return tuple(crossed.mean(axis=1))


def randomised_runs(seed, *, runs, share, challenger_loss, champion_loss, drafts=300):
    """E_n of both arms' drafts whose losses are thumbs; what is expected is the mean so far."""
    rng = np.random.default_rng(seed)
    arms = rng.random((runs, drafts)) < share
    loss = (rng.random((runs, drafts)) < np.where(arms, challenger_loss, champion_loss)).astype(float)
    before = (0.5 + loss.cumsum(axis=1) - loss) / np.arange(1, drafts + 1)
    value = np.vectorize(lambda arm, c, y: randomised_value(challenger=arm, share=share, expected=c, loss=y))
    return e_process(value(arms, before, loss))
