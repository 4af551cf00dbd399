import pickle
from itertools import pairwise

import pytest
from pydantic import SecretStr

from bot.errors import SettingsError, Transient
from bot.llm.chat_model import (
    ChatMessage,
    ModelBusy,
    ModelCutOff,
    ModelEmpty,
    ModelGarbled,
    ModelMisconfigured,
    ModelRefused,
    ModelTooSlow,
    ModelUnreachable,
)
from bot.llm.openai_chat import OpenAIChat
from bot.settings import Settings
from tests.fakes.model_endpoint import (
    Body,
    BrokenStream,
    Dripping,
    DroppedConnection,
    Finished,
    HalfABody,
    Held,
    ModelEndpoint,
    Refusal,
    Slow,
    Status,
    busy,
)

ASK = (ChatMessage("system", "Task: plain"), ChatMessage("user", "<brief>\nSECRET-BRIEF\n</brief>"))
FOREVER = 30.0


@pytest.fixture
async def endpoint():
    async with ModelEndpoint() as running:
        yield running


@pytest.fixture
async def chat(endpoint):
    model = OpenAIChat(settings(endpoint.url))
    yield model
    await model.close()


def settings(url: str, **more: object) -> Settings:
    return Settings(_env_file=None, **{"openai_base_url": url, "openai_model": "house", **more})


async def complete(chat: OpenAIChat, **more: object):
    return await chat.complete(ASK, **{"max_tokens": 100, "temperature": 0.3, **more})


async def test_a_completion_carries_the_text_the_model_and_the_token_counts(chat, endpoint):
    completion = await complete(chat)

    assert "SECRET-BRIEF" in completion.text
    assert completion.model == "scripted"
    assert completion.completion_tokens is not None
    assert endpoint.requests[0]["model"] == "house"
    assert endpoint.requests[0]["max_tokens"] == 100


async def test_a_local_endpoint_needs_no_key_and_gets_ours_when_there_is_one(endpoint):
    without, with_key = (
        OpenAIChat(settings(endpoint.url, openai_api_key=key)) for key in (None, SecretStr("sk-local"))
    )

    await complete(without)
    await complete(with_key)

    assert endpoint.keys == ["Bearer none", "Bearer sk-local"]
    await without.close()
    await with_key.close()


@pytest.mark.parametrize(
    "url", ["https://api.openai.com/v1", "https://API.openai.com", "https://api.openai.com:443/v1/"]
)
def test_openai_itself_without_a_key_is_refused_at_the_start_with_the_variables_name(url):
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        OpenAIChat(settings(url)).require_key()


