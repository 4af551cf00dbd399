"""Every note and modal about feedback stays within Slack's limits, with the longest ids there are."""

from functools import partial

import pytest

from bot.feedback.edits import MOST_PIECES, EditForm
from bot.feedback.signals import FLAG_CATEGORIES
from bot.sandbox.blocks import message_problems, view_problems
from bot.slack.blocks.feedback import put_right_note, reading_note, reason_offer
from bot.slack.blocks.feedback_modals import edit_modal, flag_modal, reason_modal, too_long_modal

ID = "f" * 32
METADATA = EditForm(ID, "C" * 20, "1764000000.000100", ("\n\n",) * MOST_PIECES).to_json()


@pytest.mark.parametrize("reading", ["rewrite", "instruction", "talk"])
@pytest.mark.parametrize("note", [reading_note, partial(reading_note, is_guess=True), put_right_note])
def test_a_reading_offers_the_two_others(note, reading):
    text, blocks = note(ID, reading=reading)

    buttons = blocks[1]["elements"]
    assert message_problems(blocks) == []
    assert text
    assert [button["value"] for button in buttons] == [
        f"{ID}:{other}" for other in ("rewrite", "instruction", "talk") if other != reading
    ]
    assert len({button["action_id"] for button in buttons}) == 2


def test_the_question_has_three_answers():
    _, blocks = reason_offer(ID)

    assert message_problems(blocks) == []
    assert [button["action_id"] for button in blocks[1]["elements"]] == [
        "reason_give",
        "reason_not_now",
        "reason_stop",
    ]


@pytest.mark.parametrize(
    "modal",
    [
        edit_modal(["x" * 3000] * MOST_PIECES, metadata=METADATA),
        edit_modal([""], metadata=METADATA),
        too_long_modal(),
        flag_modal({**FLAG_CATEGORIES, "none": "Take my flag back"}, chosen="unsafe", metadata=METADATA),
        flag_modal(FLAG_CATEGORIES, chosen=None, metadata=METADATA),
        reason_modal(ID),
    ],
)
def test_modals_stay_within_slacks_limits(modal):
    assert view_problems(modal) == []
