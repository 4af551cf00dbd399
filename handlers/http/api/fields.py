"""Kinds of fields that several resources have."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

_WRITTEN: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
LARGEST_VALUE: Final = 1e15


def _only_written(value: Any) -> Any:
    if not isinstance(value, str) or not _WRITTEN.fullmatch(value):
        raise ValueError("write the time as 2026-11-23T09:00:00Z, with a zone")
    return value


def _near(moment: datetime) -> datetime:
    if not _EARLIEST <= moment < _LATEST:
        raise ValueError("the time is not between the years 2000 and 2100")
    return moment.astimezone(UTC)


Moment = Annotated[datetime, BeforeValidator(_only_written), AfterValidator(_near)]
DraftId = Annotated[str, Field(pattern="^[0-9a-f]{32}$", examples=["0af7651916cd43dd8448eb211c80319c"])]
DraftPath = Annotated[str, Path(alias="draft_id", pattern="^[0-9a-f]{32}$", description="The draft's id.")]
ChannelId = Annotated[
    str, Field(pattern="^[CG][A-Z0-9]{2,62}$", description="Slack's id.", examples=["C0123456789"])
]
ExternalId = Annotated[
    str, Field(min_length=1, max_length=255, description="What your system calls it.", examples=["job-4711"])
]
OutcomeName = Annotated[
    str,
    Field(
        pattern="^[a-z][a-z0-9_-]{0,63}$",
        description="What was measured.",
        examples=["ats-score", "reply_rate"],
    ),
]
OutcomeValue = Annotated[
    float,
    Field(strict=True, allow_inf_nan=False, ge=-LARGEST_VALUE, le=LARGEST_VALUE, examples=[0.82]),
]


class Body(BaseModel):
    """A request's body: what it does not name is refused, so that a mistyped field is noticed."""

    model_config = ConfigDict(extra="forbid")
