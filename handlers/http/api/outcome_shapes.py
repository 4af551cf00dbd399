"""What outcomes look like on the wire."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.integrations.outcomes import Report
from handlers.http.api.fields import Body, DraftId, ExternalId, Moment, OutcomeName, OutcomeValue


class OutcomeIn(Body):
    """One measured value."""

    name: OutcomeName
    value: OutcomeValue
    measured_at: Annotated[
        Moment | None,
        Field(
            description="When it was measured; without it, now. The same draft, name and time is one outcome."
        ),
    ] = None

    def report(self, draft_id: str) -> Report:
        """Return it as the bot takes it."""
        return Report(name=self.name, value=self.value, measured_at=self.measured_at, draft_id=draft_id)


class NamedOutcomeIn(OutcomeIn):
    """One measured value, with the draft it is about."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"oneOf": [{"required": ["draft"]}, {"required": ["external_id"]}]},
    )

    draft: Annotated[DraftId | None, Field(description="Our id of the draft …")] = None
    external_id: Annotated[ExternalId | None, Field(description="… or yours: the latest draft with it.")] = (
        None
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.draft is None) == (self.external_id is None):
            raise ValueError("name the draft by draft or by external_id, one of them")
        return self

    def named_report(self) -> Report:
        """Return it as the bot takes it."""
        return Report(
            name=self.name,
            value=self.value,
            measured_at=self.measured_at,
            draft_id=self.draft,
            external_id=self.external_id,
        )


class OutcomesIn(Body):
    """Several values at once: all are kept, or none."""

    outcomes: Annotated[list[NamedOutcomeIn], Field(min_length=1, max_length=100)]


class OutcomeOut(BaseModel):
    """An outcome as it is kept."""

    name: str
    value: float
    measured_at: datetime

    @classmethod
    def of(cls, outcome: Any) -> Self:
        """Show an outcome."""
        return cls(name=outcome.name, value=outcome.value, measured_at=outcome.measured_at)


class NamedOutcomeOut(OutcomeOut):
    """An outcome with its draft."""

    draft: str


class OutcomesOut(BaseModel):
    """Outcomes as they are kept, in the order they came."""

    outcomes: list[NamedOutcomeOut]
