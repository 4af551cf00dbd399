"""Which candidates become rows: each text once, no person above their share, held-out rows that leak nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from bot.training.candidate_keys import NOBODY, CandidateKeys
from bot.training.formats import KINDS, SPLITS, Split
from bot.training.near_duplicates import Hashes, Mask, Rows, find_repeated

PERSON_SHARE: Final = 0.5  # No one person's judgement makes up more of a dataset kind than this …
FREE_ROWS: Final = 20  # … but a small team may learn this many rows from one person.
FEW_ROWS: Final = 200  # Of fewer rows than this a larger share is held out: a gate needs some to judge by.

Fate = Literal["train", "held_out", "near_duplicate", "person_share", "changed"]
_FATES: Final[tuple[Fate, ...]] = ("train", "held_out", "near_duplicate", "person_share")
_TRAIN, _HELD_OUT, _REPEATED, _ABOVE = range(4)


@dataclass(frozen=True, slots=True)
class Share:
    """How much is held out, and the most that a group which must stay together may bring it to."""

    wanted: float
    most: float


MANY, FEW = Share(0.1, 0.2), Share(0.2, 0.3)


@dataclass(frozen=True)
class Selection:
    """What becomes of every candidate; `split_by` says what the held-out rows share nothing of with the others."""

    fingerprints: Hashes  # sorted
    codes: NDArray[np.int8]
    split_by: str
    share: float

    def fates(self, fingerprints: Sequence[int]) -> list[Fate]:
        """Return what becomes of candidates; `changed` are those that were not there when it was decided."""
        wanted = np.array(fingerprints, dtype=np.uint64)
        if not len(self.fingerprints):
            return ["changed"] * len(wanted)
        at = np.searchsorted(self.fingerprints, wanted)
        at[at == len(self.fingerprints)] = 0
        known = self.fingerprints[at] == wanted
        codes = zip(self.codes[at].tolist(), known.tolist(), strict=True)
        return [_FATES[code] if is_known else "changed" for code, is_known in codes]


def as_split(fate: Fate) -> Split | None:
    """Return the split of a row; None for a candidate that is none."""
    return fate if fate in SPLITS else None


def choose(keys: CandidateKeys) -> Selection:
    """Decide about candidates; the same ones come out the same, in whatever order they came."""
    fingerprints = keys.column("fingerprint")
    codes = np.full(len(keys), _TRAIN, dtype=np.int8)
    codes[find_repeated(_rank(keys), exact=keys.column("exact"), band=keys.band, words=keys.words)] = (
        _REPEATED
    )
    codes[_above_share(keys, codes == _TRAIN)] = _ABOVE
    kept = np.flatnonzero(codes == _TRAIN)
    share = FEW if len(kept) < FEW_ROWS else MANY
    held_out, split_by = _hold_out(keys, kept, share)
    codes[held_out] = _HELD_OUT
    order = np.argsort(fingerprints)
    return Selection(fingerprints[order], codes[order], split_by, share.wanted)


def _rank(keys: CandidateKeys) -> Rows:
    """Rank rows that say the same: the surer one first, then the newer, then whichever."""
    order = np.lexsort((keys.column("fingerprint"), -keys.column("newest"), -keys.column("weight")))
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = np.arange(len(keys))
    return rank


def _above_share(keys: CandidateKeys, alive: Mask) -> Mask:
    """Mark the newest rows of whoever alone stands behind too many of their kind."""
    above = np.zeros(len(keys), dtype=np.bool_)
    kinds, raters = keys.column("kind"), keys.column("rater")
    age = np.lexsort((keys.column("fingerprint"), keys.column("newest")))
    for kind in range(len(KINDS)):
        of_kind = age[(alive & (kinds == kind))[age]]
        alone = of_kind[raters[of_kind] != NOBODY]
        above[alone[_beyond(raters[alone], total=len(of_kind))]] = True
    return above


def _beyond(raters: Hashes, *, total: int) -> Mask:
    """Mark what is beyond each rater's share of `total` rows, given their rows with the oldest first."""
    _, person, counts = np.unique(raters, return_inverse=True, return_counts=True)
    allowed = np.maximum(FREE_ROWS, ((total - counts) * PERSON_SHARE / (1 - PERSON_SHARE)).astype(np.int64))
    order = np.argsort(person, kind="stable")
    number = np.empty(len(raters), dtype=np.int64)
    number[order] = np.arange(len(raters)) - np.repeat(np.cumsum(counts) - counts, counts)
    beyond: Mask = number >= allowed[person]
    return beyond


def _hold_out(keys: CandidateKeys, kept: Rows, share: Share) -> tuple[Rows, str]:
    """Return the rows to hold out, and what they share nothing of with the others.

    Drafts that share an author of their texts belong together. Where such groups are too large to hold any out
    (a team of two), drafts alone are split, and the manifest says so.
    """
    drafts = keys.column("draft")
    rows, authors = keys.authors()
    wrote = np.isin(rows, kept)
    groups = joined(drafts[kept], drafts[rows[wrote].astype(np.int64)], authors[wrote])
    for split_by, group in (("draft and author", groups), ("draft", drafts[kept])):
        held_out = kept[_taken(group, share)]
        if len(held_out):
            return held_out, split_by
    return kept[:0], "nothing held out"


def joined(drafts: Hashes, left: Hashes, right: Hashes) -> Hashes:
    """Return the group of each draft when drafts and people that are linked (left to right) belong together.

    A group is named by the smallest of its drafts' hashes. Every round takes the smaller name over each link and then
    follows names to the end, so that a long chain needs few rounds.
    """
    nodes = np.unique(np.concatenate((drafts, left, right)))
    ends = np.searchsorted(nodes, left), np.searchsorted(nodes, right)
    names = np.arange(len(nodes))
    while True:
        smaller = names.copy()
        for here, there in (ends, ends[::-1]):
            np.minimum.at(smaller, names[here], names[there])
        smaller = smaller[smaller]
        if np.array_equal(smaller, names):
            break
        names = smaller
    own = np.searchsorted(nodes, drafts)
    first = np.full(len(nodes), len(nodes), dtype=np.int64)
    np.minimum.at(first, names[own], own)
    grouped: Hashes = nodes[first[names[own]]]
    return grouped


def _taken(group: Hashes, share: Share) -> Mask:
    """Take groups in an order that only their names decide, until enough of the rows are held out."""
    names, sizes = np.unique(_shuffled(group), return_counts=True)
    goal, most = round(len(group) * share.wanted), len(group) * share.most
    taken: list[Any] = []
    rows = 0
    for name, size in zip(names, sizes.tolist(), strict=True):
        if rows >= goal:
            break
        if rows + size <= most:
            taken.append(name)
            rows += size
    held: Mask = np.isin(_shuffled(group), np.array(taken, dtype=np.uint64))
    return held


def _shuffled(names: Hashes) -> Hashes:
    """Return other names, so that large groups, whose smallest hash is small, do not come first (SplitMix64)."""
    mixed = names.copy()
    for shift, factor in ((30, 0xBF58_476D_1CE4_E5B9), (27, 0x94D0_49BB_1331_11EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))
