"""The crowds on which our labels are held against crowd-kit's, and how crowd-kit is asked."""

from typing import Final

from tests.fakes.crowds import Crowd, World, make_crowd

REFERENCE: Final[dict[str, tuple[World, int]]] = {
    "everybody votes": (World(items=200, raters=10, votes=10, skill=0.75), 1),
    "some are random": (World(items=200, raters=15, votes=9, skill=0.8, attack="random"), 2),
    "some are opposite": (World(items=200, raters=12, votes=9, skill=0.8, attack="opposite"), 3),
    "some like all": (World(items=200, raters=12, votes=9, skill=0.8, attack="always good"), 4),
    "mostly good": (World(items=200, raters=12, votes=9, skill=0.8, rate=0.8), 5),
}


def reference(name: str) -> Crowd:
    world, seed = REFERENCE[name]
    return make_crowd(world, seed=seed)


def crowd_kit_labels(name: str) -> dict[str, str]:
    """What crowd-kit's majority and Dawid-Skene say of each item, as a string of 0 and 1."""
    import pandas as pd  # noqa: PLC0415 - Where crowd-kit is installed, pandas is.
    from crowdkit.aggregation.classification.dawid_skene import DawidSkene  # noqa: PLC0415
    from crowdkit.aggregation.classification.majority_vote import MajorityVote  # noqa: PLC0415

    votes = reference(name).votes
    table = pd.DataFrame({"task": votes.item, "worker": votes.rater, "label": votes.good})
    models = {"majority": MajorityVote(), "dawid_skene": DawidSkene(n_iter=200)}
    return {
        method: "".join(str(label) for label in model.fit_predict(table).sort_index())
        for method, model in models.items()
    }
