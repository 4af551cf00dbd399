import pytest

from bot.feedback.tallying import verdict_of
from storage.repositories import Standing


@pytest.mark.parametrize(
    ("standing", "verdict"),
    [
        (Standing(), "open"),
        (Standing(ratings=2, rating_total=9), "open"),
        (Standing(positives=1), "accepted"),
        (Standing(positives=1, negatives=1), "rejected"),
        (Standing(negatives=1), "rejected"),
        (Standing(positives=3, corrections=1), "rejected"),
        (Standing(positives=3, flags=1), "rejected"),
        (Standing(approvals=1, flags=1, negatives=4), "accepted"),
    ],
)
def test_an_approval_decides_then_complaints_then_votes(standing, verdict):
    assert verdict_of(standing) == verdict
