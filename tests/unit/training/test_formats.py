import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafts.prompt import build_draft_prompt
from bot.team.tasks import PLAIN, Task
from bot.training.formats import COLUMNS, TrainingRow, build_row, json_line, json_string, reshape_line

ROWS = {
    "sft": TrainingRow("sft", "train", "plain", "Say <hi>.", "Hi!", 1.0, ("Ev1",)),
    "preference": TrainingRow(
        "preference", "train", "plain", "Say hi.", "Hi!", 1.0, ("Ev1",), rejected="Hello."
    ),
    "kto": TrainingRow("kto", "train", "plain", "Say hi.", "Hi!", 0.5, ("Ev1", "Ev2"), label=False),
}


@pytest.mark.parametrize(("kind", "shape"), list(COLUMNS))
def test_every_row_has_exactly_the_keys_of_its_shape_and_its_weight_and_source(kind, shape):
    row = build_row(ROWS[kind], shape=shape)

    assert tuple(row) == COLUMNS[kind, shape]
    assert row["weight"] == ROWS[kind].weight
    assert row["source"] == list(ROWS[kind].source)


def test_a_completion_is_a_conversation_that_ends_with_the_text():
    messages = build_row(ROWS["sft"])["messages"]

    assert [message["role"] for message in messages] == ["system", "user", "assistant"]
    assert messages[-1]["content"] == "Hi!"
    assert "Say &lt;hi&gt;." in messages[1]["content"]


def test_a_pair_has_openais_and_trls_shape():
    openai, trl = build_row(ROWS["preference"]), build_row(ROWS["preference"], shape="trl")

    assert openai["preferred_output"] == trl["chosen"] == [{"role": "assistant", "content": "Hi!"}]
    assert openai["non_preferred_output"] == trl["rejected"] == [{"role": "assistant", "content": "Hello."}]
    assert openai["input"]["messages"] == trl["prompt"]


def test_thumbs_have_a_label():
    row = build_row(ROWS["kto"])

    assert row["label"] is False
    assert row["completion"] == [{"role": "assistant", "content": "Hi!"}]


@pytest.mark.parametrize("kind", ["sft", "preference", "kto"])
def test_a_stored_line_takes_the_shape_it_would_have_been_built_in(kind):
    stored = json_line(build_row(ROWS[kind]))

    assert reshape_line(stored, shape="openai") == stored
    assert json.loads(reshape_line(stored, shape="trl")) == build_row(ROWS[kind], shape="trl")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_json_string_is_one_line_that_reads_back(text):
    encoded = json_string(text)

    assert json.loads(encoded) == text
    assert len(encoded.splitlines()) == 1


def test_a_prompt_has_the_teams_own_words_and_the_channels_tone():
    own = Task("standup", "Stand-up", "Write three lines.")

    messages = build_row(replace(ROWS["sft"], task="standup", order=own, tone="Calm <b>."))["messages"]

    assert "Task: standup\nWrite three lines." in messages[0]["content"]
    assert "<tone>\nCalm &lt;b&gt;.\n</tone>" in messages[1]["content"]


def test_a_completion_for_trl_is_apart_from_its_prompt_so_that_the_prompt_is_not_learned():
    openai, trl = build_row(ROWS["sft"]), build_row(ROWS["sft"], shape="trl")

    assert trl["prompt"] == openai["messages"][:-1]
    assert trl["completion"] == [{"role": "assistant", "content": "Hi!"}]


@pytest.mark.parametrize("kind", ["sft", "preference", "kto"])
@pytest.mark.parametrize("layout", ["sections", "turns"])
def test_a_prompt_is_what_the_trained_model_will_be_asked_with(kind, layout):
    row = replace(ROWS[kind], layout=layout)
    served = build_draft_prompt(PLAIN, brief=row.brief, layout=layout, tuned=True)

    trl = build_row(row, shape="trl")

    assert trl["prompt"] == [{"role": each.role, "content": each.content} for each in served.messages]
