import pytest

from bot.feedback.quorum import is_hidden


@pytest.mark.parametrize(
    ("before", "after", "quorum", "was_hidden", "hidden"),
    [
        (1, 2, 3, False, False),
        (2, 3, 3, False, True),
        (0, 3, 3, False, True),  # Somebody opted in again, or several flags came in one transaction.
        (3, 4, 3, True, True),
        (4, 3, 3, True, True),
        (3, 2, 3, True, False),
        (4, 3, 3, False, False),  # An admin showed it: a flag taken back hides nothing …
        (3, 4, 3, False, True),  # … and a new one does.
        (5, 6, 0, False, False),
        (5, 6, 0, True, False),
    ],
)
def test_a_draft_is_hidden_while_enough_flag_it_unless_an_admin_showed_it(
    before, after, quorum, was_hidden, hidden
):
    assert is_hidden(before=before, after=after, quorum=quorum, was_hidden=was_hidden) is hidden
