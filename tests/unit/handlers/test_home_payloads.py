"""What people do in their Home tab, read from Slack's bodies."""

import pytest

from bot.home.state import HomeState, OnScreen
from handlers.payloads import HomeOpened, HomePress
from tests.fakes.slack_bodies import event_body, press_body

STATE = OnScreen(HomeState(drafts=1, channels=7, channel_id="C0LAUNCH"), "abc", "1.2.hash")
VIEW = {"type": "home", "id": "V1", "private_metadata": STATE.write(), "hash": "1.2.hash"}


def pressed(**action):
    body = press_body("home_settings", view=VIEW)
    body["actions"][0].update(action)
    return HomePress.from_body(body)


def test_a_press_brings_what_was_on_the_screen():
    assert pressed().on_screen == STATE


@pytest.mark.parametrize("view", [None, {}, {"type": "modal", "private_metadata": "{}"}, "odd"])
def test_a_press_elsewhere_brings_none(view):
    assert HomePress.from_body(press_body("home_settings", view=view)).on_screen is None


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ([], set()),
        ([{"value": "named"}, {"value": "asked"}], {"named", "asked"}),
        ([{}, "odd", {"value": 7}], set()),
        (None, set()),
        ("odd", set()),
    ],
)
def test_the_ticked_boxes_are_those_that_slack_names(options, chosen):
    assert pressed(selected_options=options).chosen == chosen


@pytest.mark.parametrize(("given", "channel"), [("C0LAUNCH", "C0LAUNCH"), (None, None), (7, None)])
def test_a_chosen_channel_is_read(given, channel):
    assert pressed(selected_conversation=given).channel_chosen == channel


@pytest.mark.parametrize(("view", "seen"), [(VIEW, STATE), (None, None)])
def test_opening_the_tab_brings_what_it_showed_before(view, seen):
    event = {"type": "app_home_opened", "user": "U0ALICE", "tab": "home", "view": view}

    opened = HomeOpened.from_body(event_body(event))

    assert (opened.is_home_tab, opened.on_screen) == (True, seen)
