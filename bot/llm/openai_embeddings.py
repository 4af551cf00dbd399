"""What texts mean as vectors, from any OpenAI-compatible endpoint; optional, and never needed for a draft."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import httpx2
import numpy as np
import openai
from numpy.typing import NDArray

from bot.errors import Transient
from bot.settings import Settings

_NO_KEY_NEEDED: Final = "none"  # The client refuses to start without a key; local endpoints ignore it.
_LONGEST_TEXT: Final = 2_000  # characters

Vectors = NDArray[np.float32]


class EmbeddingsUnavailable(Transient):
    """The endpoint did not answer, or not with one vector per text."""

    code = "embeddings_unavailable"
    sentence = "The embeddings endpoint did not answer. I searched without it."


class OpenAIEmbeddings:
    """Vectors behind OpenAI's embeddings protocol."""

    def __init__(self, settings: Settings) -> None:
        """Take the endpoint; its address and key are the chat's where none of their own are set."""
        key = settings.embeddings_api_key or settings.openai_api_key
        self._model = settings.embeddings_model or ""
        self._deadline = settings.embeddings_timeout_seconds
        self._client = openai.AsyncOpenAI(
            base_url=settings.embeddings_base_url or settings.openai_base_url,
            api_key=(key.get_secret_value() if key else "") or _NO_KEY_NEEDED,
            timeout=self._deadline,
            max_retries=0,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one vector of length 1 per text: shape (texts, dimensions).

        Raises:
            EmbeddingsUnavailable: no answer in time, or one that cannot be used.
        """
        wanted = [text[:_LONGEST_TEXT] or " " for text in texts]
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._client.embeddings.create(
                    model=self._model, input=wanted, encoding_format="float"
                )
            return _normalised(answer, number=len(wanted))
        except (openai.OpenAIError, httpx2.HTTPError, TimeoutError, ValueError, TypeError, AttributeError):
            # The provider's text may quote ours: it goes no further.
            raise EmbeddingsUnavailable from None


def _normalised(answer: Any, *, number: int) -> Vectors:
    ordered = sorted(answer.data, key=lambda each: int(each.index))
    vectors = np.asarray([each.embedding for each in ordered], np.float32)
    if vectors.ndim != 2 or len(vectors) != number or not np.isfinite(vectors).all():
        raise ValueError("not one vector per text")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
