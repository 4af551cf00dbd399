from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.training.candidates import Candidate
from bot.training.selection import FREE_ROWS, choose, drop_near_duplicates, hold_out, normalise


def make(number: int, *, author: str | None = "UALICE", **columns: Any) -> Candidate:
    people = frozenset({author} if author else ())
    given_columns = {
        "kind": "sft",
        "draft_id": f"d{number}",
        "task": "plain",
        "brief": f"Brief {number}",
        "text": f"Text {number}",
        "weight": 1.0,
        "source": (f"Ev{number}",),
        "authors": people,
        "raters": people,
        **columns,
    }
    return Candidate(**given_columns)


def test_texts_that_differ_only_in_case_spacing_and_punctuation_are_kept_once():
    first, second = (
        make(1, brief="Say hi", text="Hello, World!"),
        make(2, brief="say  HI.", text="hello world"),
    )

    kept, repeated = drop_near_duplicates([first, second])

    assert (kept, repeated) == ([first], [second])


def test_emoji_only_texts_are_not_all_the_same():
    kept, _ = drop_near_duplicates([make(1, brief="b", text="🎉"), make(2, brief="b", text="🙏")])

    assert len(kept) == 2


def test_nobody_stands_behind_more_than_their_share():
    many = [make(n) for n in range(100)]
    others = [make(n, author=f"U{n}") for n in range(100, 130)]

    chosen = choose([*many, *others])

    rows = [candidate for candidate, _ in chosen.kept]
    assert sum("UALICE" in c.raters for c in rows) == 30
    assert [e.reason for e in chosen.exclusions] == ["person_share"] * 70


def test_a_team_of_one_may_learn_a_little_from_that_one():
    chosen = choose([make(n) for n in range(100)])

    assert len(chosen.kept) == FREE_ROWS


def test_held_out_rows_share_no_draft_and_no_author_with_the_others():
    candidates = [make(n, author=f"U{n % 40}") for n in range(400)]

    chosen = choose(candidates)

    held_out = [c for c, split in chosen.kept if split == "held_out"]
    train = [c for c, split in chosen.kept if split == "train"]
    assert chosen.split_by == "draft and author"
    assert 30 <= len(held_out) <= 50
    assert not {c.draft_id for c in held_out} & {c.draft_id for c in train}
    assert not {a for c in held_out for a in c.authors} & {a for c in train for a in c.authors}


def test_a_team_too_small_to_hold_a_person_out_is_split_by_draft_and_the_manifest_can_say_so():
    candidates = [make(n, author=f"U{n % 2}") for n in range(100)]

    held_out, split_by = hold_out(candidates)

    assert split_by == "draft"
    assert len(held_out) == 10


def test_a_handful_of_rows_holds_nothing_out():
    assert hold_out([make(1), make(2)]) == (frozenset(), "nothing held out")


drafts = st.builds(
    make,
    st.integers(0, 30),
    author=st.sampled_from([None, "U1", "U2", "U3", "U4"]),
    kind=st.sampled_from(["sft", "preference", "kto"]),
    text=st.sampled_from(["a", "A!", "b", "c", "🎉"]),
)


@given(st.lists(drafts, max_size=60))
def test_every_candidate_is_kept_once_or_left_out_with_a_reason(candidates):
    chosen = choose(candidates)

    assert len(chosen.kept) + len(chosen.exclusions) == len(candidates)
    splits: dict[str, set[str]] = {}
    for candidate, split in chosen.kept:
        splits.setdefault(candidate.draft_id, set()).add(split)
    assert all(len(found) == 1 for found in splits.values())


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    once = normalise(text)

    assert normalise(once) == once
