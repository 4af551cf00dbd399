"""The index finds what is alike, by scope, within its bounds, and agrees with a plain reading of the formula."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.examples.retrieval_index import BriefIndex, Entry, alike
from bot.learning.examples.retrieval_terms import stem_of, terms_of

AT = datetime(2026, 11, 1, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=365)


def entry(draft_id, brief, *, channel_id="C1", task="plain", at=AT):
    return Entry(draft_id, channel_id, task, at, brief)


def index_of(*entries, most=1_000):
    index = BriefIndex(most=most)
    index.add(entries)
    return index


def found(index, brief, *, channel_id="C1", task="plain", since=LONG_AGO, limit=5, **more):
    here, elsewhere = index.search(brief, channel_id=channel_id, task=task, since=since, limit=limit, **more)
    return [hit.draft_id for hit in here], [hit.draft_id for hit in elsewhere]


def test_it_finds_what_is_most_alike_first():
    index = index_of(entry("lift", "The lift is broken"), entry("bike", "The bike shed has a new lock"))

    assert found(index, "Announce that the bike shed closes")[0] == ["bike", "lift"]
    assert found(index, "zebra") == ([], [])


@pytest.mark.parametrize(
    "asked", ["The elevator is out of order", "lifts are breaking", "résumé of the LIFT"]
)
def test_it_finds_other_forms_and_other_words_for_the_same(asked):
    index = index_of(entry("lift", "The lift is broken"), entry("bike", "The bike shed has a new lock"))

    assert found(index, asked)[0][0] == "lift"


def test_channels_are_kept_apart_and_other_tasks_and_old_drafts_left_out():
    index = index_of(
        entry("here", "the lift"),
        entry("there", "the lift", channel_id="C2"),
        entry("task", "the lift", task="reply"),
        entry("old", "the lift", at=LONG_AGO - timedelta(days=1)),
    )

    assert found(index, "the lift") == (["here"], ["there"])
    assert found(index, "the lift", channel_id="C9") == ([], ["here", "there"])


def test_another_measure_overrules_the_words():
    index = index_of(entry("a", "the lift"), entry("b", "the elevator"))

    assert found(index, "the lift", similar={"a": 0.1, "b": 0.9, "gone": 1.0})[0] == ["b", "a"]


def test_what_was_discarded_is_not_found_until_it_comes_back():
    index = index_of(entry("a", "the lift"))

    index.discard(["a", "unknown"])
    gone = found(index, "the lift")
    index.add([entry("a", "the lift")])

    assert gone == ([], [])
    assert found(index, "the lift") == (["a"], [])
    assert len(index) == 1


def test_it_is_bounded_and_keeps_the_newest():
    entries = [
        entry(f"d{number}", f"brief word{number}", at=AT + timedelta(minutes=number)) for number in range(25)
    ]

    index = index_of(*entries, most=10)

    assert len(index) == 10
    assert "d24" in index
    assert "d0" not in index
    assert found(index, "word24")[0][0] == "d24"
    assert "d0" not in found(index, "word0")[0]


def test_an_index_is_searched_while_another_thread_adds():
    index = BriefIndex()
    entries = [entry(f"d{number}", f"brief lift word{number % 7}") for number in range(2_000)]
    adding = threading.Thread(target=lambda: [index.add(entries[at : at + 50]) for at in range(0, 2_000, 50)])

    adding.start()
    while adding.is_alive():
        found(index, "the lift")
    adding.join()

    assert len(index) == 2_000


@given(st.lists(st.text(max_size=40), max_size=12), st.text(max_size=40))
def test_a_similarity_is_a_share_and_a_brief_is_most_like_itself(briefs, asked):
    index = index_of(*[entry(str(number), brief) for number, brief in enumerate([*briefs, asked])])

    here, _ = index.search(asked, channel_id="C1", task="plain", since=LONG_AGO, limit=50)

    assert all(0 <= hit.similarity <= 1 + 1e-6 for hit in here)
    if terms_of(asked):
        itself = next(hit for hit in here if hit.draft_id == str(len(briefs)))
        assert itself.similarity > 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_without_an_index_is_a_share_and_has_no_direction(one, other):
    there, back = alike(terms_of(one), terms_of(other)), alike(terms_of(other), terms_of(one))

    assert 0 <= there <= 1
    assert there == pytest.approx(back)


@given(st.text(alphabet=st.characters(categories=["Ll"]), min_size=1, max_size=20))
def test_a_stem_is_the_beginning_of_its_word(word):
    assert word.startswith(stem_of(word))
    assert len(stem_of(word)) >= min(3, len(word))
