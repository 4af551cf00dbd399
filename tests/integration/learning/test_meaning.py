"""Examples found by meaning, through a real embeddings endpoint; by words when it fails."""

from datetime import timedelta

import pytest

from bot.learning.examples.example_finder import Examples
from bot.learning.examples.retrieval import Shelves
from bot.learning.scopes import Cell
from bot.llm.openai_embeddings import OpenAIEmbeddings
from bot.settings import Settings
from tests.factories import CHANNEL, NOW, WORKSPACE, make_correction, make_draft
from tests.fakes.embeddings_endpoint import EmbeddingsEndpoint


@pytest.fixture
async def endpoint():
    async with EmbeddingsEndpoint() as running:
        yield running


@pytest.fixture
async def finder(sqlite_database, endpoint):
    settings = Settings(_env_file=None, embeddings_base_url=endpoint.url, embeddings_model="fake")
    shelves = Shelves(sqlite_database, clock=lambda: NOW, embeddings=OpenAIEmbeddings(settings))
    examples = Examples(sqlite_database, shelves=shelves, clock=lambda: NOW)
    yield examples
    await examples.close()


@pytest.fixture
async def corrected(sqlite_database):
    """Five corrections; only a model of meaning knows that *zorp* and *blick* are one."""
    async with sqlite_database.begin() as unit:
        for number, brief in enumerate(("the zorp", "quux rules", "lunch menu", "lift times", "tax forms")):
            at = NOW - timedelta(days=90 - number)
            draft = await make_draft(unit, brief=brief, created_at=at)
            await make_correction(unit, draft, text=f"better {brief}", created_at=at, changed_at=at)


async def found(finder, brief):
    cell = Cell(CHANNEL, "plain")
    return [one.brief for one in await finder.find(cell, workspace_id=WORKSPACE, brief=brief, limit=2)]


async def test_what_means_the_same_is_found_in_other_words(finder, corrected):
    assert "the zorp" in await found(finder, "a blick")


async def test_without_an_answer_the_words_count_and_the_endpoint_is_let_rest(finder, corrected, endpoint):
    endpoint.faults += [500, 500, 500]

    first = await found(finder, "the zorp")
    asked = len(endpoint.asked)
    again = await found(finder, "a blick")

    assert "the zorp" in first
    assert "the zorp" not in again
    assert len(endpoint.asked) == asked


async def test_a_brief_is_sent_once(finder, corrected, endpoint):
    await found(finder, "a blick")
    await found(finder, "a blick")

    sent = [text for texts in endpoint.asked for text in texts]
    assert sent.count("the zorp") == 1
    assert sent.count("a blick") == 2
