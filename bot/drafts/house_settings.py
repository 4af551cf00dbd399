"""What a deployment's settings say about writing: what the first release is made of, and what later changes change."""

import json
from dataclasses import asdict, dataclass
from typing import Final, Self

from bot.drafts.prompt_parts import Layout
from bot.drafts.release_spec import ReleaseSpec
from bot.llm.chat_model import ModelUse
from bot.settings import Settings

TEMPERATURE: Final = 0.4


@dataclass(frozen=True, slots=True)
class HouseSettings:
    """The settings that a release has of its own."""

    model: str
    temperature: float
    max_tokens: int
    layout: Layout
    examples: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return those of a deployment."""
        return cls(
            model=settings.openai_model,
            temperature=TEMPERATURE,
            max_tokens=settings.model_max_tokens,
            layout=settings.prompt_layout,
            examples=settings.prompt_examples,
        )

    @classmethod
    def from_json(cls, kept: str) -> Self | None:
        """Return what `to_json` wrote; None where nothing was kept."""
        values = json.loads(kept or "{}")
        return cls(**values) if values else None

    def to_json(self) -> str:
        """Return the settings as a release's row keeps them."""
        return json.dumps(asdict(self), sort_keys=True)

    def spec(self, name: str) -> ReleaseSpec:
        """Return the release that is made of the settings alone."""
        return ReleaseSpec(
            name=name,
            use=ModelUse(self.model),
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            layout=self.layout,
            examples=self.examples,
        )
