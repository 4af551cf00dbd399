"""Where somebody is in their Home tab survives the way through Slack, and nothing odd gets in on it."""

import json

import pytest

from bot.home.screens import fingerprint
from bot.home.state import HomeState, OnScreen, read_channel, read_page
from tests.surfaces.areas.home import surfaces


def test_it_is_read_as_it_was_written():
    on_screen = OnScreen(HomeState(drafts=3, channels=99, channel_id="C0LAUNCH"), "abc", "1.2.hash")

    assert OnScreen.read(on_screen.write(), view_hash="1.2.hash") == on_screen


@pytest.mark.parametrize(
    "metadata",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        '{"drafts": -1, "channels": "5", "channel": "<!channel>", "shown": 7}',
        json.dumps({"drafts": 10**12, "channels": None, "channel": ["C1"], "shown": None}),
    ],
)
def test_anything_odd_is_the_beginning(metadata):
    assert OnScreen.read(metadata, view_hash=None) == OnScreen()


@pytest.mark.parametrize(
    ("value", "page"), [("0", 0), ("7", 7), ("", 0), ("-1", 0), ("x", 0), ("²", 0), ("9" * 30, 0)]
)
def test_a_page_is_a_number(value, page):
    assert read_page(value) == page


@pytest.mark.parametrize(
    ("value", "channel"),
    [("C0LAUNCH", "C0LAUNCH"), ("G1PRIVATE", "G1PRIVATE"), ("D0", None), ("hub", None), (None, None)],
)
def test_a_channel_is_an_id_of_one(value, channel):
    assert read_channel(value) == channel


def test_every_state_of_the_tab_has_a_fingerprint_of_its_own():
    prints = {surface.name: fingerprint(surface.shown) for surface in surfaces()}

    same = {name for name, one in prints.items() if list(prints.values()).count(one) > 1}
    assert same == set()
