from collections import defaultdict
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.training.candidate_keys import CandidateKeys, fingerprint
from bot.training.candidates import Candidate
from bot.training.selection import FEW, FREE_ROWS, MANY, Selection, choose, joined


def make(number: int, *, author: str | None = "UALICE", **columns: Any) -> Candidate:
    people = frozenset({author} if author else ())
    given_columns = {
        "kind": "sft",
        "draft_id": f"d{number}",
        "task": "plain",
        "brief": f"Brief {number}",
        "text": f"Text {number}",
        "weight": 0.9,
        "source": (f"Ev{number}",),
        "authors": people,
        "raters": people,
        "newest": number,
        **columns,
    }
    return Candidate(**given_columns)


def select(candidates: list[Candidate]) -> Selection:
    with CandidateKeys() as keys:
        keys.add(candidates)
        return choose(keys)


def fates(candidates: list[Candidate]) -> list[str]:
    return list(select(candidates).fates([fingerprint(candidate) for candidate in candidates]))


def by_fate(candidates: list[Candidate]) -> dict[str, list[Candidate]]:
    found = defaultdict(list)
    for candidate, fate in zip(candidates, fates(candidates), strict=True):
        found[fate].append(candidate)
    return found


def test_texts_that_differ_only_in_case_spacing_and_punctuation_are_kept_once():
    older, newer = (
        make(1, brief="Say hi", text="Hello, World!"),
        make(2, brief="say  HI.", text="hello world"),
    )

    assert fates([older, newer]) == ["near_duplicate", "train"]


def test_of_texts_that_say_the_same_the_surer_one_stays_then_the_newer():
    surer = make(1, text="Same", brief="b", weight=0.95)
    newer = make(2, text="same", brief="b")

    assert fates([surer, newer]) == ["train", "near_duplicate"]


def test_a_text_with_a_word_changed_is_the_same_and_one_with_many_is_another():
    words = [f"word{n}" for n in range(40)]
    changed, others = ["other", *words[1:]], [f"other{n}" for n in range(12)] + words[12:]

    found = fates(
        [make(n, brief="b", text=" ".join(text)) for n, text in enumerate([words, changed, others])]
    )

    assert found == ["near_duplicate", "train", "train"]


def test_texts_of_different_tasks_kinds_and_labels_are_never_the_same():
    same = {"brief": "b", "text": "The same text for all of them."}

    found = fates(
        [
            make(1, **same),
            make(2, **same, task="reply"),
            make(3, **same, kind="kto", label=True),
            make(4, **same, kind="kto", label=False),
        ]
    )

    assert "near_duplicate" not in found


def test_emoji_only_texts_are_not_all_the_same():
    assert fates([make(1, brief="b", text="🎉"), make(2, brief="b", text="🙏")]) == ["train", "train"]


def test_nobody_stands_behind_more_than_their_share_and_their_newest_rows_stay_out():
    many = [make(n) for n in range(100)]
    others = [make(n, author=f"U{n}") for n in range(100, 130)]

    found = by_fate([*others, *many])

    rows = [*found["train"], *found["held_out"]]
    assert sum("UALICE" in c.raters for c in rows) == 30
    assert sorted(c.newest for c in found["person_share"]) == list(range(30, 100))


def test_a_team_of_one_may_learn_a_little_from_that_one():
    found = by_fate([make(n) for n in range(100)])

    assert len(found["person_share"]) == 100 - FREE_ROWS


def test_held_out_rows_share_no_draft_and_no_author_with_the_others():
    candidates = [make(n, author=f"U{n % 40}") for n in range(400)]

    found = by_fate(candidates)

    assert select(candidates).split_by == "draft and author"
    assert 30 <= len(found["held_out"]) <= 50
    assert not {c.draft_id for c in found["held_out"]} & {c.draft_id for c in found["train"]}
    assert not people(found["held_out"]) & people(found["train"])


def people(candidates: list[Candidate]) -> set[str]:
    return {author for candidate in candidates for author in candidate.authors}


def test_of_few_rows_a_larger_share_is_held_out():
    few, many = ([make(n, author=f"U{n}") for n in range(size)] for size in (100, 400))

    assert (select(few).share, select(many).share) == (FEW.wanted, MANY.wanted)
    assert (fates(few).count("held_out"), fates(many).count("held_out")) == (20, 40)


def test_a_team_too_small_to_hold_a_person_out_is_split_by_draft_and_the_manifest_can_say_so():
    candidates = [make(n, author=f"U{n % 2}") for n in range(100)]

    assert select(candidates).split_by == "draft"
    assert fates(candidates).count("held_out") == 20


def test_a_handful_of_rows_holds_nothing_out():
    assert select([make(1), make(2)]).split_by == "nothing held out"


def test_whoever_was_not_there_when_it_was_decided_changed():
    decided = select([make(1)])

    assert decided.fates([fingerprint(make(1)), fingerprint(make(1, text="Edited"))]) == ["train", "changed"]
    assert select([]).fates([1]) == ["changed"]


rows = st.builds(
    make,
    st.integers(0, 30),
    author=st.sampled_from([None, "U1", "U2", "U3", "U4"]),
    kind=st.sampled_from(["sft", "preference", "kto"]),
    text=st.sampled_from(["a", "A!", "b", "c", "🎉"]),
)
ledgers = st.lists(rows, max_size=60, unique_by=fingerprint)


@given(ledgers, st.randoms(use_true_random=False))
def test_the_order_of_candidates_decides_nothing_and_no_draft_is_in_two_splits(candidates, random):
    shuffled = random.sample(candidates, len(candidates))

    found = dict(zip(map(fingerprint, candidates), fates(candidates), strict=True))

    assert found == dict(zip(map(fingerprint, shuffled), fates(shuffled), strict=True))
    splits = defaultdict(set)
    for candidate in candidates:
        if found[fingerprint(candidate)] in {"train", "held_out"}:
            splits[candidate.draft_id].add(found[fingerprint(candidate)])
    assert all(len(each) == 1 for each in splits.values())


@given(st.lists(st.tuples(st.integers(0, 25), st.integers(100, 110)), max_size=40))
def test_whoever_is_linked_by_any_chain_is_in_one_group_named_by_its_smallest_draft(links):
    drafts = np.arange(26, dtype=np.uint64)
    left, right = (np.array([link[side] for link in links], dtype=np.uint64) for side in (0, 1))

    found = joined(drafts, left, right).tolist()

    parts = [{draft} for draft in range(26)]
    for author in range(100, 111):
        theirs = {draft for draft, wrote in links if wrote == author}
        touched = [part for part in parts if part & theirs]
        parts = [part for part in parts if part not in touched] + ([set().union(*touched)] if touched else [])
    assert found == [min(part) for draft in range(26) for part in parts if draft in part]
