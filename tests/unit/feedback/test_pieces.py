import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feedback.pieces import LONGEST_INPUT, join_pieces, pieces_of


@given(st.text(alphabet="ab \n", max_size=200), st.integers(1, 60))
def test_pieces_fit_and_join_to_the_same_text(text, times):
    whole = text * times

    pieces, joints = pieces_of(whole)

    assert max(map(len, pieces)) <= LONGEST_INPUT
    assert join_pieces(pieces, joints=joints) == whole or "" in pieces


def test_a_text_is_cut_at_paragraphs():
    whole = f"{'a' * 2000}\n\n{'b' * 2000}\n\nc"

    assert pieces_of(whole) == (["a" * 2000, f"{'b' * 2000}\n\nc"], ("\n\n",))


@pytest.mark.parametrize(("pieces", "joined"), [(["", "b"], "b"), (["a", ""], "a"), (["a", "b"], "a\n\nb")])
def test_a_piece_that_was_emptied_takes_its_joint_along(pieces, joined):
    assert join_pieces(pieces, joints=["\n\n"]) == joined
