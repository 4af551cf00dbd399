from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.feedback.fold import admit, fold, is_open, order
from storage.repositories import LedgerEntry

CONTROLS = ("emoji:+1", "emoji:-1", "buttons")


def entry(number, *, at, control="emoji:+1", act="set", value="positive", **columns):
    given = {"status": "counted", "reason": None, "slot": "vote", "kind": "reaction", **columns}
    return LedgerEntry(
        id=f"s{number}", event_id=f"Ev{number}", event_us=at, control=control, act=act, value=value, **given
    )


@st.composite
def histories(draw):
    acts = draw(
        st.lists(
            st.tuples(st.integers(1, 6), st.sampled_from(CONTROLS), st.sampled_from(["set", "withdraw"])),
            max_size=14,
        )
    )
    return [entry(n, at=at, control=control, act=act) for n, (at, control, act) in enumerate(acts)]


def test_the_control_that_changed_last_is_the_opinion():
    history = [entry(1, at=1), entry(2, at=2, control="buttons")]

    folded = fold(history)

    assert folded.opinion == "s2"
    assert folded.fates == {"s1": ("superseded", "other_control"), "s2": ("counted", None)}


def test_when_the_opinion_is_withdrawn_the_next_standing_control_counts_again():
    history = [
        entry(1, at=1),
        entry(2, at=2, control="buttons"),
        entry(3, at=3, control="buttons", act="withdraw"),
    ]

    folded = fold(history)

    assert folded.opinion == "s1"
    assert folded.fates["s2"] == ("withdrawn", None)


def test_a_control_that_is_set_again_supersedes_its_own_older_value():
    history = [entry(1, at=1, control="stars"), entry(2, at=2, control="stars")]

    folded = fold(history)

    assert folded.fates["s1"] == ("superseded", "newer_value")


def test_a_late_arrival_counts_by_when_it_happened():
    history = [entry(2, at=5, act="withdraw"), entry(1, at=1)]

    folded = fold(history)

    assert folded.opinion is None
    assert folded.fates["s1"] == ("withdrawn", None)


def test_acts_of_the_same_instant_are_ordered_by_event_id():
    history = [entry(2, at=1, act="withdraw"), entry(1, at=1)]

    assert fold(history).opinion is None


def test_ignored_signals_do_not_enter():
    history = [entry(1, at=1, status="ignored", reason="bot")]

    folded = fold(history)

    assert folded.opinion is None
    assert folded.fates == {}


@given(histories(), st.randoms(use_true_random=False))
def test_arrival_order_changes_nothing(history, random):
    shuffled = history[:]
    random.shuffle(shuffled)

    assert fold(shuffled) == fold(history)


@given(histories())
def test_admitting_one_by_one_from_open_signals_only_equals_folding_the_whole_history(history):
    kept = {}

    for new in history:
        admitted = admit(new, open_entries=[one for one in kept.values() if is_open(one)])
        kept[new.id] = replace(new, status=admitted.fate[0], reason=admitted.fate[1])
        _apply(kept, new, admitted)

        whole = fold(history[: len(kept)])
        assert {one.id: (one.status, one.reason) for one in kept.values()} == whole.fates
        assert admitted.opinion == whole.opinion


@given(histories())
def test_open_signals_are_at_most_two_per_control(history):
    fates = fold(history).fates

    held = [one for one in history if is_open(replace(one, status=fates[one.id][0], reason=fates[one.id][1]))]

    assert len(held) <= 2 * len(CONTROLS)


def _apply(kept, new, admitted):
    for signal_id, (status, reason) in admitted.changes.items():
        kept[signal_id] = replace(kept[signal_id], status=status, reason=reason)
    if not admitted.withdraws:
        return
    for one in list(kept.values()):
        if one.control == new.control and one.act == "set" and order(one) < order(new):
            kept[one.id] = replace(one, status="withdrawn", reason=None)
