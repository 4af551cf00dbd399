import pytest

from bot.digests.figure import mean_of
from bot.digests.outcomes import build_outcome_numbers, build_outcome_rows
from bot.slack.blocks.stats import Row
from storage.queries.outcomes import OutcomeSum


def test_a_mean_has_its_n_and_students_interval():
    # 1, 2, 3, 4: mean 2.5, sum of squares around it 5, t(3) = 3.182.
    figure = mean_of(4, mean=2.5, squares=5.0)

    assert figure.low == pytest.approx(2.5 - 3.182 * (5 / 3 / 4) ** 0.5)
    assert figure.high == pytest.approx(2.5 + 3.182 * (5 / 3 / 4) ** 0.5)
    assert (mean_of(0, mean=0, squares=0).value, mean_of(1, mean=7, squares=0).low) == (None, None)


def test_means_of_fewer_than_three_drafts_are_not_told():
    sums = [OutcomeSum("ats-score", "own:<v1>", 3, 0.7, 0.02), OutcomeSum("ats-score", "base", 2, 0.5, 0.0)]

    rows = build_outcome_rows(sums)

    assert rows == (Row("ats-score · own:&lt;v1&gt;", "0.7", "n = 3, 0.4516–0.9484"),)  # noqa: RUF001 - as it is shown
    assert [number["release"] for number in build_outcome_numbers(sums)] == ["own:<v1>"]


def test_many_releases_are_cut_to_those_with_the_most_drafts():
    sums = [OutcomeSum("score", f"r{number:02}", 3 + number, -1_234.5, 1.0) for number in range(30)]

    rows = build_outcome_rows(sums)

    assert [row.label for row in rows] == [f"score · r{number}" for number in range(20, 30)]
    assert rows[0].value == "−1,234"  # noqa: RUF001 - a minus sign
