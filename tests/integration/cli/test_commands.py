import json
from importlib import metadata

import pytest

from bot.sandbox import SCOPES


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("DATABASE_URL", "postgres://u:s3cret@h/d", "DATABASE_URL is not usable"),
        ("DRAFTLOOP_HTTP_PORT", "seventy", "DRAFTLOOP_HTTP_PORT is not usable"),
        ("DRAFTLOOP_TRAINER", "s3cret", "DRAFTLOOP_TRAINER is not usable"),
        ("DRAFTLOOP_MODEL_TIMEOUT_SECONDS", "600", "DRAFTLOOP_MODEL_TIMEOUT_SECONDS is not usable"),
    ],
)
def test_a_bad_setting_ends_with_one_sentence_that_names_it_and_shows_no_secret(
    draftloop, environment, variable, value, says
):
    environment.setenv(variable, value)

    result = draftloop("db", "check")

    assert result.exit_code == 2
    assert result.stderr.startswith(says)
    assert len(result.stderr.strip().splitlines()) == 1
    assert "s3cret" not in result.output


def test_the_version_is_told_and_needs_no_settings(draftloop):
    result = draftloop("--version")

    assert (result.exit_code, result.stdout) == (0, f"Draftloop {metadata.version('draftloop')}\n")


def test_a_key_that_is_no_key_is_one_sentence(draftloop, environment):
    environment.setenv("DRAFTLOOP_ENCRYPTION_KEYS", "c2hvcnQ")

    result = draftloop("stats")

    assert result.exit_code == 1
    assert result.stderr.strip() == "DRAFTLOOP_ENCRYPTION_KEYS holds a key that is not 32 bytes long."


def test_serve_without_a_way_to_hear_slack_says_which_variables_are_missing(
    draftloop, slack_and_model, environment
):
    environment.delenv("SLACK_APP_TOKEN")

    result = draftloop("serve")

    assert result.exit_code == 2
    assert "SLACK_APP_TOKEN" in result.stderr
    assert "SLACK_SIGNING_SECRET" in result.stderr


def test_serve_with_a_wrong_bot_token_says_so(draftloop, slack_and_model, environment):
    environment.setenv("SLACK_BOT_TOKEN", "xoxb-wrong-token")

    result = draftloop("serve")

    assert result.exit_code == 2
    assert "SLACK_BOT_TOKEN" in result.stderr
    assert "xoxb-wrong-token" not in result.output


def test_the_doctor_finds_a_whole_house_well(draftloop, slack_and_model):
    result = draftloop("doctor")

    assert result.exit_code == 0, result.output
    assert "fix" not in result.output


def test_the_doctor_asks_the_judge_model_too(draftloop, slack_and_model, environment):
    environment.setenv("DRAFTLOOP_JUDGE_MODEL", "wise")

    result = draftloop("doctor")

    assert "and wise answer." in " ".join(result.output.split())


def test_the_doctor_says_what_to_do_about_what_is_missing(draftloop, slack_and_model, environment):
    environment.delenv("SLACK_APP_TOKEN")
    environment.setenv("OPENAI_BASE_URL", "https://api.openai.com/v1")

    result = draftloop("doctor")

    assert result.exit_code == 1
    assert "Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)." in result.output
    assert "OPENAI_API_KEY is missing" in result.output


@pytest.mark.parametrize("granted_scopes", [SCOPES - {"reactions:read"}])
def test_the_doctor_names_missing_scopes(draftloop, slack_and_model):
    result = draftloop("doctor")

    assert result.exit_code == 1
    assert "reactions:read" in result.output


@pytest.mark.parametrize("granted_scopes", [SCOPES - {"usergroups:read"}])
def test_the_doctor_says_what_is_lost_without_an_optional_scope(draftloop, slack_and_model):
    result = draftloop("doctor")

    assert result.exit_code == 0, result.output
    assert "Without the optional scope usergroups:read, channels cannot name reviewers." in result.output


def test_the_doctor_says_where_slack_must_reach_a_bot_on_http(draftloop, slack_and_model, environment):
    environment.delenv("SLACK_APP_TOKEN")
    environment.setenv("SLACK_SIGNING_SECRET", "s3cret")
    environment.setenv("DRAFTLOOP_HTTP_PORT", "3210")

    result = draftloop("doctor")

    assert result.exit_code == 0, result.output
    assert "Slack must reach 127.0.0.1:3210/slack/events" in result.output
    assert "s3cret" not in result.output


def test_the_doctor_refuses_tokens_that_slack_does_not_know(draftloop, slack_and_model, environment):
    environment.setenv("SLACK_APP_TOKEN", "xapp-wrong-token")
    environment.delenv("SLACK_BOT_TOKEN")

    result = draftloop("doctor")

    assert result.exit_code == 1
    assert "Set SLACK_BOT_TOKEN" in result.output
    assert "SLACK_APP_TOKEN" in result.output
    assert "xapp-wrong-token" not in result.output


def test_a_new_database_is_made_by_upgrade_and_then_checked(
    draftloop, environment, empty_sqlite_url, tmp_path
):
    environment.setenv("DATABASE_URL", empty_sqlite_url.replace("draftloop.db", "new/draftloop.db"))

    before, made, after = draftloop("db", "check"), draftloop("db", "upgrade"), draftloop("db", "check")

    assert (before.exit_code, made.exit_code, after.exit_code) == (1, 0, 0)
    assert "draftloop db upgrade" in before.stderr


def test_the_inbox_commands_answer_on_an_empty_inbox(draftloop):
    assert draftloop("inbox", "list").exit_code == 0
    assert draftloop("inbox", "replay").stdout.startswith("0 event(s)")
    assert draftloop("inbox", "show", "Ev1").exit_code == 1


def test_rollups_are_rebuilt_on_command(draftloop):
    assert draftloop("db", "rebuild-rollups").exit_code == 0


def test_the_manifest_is_printed_as_json_for_both_ways(draftloop):
    socket_mode = json.loads(draftloop("manifest").stdout)
    http = json.loads(draftloop("manifest", "--url", "https://bot.example/").stdout)

    assert socket_mode["settings"]["socket_mode_enabled"] is True
    assert http["settings"]["socket_mode_enabled"] is False
    assert http["settings"]["event_subscriptions"]["request_url"] == "https://bot.example/slack/events"
    assert {command["url"] for command in http["features"]["slash_commands"]} == {
        "https://bot.example/slack/events"
    }
