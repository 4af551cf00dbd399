"""Which candidates become rows: each text once, no person above their share, held-out rows that leak nothing."""

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.training.candidates import Candidate, Exclusion
from bot.training.formats import Split

PERSON_SHARE = 0.5  # No one person's judgement makes up more of a dataset kind than this …
FREE_ROWS = 20  # … but a small team may learn this many rows from one person.
HELD_OUT_SHARE = 0.1
_LARGEST_GROUP = 0.2  # A group of drafts and authors larger than this is never held out.
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a dataset is made of; `split_by` says what the held-out rows share nothing of with the others."""

    kept: tuple[tuple[Candidate, Split], ...]
    exclusions: tuple[Exclusion, ...]
    split_by: str


def choose(candidates: Sequence[Candidate]) -> Chosen:
    """Return the rows of a dataset; the same candidates give the same rows."""
    distinct, repeated = drop_near_duplicates(candidates)
    fair, above = cap_shares(distinct)
    held_out, split_by = hold_out(fair)
    kept = tuple((c, "held_out" if c.draft_id in held_out else "train") for c in fair)
    left_out = [(c, "near_duplicate") for c in repeated] + [(c, "person_share") for c in above]
    exclusions = tuple(Exclusion(c.kind, c.source, reason) for c, reason in left_out)
    return Chosen(kept, exclusions, split_by)  # type: ignore[arg-type]


def normalise(text: str) -> str:
    """Return what is left of a text when case, punctuation, spacing and Unicode's variants are set aside."""
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def drop_near_duplicates(candidates: Iterable[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    """Keep the first of those that say the same to the same brief."""
    kept: list[Candidate] = []
    repeated: list[Candidate] = []
    seen: set[tuple[object, ...]] = set()
    for candidate in candidates:
        texts = (candidate.brief, candidate.text, candidate.rejected or "")
        key = (candidate.kind, candidate.label, *(normalise(text) or text for text in texts))
        (repeated if key in seen else kept).append(candidate)
        seen.add(key)
    return kept, repeated


def cap_shares(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    """Leave out the newest rows of whoever alone stands behind too many of their kind."""
    behind = Counter((c.kind, sole_rater(c)) for c in candidates)
    kinds = Counter(c.kind for c in candidates)
    kept: list[Candidate] = []
    above: list[Candidate] = []
    used: Counter[tuple[str, str | None]] = Counter()
    for candidate in candidates:
        key = (candidate.kind, sole_rater(candidate))
        others = kinds[candidate.kind] - behind[key]
        allowed = max(FREE_ROWS, int(others * PERSON_SHARE / (1 - PERSON_SHARE)))
        fits = key[1] is None or used[key] < allowed
        (kept if fits else above).append(candidate)
        used[key] += 1
    return kept, above


def sole_rater(candidate: Candidate) -> str | None:
    """Return the one person a row rests on, or None when several do."""
    return next(iter(candidate.raters)) if len(candidate.raters) == 1 else None


def hold_out(candidates: Sequence[Candidate]) -> tuple[frozenset[str], str]:
    """Return the drafts to hold out (about a tenth of the rows), and what they share nothing of.

    Drafts that share an author of their texts belong together. Where such groups are too large to hold any out
    (a team of two), drafts alone are split, and the manifest says so.
    """
    for split_by, group_of in (("draft and author", _groups(candidates)), ("draft", _alone(candidates))):
        held_out = _take_tenth(candidates, group_of)
        if held_out:
            return held_out, split_by
    return frozenset(), "nothing held out"


def _alone(candidates: Iterable[Candidate]) -> dict[str, str]:
    return {candidate.draft_id: candidate.draft_id for candidate in candidates}


def _groups(candidates: Iterable[Candidate]) -> dict[str, str]:
    """Join drafts through their authors; returns each draft's group, named by its smallest draft id."""
    parent: dict[str, str] = {}
    find = _finder(parent)
    for candidate in candidates:
        draft = find(f"d:{candidate.draft_id}")
        for author in sorted(candidate.authors):
            parent[find(f"p:{author}")] = draft
    members: dict[str, list[str]] = defaultdict(list)
    for draft_id in {candidate.draft_id for candidate in candidates}:
        members[find(f"d:{draft_id}")].append(draft_id)
    return {draft_id: min(drafts) for drafts in members.values() for draft_id in drafts}


def _finder(parent: dict[str, str]) -> Callable[[str], str]:
    def find(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    return find


def _take_tenth(candidates: Sequence[Candidate], group_of: dict[str, str]) -> frozenset[str]:
    """Take groups in the order of their hashes until a tenth of the rows is held out."""
    sizes = Counter(group_of[candidate.draft_id] for candidate in candidates)
    goal, largest = round(len(candidates) * HELD_OUT_SHARE), len(candidates) * _LARGEST_GROUP
    taken: set[str] = set()
    rows = 0
    for group in sorted(sizes, key=_hash):
        if rows + sizes[group] > largest or rows >= goal:
            continue
        taken.add(group)
        rows += sizes[group]
    return frozenset(draft_id for draft_id, group in group_of.items() if group in taken)


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
