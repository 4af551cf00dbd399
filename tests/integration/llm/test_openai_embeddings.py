import asyncio

import numpy as np
import pytest
from pydantic import SecretStr

from bot.llm.openai_embeddings import EmbeddingsUnavailable, OpenAIEmbeddings
from bot.settings import Settings
from tests.fakes.embeddings_endpoint import EmbeddingsEndpoint


@pytest.fixture
async def endpoint():
    async with EmbeddingsEndpoint() as running:
        yield running


@pytest.fixture
async def embeddings(endpoint):
    client = OpenAIEmbeddings(settings_for(endpoint.url))
    yield client
    await client.close()


def settings_for(url, **more):
    return Settings(
        _env_file=None,
        openai_base_url="http://127.0.0.1:9/v1",
        openai_api_key=SecretStr("chat"),
        embeddings_base_url=url,
        embeddings_model="fake",
        **more,
    )


async def test_each_text_becomes_a_vector_of_length_one(embeddings):
    vectors = await embeddings.embed(["lunch is late", "the lift", ""])

    assert vectors.shape == (3, 5)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1])
    assert vectors[0] @ vectors[0] > vectors[0] @ vectors[1]


@pytest.mark.parametrize(
    "fault",
    [
        500,
        401,
        {"data": []},
        {"data": [{"index": 0, "embedding": "no"}]},
        {"data": [{"index": 0, "embedding": [float("inf")]}]},
        {"oops": 1},
    ],
    ids=["error", "key", "too few", "text", "endless", "shape"],
)
async def test_an_answer_that_cannot_be_used_is_one_kind_of_failure(endpoint, embeddings, fault):
    endpoint.faults.append(fault)

    with pytest.raises(EmbeddingsUnavailable):
        await embeddings.embed(["one"])


async def test_nobody_waits_longer_than_the_setting_says(endpoint):

    endpoint.hold = asyncio.Event()
    client = OpenAIEmbeddings(settings_for(endpoint.url, embeddings_timeout_seconds=0.05))

    with pytest.raises(EmbeddingsUnavailable):
        await client.embed(["one"])

    await client.close()


async def test_no_endpoint_at_all_is_the_same_failure():
    client = OpenAIEmbeddings(settings_for(None))

    with pytest.raises(EmbeddingsUnavailable):
        await client.embed(["one"])

    await client.close()
