import pytest

from bot.feedback.signals import EMOJI, Meaning, emoji_control, fold_emoji, meaning_of, slot_of


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("+1", "+1"),
        ("thumbsup", "+1"),
        ("+1::skin-tone-3", "+1"),
        ("thumbsdown::skin-tone-6", "-1"),
        (":tada:", "tada"),
        ("hundred", "100"),
    ],
)
def test_skin_tones_and_aliases_are_one_emoji(name, folded):
    assert fold_emoji(name) == folded


@pytest.mark.parametrize(
    ("name", "kind", "dimension", "value"),
    [
        ("thumbsup::skin-tone-2", "reaction", "vote", "positive"),
        ("-1", "reaction", "vote", "negative"),
        ("four", "rating", "rating", "4"),
        ("white_check_mark", "approval", "approval", "true"),
        ("heavy_check_mark", "approval", "approval", "true"),
        ("triangular_flag_on_post", "flag", "flag", "other"),
    ],
)
def test_emoji_say_what_people_mean_by_them(name, kind, dimension, value):
    assert meaning_of(name) == Meaning(kind, dimension, value)


def test_an_emoji_that_is_not_mapped_says_nothing():
    assert meaning_of("eyes") is None


def test_a_workspace_maps_emoji_of_its_own():
    own = {"eyes": "positive", ":ship-it:": "approval", "warning": "flag:unsafe", "star": "5"}

    meanings = [meaning_of(name, own_map=own) for name in ("eyes", "ship-it", "warning", "star")]

    assert meanings == [
        Meaning("reaction", "vote", "positive"),
        Meaning("approval", "approval", "true"),
        Meaning("flag", "flag", "unsafe"),
        Meaning("rating", "rating", "5"),
    ]


def test_a_workspace_can_take_an_emoji_out():
    assert meaning_of("thumbsup", own_map={"+1": "none"}) is None


def test_every_mapped_emoji_is_written_as_it_folds():
    assert [name for name in EMOJI if fold_emoji(name) != name] == []


def test_texts_have_a_slot_of_their_own_and_presses_share_a_dimension():
    control = emoji_control("thumbsup")

    assert control == "emoji:+1"
    assert slot_of("button", control=control) == "vote"
    assert slot_of("correction", control="reply:1.1") == "reply:1.1"