async def test_a_schema_is_asked_for_strictly(chat, endpoint):
    await complete(chat, schema={"type": "object"})

    wanted = endpoint.requests[0]["response_format"]
    assert wanted["json_schema"]["strict"] is True
    assert wanted["json_schema"]["schema"] == {"type": "object"}


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        (Refusal(), ModelRefused, "model_refused"),
        (Finished("content_filter"), ModelRefused, "model_refused"),
        (Finished("stop", ""), ModelEmpty, "model_empty"),
        (Finished("stop", " \n "), ModelEmpty, "model_empty"),
        (Finished("stop", "\u200b\u2060"), ModelEmpty, "model_empty"),
        (Finished("length"), ModelCutOff, "model_cut_off"),
        (Finished(None), ModelCutOff, "model_cut_off"),
        (Finished("paused"), ModelCutOff, "model_cut_off"),
        (Body(b'{"choices": ['), ModelGarbled, "model_garbled"),
        (Body(b'{"choices": []}'), ModelGarbled, "model_garbled"),
        (Body(b'{"choices": [{"message": "hi"}]}'), ModelGarbled, "model_garbled"),
        (Body(b"null"), ModelGarbled, "model_garbled"),
        (Body(b"\xff\xfe"), ModelGarbled, "model_garbled"),
        (Body(b"<html>Sign in</html>", "text/html"), ModelGarbled, "model_garbled"),
        (Body(b"data: {\n\n", "text/event-stream"), ModelGarbled, "model_garbled"),
        (Body(b"<html>Bad gateway</html>", "text/html", 502), ModelUnreachable, "model_unreachable"),
        (HalfABody(), ModelUnreachable, "model_unreachable"),
        (DroppedConnection(), ModelUnreachable, "model_unreachable"),
        (Status(500), ModelUnreachable, "model_unreachable"),
        (Status(503), ModelUnreachable, "model_unreachable"),
        (Status(429, headers={"Retry-After": "soon"}), ModelBusy, "model_busy"),
        (Status(429, code="insufficient_quota"), ModelMisconfigured, "model_misconfigured"),
        (Status(400, code="content_filter"), ModelRefused, "model_refused"),
        (Status(400), ModelMisconfigured, "model_http_400"),
        (Status(401), ModelMisconfigured, "model_http_401"),
        (Status(404), ModelMisconfigured, "model_http_404"),
        (Status(408), ModelTooSlow, "model_too_slow"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_every_failure_has_its_error_and_says_nothing_of_the_providers(
    chat, endpoint, fault, error, code
):
    endpoint.fail(fault)

    with pytest.raises(error) as raised:
        await complete(chat)

    assert raised.value.code == code
    assert "SECRET" not in f"{raised.value!r}{raised.value.sentence}"
    assert raised.value.__cause__ is None
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("fault", [Dripping(), Slow(FOREVER)], ids=["dripping", "silent"])
async def test_our_deadline_ends_an_answer_that_never_comes(endpoint, fault):
    endpoint.fail(fault)
    chat = OpenAIChat(settings(endpoint.url, model_timeout_seconds=0.3))

    with pytest.raises(ModelTooSlow):
        await complete(chat)

    await chat.close()


async def test_nobody_listening_is_unreachable():
    chat = OpenAIChat(settings("http://127.0.0.1:9/v1"))

    with pytest.raises(ModelUnreachable):
        await complete(chat)

    await chat.close()


async def test_a_pause_that_fits_the_deadline_is_kept_and_the_text_comes(chat, endpoint):
    endpoint.fail(busy(retry_after=1))

    completion = await complete(chat)

    assert completion.text
    assert len(endpoint.requests) == 2


async def test_a_pause_beyond_the_deadline_is_told_at_once(chat, endpoint):
    endpoint.fail(busy(retry_after=3600))

    with pytest.raises(ModelBusy) as raised:
        await complete(chat)

    assert raised.value.retry_after == 60


async def test_a_temperature_that_the_model_refuses_is_left_out_from_then_on(chat, endpoint):
    endpoint.fail(Status(400, code="unsupported_value", param="temperature"))

    await complete(chat)
    await complete(chat)

    assert ["temperature" in asked for asked in endpoint.requests] == [True, False, False]


@pytest.mark.parametrize(
    "error", [ModelBusy(retry_after=3), ModelTooSlow(), ModelMisconfigured(code="model_http_401")]
)
def test_errors_survive_being_stored_by_durable_work(error):
    restored = pickle.loads(pickle.dumps(error))

    assert vars(restored) == vars(error)
    assert isinstance(restored, Transient) == isinstance(error, Transient)


async def told(chat: OpenAIChat, **more: object):
    """A completion, and every text that was told on its way."""
    heard: list[str] = []
    completion = await complete(chat, on_text=heard.append, **more)
    return completion, heard


async def test_a_text_that_is_watched_is_told_as_it_grows_and_ends_the_same(chat, endpoint):
    whole = await complete(chat)

    completion, heard = await told(chat)

    assert completion.text == whole.text == heard[-1].strip()
    assert len(heard) > 10
    assert all(later.startswith(earlier) for earlier, later in pairwise(heard))
    assert completion.completion_tokens > 0
    assert completion.model == "scripted"
    assert endpoint.requests[1]["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Refusal(), ModelRefused),
        (Finished("content_filter"), ModelRefused),
        (Finished("stop", ""), ModelEmpty),
        (Finished("length"), ModelCutOff),
        (Finished(None), ModelCutOff),
        (BrokenStream(), ModelCutOff),
        (BrokenStream(data=b"data: [DONE]\n\n"), ModelCutOff),
        (BrokenStream(words=0), ModelGarbled),
        (BrokenStream(data=b'data: {"choices": [\n\n'), ModelGarbled),
        (BrokenStream(data=b'data: {"choices": "none"}\n\n'), ModelGarbled),
        (BrokenStream(data=b"data: null\n\n"), ModelGarbled),
        (BrokenStream(data=b'data: {"error": {"message": "SECRET-BRIEF"}}\n\n'), ModelUnreachable),
        (BrokenStream(drop=True), ModelUnreachable),
        (HalfABody(), ModelUnreachable),
        (DroppedConnection(), ModelUnreachable),
        (Body(b"<html>Sign in</html>", "text/html"), ModelGarbled),
        (Status(500), ModelUnreachable),
        (Status(400, code="context_length_exceeded"), ModelMisconfigured),
    ],
)
async def test_a_stream_that_does_not_end_well_is_no_text(chat, endpoint, fault, error):
    endpoint.fail(fault)

    with pytest.raises(error) as raised:
        await told(chat)

    assert type(raised.value) is error
    assert "SECRET" not in f"{raised.value!r}{raised.value.sentence}"
    assert raised.value.__cause__ is None


async def test_a_stream_that_stands_still_ends_at_our_deadline(endpoint):
    endpoint.fail(Held())
    chat = OpenAIChat(settings(endpoint.url, model_timeout_seconds=0.3))

    with pytest.raises(ModelTooSlow):
        await told(chat)

    await chat.close()


@pytest.mark.parametrize(
    ("refused", "left_out"),
    [("stream_options", {"stream_options"}), ("stream", {"stream", "stream_options"})],
)
async def test_an_endpoint_that_cannot_stream_writes_all_the_same(chat, endpoint, refused, left_out):
    endpoint.fail(Status(400, param=refused))

    first, _ = await told(chat)
    await told(chat)

    assert "SECRET-BRIEF" in first.text
    assert [left_out & asked.keys() for asked in endpoint.requests] == [
        {"stream", "stream_options"} & left_out,
        set(),
        set(),
    ]


@pytest.mark.parametrize("status", [400, 422])
async def test_an_endpoint_that_does_not_say_what_it_refuses_is_asked_once_more_without_a_stream(
    chat, endpoint, status
):
    endpoint.fail(Status(status), Status(status))

    with pytest.raises(ModelMisconfigured):
        await told(chat)
    first, heard = await told(chat)

    assert ["stream" in asked for asked in endpoint.requests] == [True, False, True]
    assert "SECRET-BRIEF" in first.text
    assert heard


async def test_an_answer_in_one_piece_to_a_wish_for_a_stream_is_taken(chat, endpoint):
    endpoint.fail(Slow(0))

    completion, heard = await told(chat)

    assert "SECRET-BRIEF" in completion.text
    assert heard == []
