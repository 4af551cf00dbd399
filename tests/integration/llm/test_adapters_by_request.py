"""A local adapter is chosen per request, by its file's hash; an endpoint without it must not answer in its place."""

import pytest
from aiohttp import web

from bot.llm.chat_model import (
    ChatMessage,
    ModelAdapterMissing,
    ModelMisconfigured,
    ModelUnreachable,
    ModelUse,
)
from bot.llm.openai_chat import OpenAIChat
from bot.llm.scripted import completion_body
from bot.settings import Settings

OURS, OTHER = "a" * 64, "b" * 64
ASK = (ChatMessage("user", "go"),)


class Llama:
    """A server like llama.cpp's: adapters by number, which change when it starts anew."""

    def __init__(self, *adapters):
        self.adapters = list(adapters)
        self.requests = []
        self.restarts_with = None

    async def list(self, _request):
        listed = [{"id": n, "path": f"/x/{name}.gguf", "scale": 0.0} for n, name in enumerate(self.adapters)]
        return web.json_response(listed)

    async def complete(self, request):
        body = await request.json()
        if self.restarts_with is not None:
            self.adapters, self.restarts_with = self.restarts_with, None
        self.requests.append(body)
        number = body["lora"][0]["id"] if "lora" in body else None
        known = number is not None and number < len(self.adapters)
        return web.json_response(completion_body(self.adapters[number][:1] if known else "base"))


@pytest.fixture
async def serve():
    runners, chats = [], []

    async def start(llama, *, lists=True, **settings):
        app = web.Application()
        app.router.add_post("/v1/chat/completions", llama.complete)
        if lists:
            app.router.add_get("/lora-adapters", llama.list)
        runner = web.AppRunner(app)
        await runner.setup()
        runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        url = f"http://127.0.0.1:{port}/v1"
        chats.append(
            OpenAIChat(Settings(_env_file=None, openai_base_url=url, openai_model="house", **settings))
        )
        return chats[-1]

    yield start
    for chat in chats:
        await chat.close()
    for runner in runners:
        await runner.cleanup()


async def text_of(chat, use):
    return (await chat.using(use).complete(ASK, max_tokens=9, temperature=0.1)).text


async def test_each_request_chooses_its_model_and_adapter(serve):
    llama = Llama(OTHER, OURS)
    chat = await serve(llama)

    said = [await text_of(chat, use) for use in (ModelUse(), ModelUse("tuned"), ModelUse(None, OURS))]

    assert said == ["base", "base", "a"]
    assert [one["model"] for one in llama.requests] == ["house", "tuned", "house"]
    assert llama.requests[2]["lora"] == [{"id": 1, "scale": 1.0}]
    assert "lora" not in llama.requests[0]


async def test_an_adapter_that_the_endpoint_does_not_have_is_no_reason_to_answer_without_it(serve):
    llama = Llama(OTHER)
    chat = await serve(llama)

    with pytest.raises(ModelAdapterMissing):
        await text_of(chat, ModelUse(None, OURS))

    assert llama.requests == []


async def test_an_endpoint_that_knows_no_adapters_is_not_asked_for_a_text(serve):
    llama = Llama()
    chat = await serve(llama, lists=False)

    with pytest.raises(ModelMisconfigured):
        await text_of(chat, ModelUse(None, OURS))

    assert llama.requests == []


async def test_a_list_that_cannot_be_read_is_an_endpoint_out_of_reach(serve):
    class Garbled(Llama):
        async def list(self, _request):
            return web.json_response({"no": "list"})

    llama = Garbled()
    chat = await serve(llama)

    with pytest.raises(ModelUnreachable):
        await text_of(chat, ModelUse(None, OURS))


async def test_numbers_that_moved_while_it_was_asked_have_it_asked_again(serve):
    llama = Llama(OURS)
    llama.restarts_with = [OTHER, OURS]
    chat = await serve(llama)

    said = await text_of(chat, ModelUse(None, OURS))

    assert said == "a"
    assert [one["lora"][0]["id"] for one in llama.requests] == [0, 1]


async def test_what_one_model_refuses_is_still_sent_to_another(serve):
    refused = []

    class Picky(Llama):
        async def complete(self, request):
            body = await request.json()
            if body["model"] == "picky" and "temperature" in body:
                refused.append(1)
                error = {"message": "no", "code": "unsupported_value", "param": "temperature"}
                return web.json_response({"error": error}, status=400)
            return await super().complete(request)

    llama = Picky()
    chat = await serve(llama)

    for name in ("picky", "picky", None):
        await text_of(chat, ModelUse(name))

    assert len(refused) == 1
    assert ["temperature" in one for one in llama.requests] == [False, False, True]
