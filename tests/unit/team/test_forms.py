from hypothesis import given
from hypothesis import strategies as st

from bot.slack.blocks.new_draft import new_draft_modal
from bot.slack.fields import cut, joined
from bot.slack.text import escape
from bot.team.forms import Place, changes, fingerprint


def test_a_place_survives_its_way_through_a_modal():
    place = Place("C1", "V1", "V2", page=3, subject="reply", seen="abc")

    assert Place.from_json(place.to_json()) == place
    assert Place.from_json("") == Place()
    assert Place.from_json('{"channel_id": "C1", "odd": 1}') == Place("C1")


def test_another_state_has_another_fingerprint():
    assert fingerprint({"a": 1, "b": None}) == fingerprint({"b": None, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})


def test_changes_name_what_differs():
    assert changes({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == {"b": [2, 3], "c": [None, 4]}


@given(st.text(alphabet="&<>a;"), st.integers(8, 40))
def test_an_escaped_text_is_never_cut_within_a_character(text, limit):
    shown = cut(escape(text), limit)

    assert len(shown) <= limit
    bare = shown.removesuffix("…")
    for entity in ("&amp;", "&lt;", "&gt;"):
        bare = bare.replace(entity, "")
    assert "&" not in bare


@given(st.lists(st.text(max_size=30), max_size=40), st.integers(40, 200))
def test_words_are_joined_whole_and_the_rest_is_counted(words, limit):
    shown = joined(words, limit=limit)

    assert len(shown) <= limit + 10
    assert "more" in shown or shown == " ".join(words)


def test_the_task_that_is_chosen_is_offered_also_beyond_what_a_select_can_hold():
    tasks = [(f"task-{number}", f"Task {number}") for number in range(150)]

    element = new_draft_modal(tasks, task="task-149")["blocks"][1]["element"]

    assert len(element["options"]) == 100
    assert element["initial_option"]["value"] == "task-149"
