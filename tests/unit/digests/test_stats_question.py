"""What people type after `/draftloop`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.stats_answer import StatsQuestion


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", StatsQuestion()),
        ("me", StatsQuestion(me=True)),
        ("ME 7d", StatsQuestion(me=True, days=7)),
        ("90d reply", StatsQuestion(days=90, task="reply")),
        ("30 days", StatsQuestion(days=30)),
        ("7", StatsQuestion(days=7)),
        ("365", StatsQuestion(odd_period="365")),
        ("Reply", StatsQuestion(task="reply")),
        ("30days", StatsQuestion(days=30)),
        ("<#C012AB3CD|general> 7d", StatsQuestion(channel_id="C012AB3CD", channel_name="general", days=7)),
        ("<#C012AB3CD>", StatsQuestion(channel_id="C012AB3CD")),
        ("<#C012AB3CD|>", StatsQuestion(channel_id="C012AB3CD")),
        ("#general", StatsQuestion(channel_name="general")),
        ("#", StatsQuestion(task="#")),
        ("14d", StatsQuestion(odd_period="14d")),
        ("resume-bullet", StatsQuestion(task="resume-bullet")),
        (
            "me <#C1|x> reply 7d",
            StatsQuestion(me=True, channel_id="C1", channel_name="x", task="reply", days=7),
        ),
    ],
)
def test_a_question_is_read_in_any_order(text, expected):
    assert StatsQuestion.parse(text) == expected


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text):
    question = StatsQuestion.parse(text)

    assert question.task is None or len(question.task) <= 64
