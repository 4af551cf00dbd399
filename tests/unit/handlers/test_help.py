"""What the bot says it can do: the same in help, manifest and README, and never more than a person may."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.integrations.tokens import SCOPES as API_SCOPES
from bot.sandbox.blocks import message_problems
from bot.slack.blocks.commands import CommandLine, HelpCard, build_commands, build_commands_text
from handlers.cli.doctor import OPTIONAL_SCOPES
from handlers.cli.manifest import SCOPES, build_manifest
from handlers.commands import COMMANDS
from handlers.commands.draftloop import SUBCOMMANDS, build_unknown, find_subcommand
from handlers.commands.help import ADMIN_UNKNOWN, Reach, build_help
from handlers.commands.nearest import nearest
from handlers.shortcuts import SHORTCUTS

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
NAMES = {subcommand.name for subcommand in SUBCOMMANDS}
FOR_ADMINS = {subcommand.name for subcommand in SUBCOMMANDS if subcommand.for_admins}


def _named(card):
    """The commands and subcommands that a help names."""
    return {line.usage.removeprefix("/draftloop ").split()[0] for line in card.lines}


def test_help_manifest_and_readme_name_the_same_commands():
    manifest = build_manifest(name="Draftloop")["features"]["slash_commands"]
    in_readme = set(re.findall(r"`/draftloop (\w+)", README))

    assert {entry["command"] for entry in manifest} == {command.name for command in COMMANDS}
    assert _named(build_help(Reach(is_admin=True))) == NAMES | {"/draft"}
    assert in_readme == NAMES
    assert all(f"`{command.name} " in README for command in COMMANDS)


def test_help_manifest_and_readme_name_the_same_shortcuts():
    manifest = build_manifest(name="Draftloop")["features"]["shortcuts"]
    help_text = build_commands_text(build_help(Reach()))

    assert {entry["name"] for entry in manifest} == {shortcut.name for shortcut in SHORTCUTS}
    assert all(f"*{shortcut.name}*" in README and f"*{shortcut.name}*" in help_text for shortcut in SHORTCUTS)


def test_manifest_readme_and_doctor_name_the_same_scopes():
    in_readme = set(re.findall(r"`([a-z_]+:[a-z.]+|commands)`", README))

    assert set(build_manifest(name="Draftloop")["oauth_config"]["scopes"]["bot"]) == set(SCOPES)
    assert in_readme - {"connections:write"} == set(SCOPES) | set(API_SCOPES)
    assert OPTIONAL_SCOPES.keys() <= set(SCOPES)


def test_a_member_is_shown_what_members_may_do():
    card = build_help(Reach())

    assert _named(card) == (NAMES | {"/draft"}) - FOR_ADMINS
    assert not any(line.for_admins for line in card.lines)
    assert card.notes == ()


def test_somebody_who_may_not_ask_here_reads_who_may():
    card = build_help(Reach(is_admin=True, refusal="Only admins may ask."))

    assert _named(card) == NAMES - {"every"}
    assert "Only admins may ask." in build_commands_text(card)
    assert "New draft" not in build_commands_text(card)


def test_when_slack_does_not_say_who_they_are_the_members_view_says_so():
    card = build_help(Reach(unknown=(ADMIN_UNKNOWN,)))

    assert _named(card) == (NAMES | {"/draft"}) - FOR_ADMINS
    assert ADMIN_UNKNOWN in build_commands_text(card)


@pytest.mark.parametrize("is_admin", [True, False])
def test_help_fits_slacks_limits(is_admin):
    card = build_help(Reach(is_admin=is_admin))
    many = HelpCard([CommandLine("/draftloop x" * 5, "word " * 30, for_admins=True)] * 60)

    assert message_problems(build_commands(card)) == []
    assert message_problems(build_commands(many)) == []


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("stat", "stats"),
        ("statss", "stats"),
        ("figures", "stats"),
        ("hlep", "help"),
        ("commands", "help"),
        ("setings", "settings"),
        ("setting", "settings"),
        ("Config", "settings"),
        ("retrian", "retrain"),
        ("train", "retrain"),
        ("schedule", "every"),
        ("shedule", "every"),
        ("evry", "every"),
        ("friday", "every"),
        ("tz", "timezone"),
        ("dig", "digest"),
        ("`stats`", "stats"),
    ],
)
def test_an_unknown_word_gets_the_nearest_command(word, meant):
    assert find_subcommand(word) is None
    assert f"Did you mean `/draftloop {meant}`?" in build_unknown(word)


@pytest.mark.parametrize("word", ["zzz", "<!channel>", "🙂", "frobnicate", "s", ""])
def test_a_word_like_nothing_gets_the_list_and_is_not_repeated(word):
    answer = build_unknown(word)

    assert answer == "I do not know that word yet. `/draftloop help` lists what you can do."


def test_a_word_for_something_that_is_not_there_yet_is_no_suggestion():
    assert nearest("rollback", names={"stats", "help"}) is None
    assert nearest("rollback", names={"stats", "releases"}) == "releases"


@given(st.text(max_size=60))
def test_any_word_gets_a_command_there_is_or_none(word):
    assert nearest(word, names=NAMES) in NAMES | {None}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_known_words_are_found(name):
    assert find_subcommand(name).name == name
