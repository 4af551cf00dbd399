import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafts.publish import parts_of
from bot.sandbox.blocks import message_problems, view_problems
from bot.slack.blocks.draft import (
    LONGEST_PART,
    draft_blocks,
    failed_blocks,
    failure_note_blocks,
    fallback,
    note_blocks,
    part_blocks,
    placeholder_blocks,
    revision_blocks,
    revision_failed_blocks,
    writing_blocks,
)
from bot.slack.blocks.new_draft import new_draft_modal
from bot.slack.blocks.why import why_blocks
from bot.team.tasks import TASKS

LONG = "w" * LONGEST_PART
WIDE = "👩‍👩‍👧" * (LONGEST_PART // 5)
EVIL = "<!channel> <@U123> *bold* & co"
TASK_CHOICES = [(task.name, task.title) for task in TASKS.values()]

MESSAGES = {
    "draft": draft_blocks("Hello.", task="Reply", release="base"),
    "longest draft": draft_blocks(LONG, task="Reply", release="r" * 64, model="scripted"),
    "first part of many": draft_blocks(LONG, task="Reply", release="base", model="scripted", parts=100),
    "wide draft": draft_blocks(WIDE, task="Reply", release="base"),
    "evil names": draft_blocks("Hello.", task=EVIL, release=EVIL),
    "revision": revision_blocks("Hello.", about="Revised", diff="~~Hi~~ **Hello.**"),
    "longest revision": revision_blocks(LONG[:5_500], about="Revised", diff=LONG[:5_500], model="scripted"),
    "revision without a diff": revision_blocks("Hello.", about="Nothing to change here"),
    "part": part_blocks(LONG),
    "being written": writing_blocks(LONG, task=EVIL),
    "placeholder": placeholder_blocks(task="Reply"),
    "failed": failed_blocks(task="Reply"),
    "failure note": failure_note_blocks(EVIL * 50, draft_id="d" * 32, attempt=1_000_000),
    "note": note_blocks(EVIL * 50),
    "failed revision": revision_failed_blocks(EVIL * 50, correction_id="c" * 32, version=1_000_000),
    "why": why_blocks(task="Reply", release="base", model="gpt", lines=[]),
    "longest why": why_blocks(task="t" * 64, release="r" * 64, model="m" * 128, lines=["l" * 1_000] * 100),
}


@pytest.mark.parametrize("blocks", MESSAGES.values(), ids=MESSAGES)
def test_slack_takes_every_message(blocks):
    assert message_problems(blocks) == []


@pytest.mark.parametrize("brief", ["", "say hi", "b" * 50_000], ids=["empty", "short", "endless"])
@pytest.mark.parametrize("channel_id", [None, "C1", "D1"])
@pytest.mark.parametrize("task", ["reply", "no such task"])
def test_slack_takes_the_modal(brief, channel_id, task):
    assert view_problems(new_draft_modal(TASK_CHOICES, task=task, channel_id=channel_id, brief=brief)) == []


def test_a_direct_message_is_not_preset_in_a_list_of_channels():
    channel = new_draft_modal(TASK_CHOICES, task="plain", channel_id="D1")["blocks"][-1]["element"]

    assert "initial_conversation" not in channel
    assert channel["default_to_current_conversation"] is True


def test_a_draft_carries_all_its_controls():
    blocks = draft_blocks("Hello.", task="Reply", release="base")

    actions = [element["action_id"] for block in blocks[2:] for element in block["elements"]]

    assert actions == ["draft_vote", "draft_edit", "draft_use", "draft_stars", "draft_more"]


def test_the_menu_offers_what_people_may_want_of_a_draft_and_of_a_revision():
    shown = [draft_blocks("Hello.", task="Reply", release="base"), revision_blocks("Hello.", about="Revised")]

    menus = [[option["value"] for option in blocks[-1]["elements"][-1]["options"]] for blocks in shown]

    assert menus == [["lines", "phrasing", "flag", "why"]] * 2


def test_names_from_outside_cannot_ping():
    shown = str(
        draft_blocks("Hello.", task=EVIL, release=EVIL) + failure_note_blocks(EVIL, draft_id="d", attempt=1)
    )

    assert "<!channel>" not in shown
    assert "<@U123>" not in shown


def test_the_scripted_model_is_always_named():
    assert "scripted" in str(draft_blocks("Hello.", task="Reply", release="base", model="scripted"))
    assert "scripted" in str(revision_blocks("Hello.", about="Revised", model="scripted"))
    assert "scripted" not in str(draft_blocks("Hello.", task="Reply", release="base", model="gpt"))


@pytest.mark.parametrize("size", [1, LONGEST_PART, LONGEST_PART + 1, 40_000])
def test_a_long_text_is_split_into_messages_and_never_cut(size):
    text = ("word " * size)[:size].strip() or "w"

    parts = parts_of(text)

    assert " ".join(parts).split() == text.split()
    assert all(message_problems(draft_blocks(part, task="Reply", release="base")) == [] for part in parts)


@given(st.text(max_size=400), st.integers(1, 120))
def test_any_text_of_any_length_is_a_row_of_messages_that_slack_takes(text, times):
    parts = parts_of(text * times)

    assert parts
    assert all(message_problems(draft_blocks(part, task="Reply", release="base")) == [] for part in parts)


def test_a_text_that_only_looks_like_one_still_makes_a_message():
    assert len(parts_of("\u200b\u2060")) == 1


def test_the_fallback_fits_an_update():
    assert len(fallback("x" * 50_000)) < 4_000
    assert fallback("short") == "short"
