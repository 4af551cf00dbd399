import pytest

from bot.slack.blocks.draft import draft_blocks
from handlers.actions.draft_more import CHOICES
from handlers.commands import COMMANDS
from handlers.shortcuts import SHORTCUTS


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_is_described_as_slack_wants_it(command):
    assert command.name.startswith("/")
    assert 0 < len(command.description) <= 2_000
    assert 0 < len(command.usage) <= 1_000


@pytest.mark.parametrize("shortcut", SHORTCUTS, ids=lambda shortcut: shortcut.callback_id)
def test_a_shortcut_is_described_as_slack_wants_it(shortcut):
    assert len(shortcut.name) <= 24
    assert len(shortcut.description) <= 150


def test_no_two_commands_or_shortcuts_share_a_name():
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)
    assert len({shortcut.callback_id for shortcut in SHORTCUTS}) == len(SHORTCUTS)


def test_every_choice_of_the_menu_is_answered():
    blocks = draft_blocks("Hello.", task="Reply", release="base")
    (menu,) = [
        each for block in blocks for each in block.get("elements", ()) if each.get("type") == "overflow"
    ]

    assert {option["value"] for option in menu["options"]} == set(CHOICES)
