"""Whatever an app sends, the sandbox answers in Slack's words and never breaks."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox import SCOPES, Sandbox, SlackError
from bot.sandbox.blocks import IN_MODALS, message_problems, view_problems
from bot.sandbox.dispatch import METHODS, perform
from bot.sandbox.records import Message

WORDS = st.sampled_from(
    [
        "type",
        "text",
        "elements",
        "block_id",
        "action_id",
        "value",
        "options",
        "id",
        "blocks",
        "title",
        "view",
        "fields",
    ]
)
KINDS = st.sampled_from(
    [*IN_MODALS, "modal", "home", "plain_text", "mrkdwn", "button", "static_select", "markdown"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | KINDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
BLOCKISH = st.dictionaries(WORDS, JSON, max_size=4).flatmap(
    lambda body: KINDS.map(lambda kind: {**body, "type": kind})
)
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@QUIET
@given(blocks=st.lists(BLOCKISH | JSON, max_size=4) | JSON)
def test_any_blocks_are_judged(blocks):
    assert all(problem.startswith("[ERROR] ") for problem in message_problems(blocks))
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": blocks}
    assert all(problem.startswith("[ERROR] ") for problem in view_problems(view))
    assert all(problem.startswith("[ERROR] ") for problem in view_problems(blocks))


@settings(QUIET, max_examples=250)
@given(data=st.data())
def test_any_arguments_are_answered(data):
    sandbox = Sandbox(clock=lambda: 1_760_000_000.0)
    workspace = sandbox.workspace
    workspace.publish = lambda _event: None
    ana = sandbox.add_person("Ana")
    channel = sandbox.add_channel("general", members=[ana])
    channel.messages["1.000001"] = Message(
        channel.id, "1.000001", sandbox.app.bot_user_id, "hello", bot_id="B0SANDBOX"
    )
    for grant in workspace.grants.values():
        grant.scopes = SCOPES.union(*(method.scopes for method in METHODS.values()))
    method = data.draw(st.sampled_from(sorted(METHODS)))
    known = {
        "channel": channel.id,
        "ts": "1.000001",
        "timestamp": "1.000001",
        "user": ana.user_id,
        "user_id": ana.user_id,
        "trigger_id": workspace.issue_trigger(ana.user_id),
    }
    names = sorted(METHODS[method].takes - {"token"})
    arguments = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, JSON | BLOCKISH)))
    given_arguments = arguments | {name: known[name] for name in names if name in known}
    token = sandbox.app_token if METHODS[method].caller == "app" else sandbox.bot_token

    try:
        answer = perform(workspace, name=method, arguments=given_arguments, token=token)
    except SlackError as error:
        answer = error.answer()

    assert isinstance(json.loads(json.dumps(answer))["ok"], bool)
