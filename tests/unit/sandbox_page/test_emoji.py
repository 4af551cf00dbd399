"""Emoji under Slack's names, and the list that the picker offers."""

import json

import pytest

from bot.feedback.signals import emoji_control, meaning_of
from bot.sandbox.page.rendering import emoji_catalogue, find_emoji
from tests.unit.sandbox_page.looking import see_text


@pytest.mark.parametrize(
    ("name", "char"),
    [
        ("+1", "👍"),
        ("thumbsup", "👍"),
        ("-1", "👎"),
        ("+1::skin-tone-3", "👍🏼"),
        ("man-facepalming::skin-tone-4", "🤦🏽‍♂️"),
        ("tada::skin-tone-2", "🎉"),
        ("star-struck", "🤩"),
        ("heart", "❤️"),
        ("pencil", "📝"),
        ("cat", "🐱"),
        ("turkey", "🦃"),
        ("flag-de", "🇩🇪"),
        ("one", "1️⃣"),
        ("hourglass_flowing_sand", "⏳"),
        ("flag-xx", None),
        ("our_own_logo", None),
        ("", None),
    ],
)
def test_a_name_is_the_emoji_that_slack_shows(name, char):
    assert find_emoji(name) == char


def test_a_shortcode_is_named_for_those_who_cannot_see_it():
    emoji = see_text("well done :clap::skin-tone-5:").one(role="img")

    assert (emoji.text, emoji.attributes["aria-label"]) == ("👏🏾", ":clap::skin-tone-5:")


def test_neighbours_are_recognised_and_times_are_not():
    assert see_text(":tada::tada: 10:30:45 a:b:c").text == "🎉🎉 10:30:45 a:b:c"


def test_the_picker_offers_many_emoji_once_per_group_and_all_have_a_character():
    catalogue = emoji_catalogue()
    keys = [(entry["group"], entry["name"]) for entry in catalogue]

    assert len(catalogue) > 1000
    assert len(set(keys)) == len(keys)
    assert [entry["name"] for entry in catalogue if find_emoji(entry["name"]) != entry["char"]] == []
    assert all(entry["char"] for entry in catalogue)
    assert json.loads(json.dumps(catalogue)) == list(catalogue)


def test_no_two_names_of_the_picker_mean_the_same_emoji():
    chars = [entry["char"] for entry in emoji_catalogue() if entry["group"] != "Often used"]

    assert len(set(chars)) == len(chars)


def test_it_is_found_by_other_words_and_knows_whether_skin_tones_apply():
    by_name = {entry["name"]: entry for entry in emoji_catalogue()}

    assert "thumbs up" in by_name["+1"]["words"]
    assert by_name["+1"]["tones"]
    assert not by_name["tada"]["tones"]


def test_the_picker_offers_the_emoji_that_count_as_feedback():
    names = {entry["name"] for entry in emoji_catalogue()}
    counting = {"+1", "-1", "star-struck", "white_check_mark", "one", "five", "tada"}

    assert counting <= names
    assert all(meaning_of(name, own_map=None) is not None for name in ("+1", "-1", "white_check_mark"))
    assert emoji_control("+1::skin-tone-3") == emoji_control("+1")
