import pytest

from bot.learning.sayings.wishes import edited

TEXT = "Hi everyone! The office is closed on Monday. Thank you all!"


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("no exclamation marks, no greeting please", "The office is closed on Monday. Thank you all."),
        ("shorter", "Hi everyone! The office is closed on Monday."),
        ("it is Tuesday, not Monday", "Hi everyone! The office is closed on Tuesday. Thank you all!"),
        ("Please mention that Ben has the keys.", "Hi everyone! The office is closed on Monday. Ben has the keys. Thank you all!"),
        ("add that Ben has the keys and no greeting", "The office is closed on Monday. Ben has the keys. Thank you all!"),
        ('drop the greeting and sign off with "Best, Ana and Ben."', "The office is closed on Monday. Best, Ana and Ben."),
        ('say "studio" instead of "office"', "Hi everyone! The studio is closed on Monday. Thank you all!"),
    ],
)  # fmt: skip
def test_a_plain_wish_is_done_without_a_model(wish, expected):
    assert edited(TEXT, wish=wish) == expected


@pytest.mark.parametrize(
    "wish",
    [
        "make it friendlier",
        "no emoji but make it sing",
        "add an emoji",
        "add a link",
        "it is Tuesday, not Sunday",
        "end with https://example.com",
        "translate it",
        "thanks!",
        "",
    ],
)
def test_a_wish_that_takes_more_is_left_to_the_model(wish):
    assert edited(TEXT, wish=wish) is None
