"""What drafts look like on the wire."""

import hashlib
import json
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from bot.drafts.request import LONGEST_BRIEF, LONGEST_TEXT, SuppliedText
from bot.integrations.drafts import DraftView, Wanted
from handlers.http.api.fields import Body, ChannelId, ExternalId
from handlers.http.api.outcome_shapes import OutcomeOut
from storage.models import Correction, Revision

METADATA_BYTES: Final = 8 * 1024
_EXAMPLE: Final[dict[str, JsonValue]] = {
    "channel": "C0123456789",
    "task": "resume-bullet",
    "text": "Cut the nightly build from 40 to 9 minutes by caching what had not changed.",
    "brief": "A bullet about the build times",
    "model": "our-writer",
    "version": "2026-11",
    "external_id": "job-4711",
    "metadata": {"customer": 12},
}


class DraftIn(Body):
    """What you want: a `brief` for the bot, or a `text` of your own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [_EXAMPLE, {"channel": "C0123456789", "brief": "announce that we open at 9"}],
            "anyOf": [{"required": ["brief"]}, {"required": ["text"]}],
        },
    )

    channel: ChannelId
    brief: Annotated[
        str | None,
        Field(
            max_length=LONGEST_BRIEF,
            description="What to write about. With `text`: what yours was asked for; it is needed to learn from it.",
        ),
    ] = None
    text: Annotated[
        str | None, Field(max_length=LONGEST_TEXT, description="A text of your own AI, posted as it is.")
    ] = None
    model: Annotated[
        str | None, Field(min_length=1, max_length=128, description="Which model wrote `text`.")
    ] = None
    version: Annotated[
        str | None,
        Field(
            pattern="^[a-z0-9][a-z0-9._-]{0,47}$",
            description="Which version of your writer `text` came from: figures and outcomes are told apart by it.",
        ),
    ] = None
    task: Annotated[
        str | None,
        Field(min_length=1, max_length=64, description="The kind of draft; without it the channel's own."),
    ] = None
    external_id: ExternalId | None = None
    metadata: Annotated[
        dict[str, JsonValue] | None,
        Field(
            description="Whatever you want to get back with the draft, at most 8 kB as JSON. It is kept encrypted."
        ),
    ] = None

    @field_validator("metadata")
    @classmethod
    def _is_small(cls, metadata: dict[str, JsonValue] | None) -> dict[str, JsonValue] | None:
        if metadata is not None and len(_as_json(metadata).encode()) > METADATA_BYTES:
            raise ValueError(f"it is larger than {METADATA_BYTES} bytes")
        return metadata

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not _says_something(self.brief) and not _says_something(self.text):
            raise ValueError("give a brief, or a text of your own")
        if self.text is None and (self.model or self.version):
            raise ValueError("model and version go with a text of your own")
        return self

    def wanted(self) -> Wanted:
        """Return the request as the bot takes it."""
        text = (self.text or "").strip() if _says_something(self.text) else ""
        return Wanted(
            channel_id=self.channel,
            brief=self.brief or "" if _says_something(self.brief) else "",
            task=self.task,
            supplied=SuppliedText(text, self.model, self.version) if text else None,
            external_id=self.external_id,
            metadata=None if self.metadata is None else _as_json(self.metadata),
            body_hash=hashlib.sha256(_as_json(self.model_dump(mode="json")).encode()).hexdigest(),
        )


class RevisionOut(BaseModel):
    """One text of a draft."""

    number: int
    kind: Annotated[
        str,
        Field(
            description="`generated`, `supplied` (yours), `edited` (a person's), `revised` (after a correction)."
        ),
    ]
    text: Annotated[
        str | None, Field(description="null where a person wrote it and the token lacks `feedback:read`.")
    ]
    model: str | None
    created_at: datetime

    @classmethod
    def of(cls, revision: Revision, *, view: DraftView) -> Self:
        """Show a revision."""
        return cls(
            number=revision.number,
            kind=revision.kind,
            text=view.text_of(revision),
            model=revision.model,
            created_at=revision.created_at,
        )


class StandingOut(BaseModel):
    """What all counted opinions add up to."""

    positives: int
    negatives: int
    approvals: int
    flags: int
    corrections: int
    ratings: int
    mean_rating: float | None
    verdict: Literal["open", "accepted", "rejected"]


class CorrectionOut(BaseModel):
    """A person's better text, or their instruction how to get it."""

    user: str
    source: Annotated[str, Field(description="`thread`, `edit`, `reason` or `line`.")]
    interpretation: Annotated[str, Field(description="`rewrite`, `instruction` or `talk`.")]
    text: str | None
    state: Annotated[str, Field(description="`standing` or `withdrawn`.")]
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, correction: Correction) -> Self:
        """Show a correction; one that was withdrawn keeps no words."""
        return cls(
            user=correction.user_id,
            source=correction.source,
            interpretation=correction.interpretation,
            text=correction.text if correction.state == "standing" else None,
            state=correction.state,
            created_at=correction.created_at,
            changed_at=correction.changed_at,
        )


class DraftOut(BaseModel):
    """A draft and everything known about it."""

    id: str
    external_id: str | None
    metadata: dict[str, JsonValue] | None
    state: Annotated[str, Field(description="`asked`, `posted` or `failed`.")]
    failure: Annotated[str | None, Field(description="Why it failed, in a word.")]
    hidden: Annotated[
        bool, Field(description="So many people flagged it that its text was taken out of sight.")
    ]
    channel: str
    message_ts: str | None
    permalink: Annotated[
        str | None, Field(description="Where it stands in Slack; null while Slack does not say.")
    ]
    task: str
    release: Annotated[str, Field(description="What wrote it; `own` or `own:VERSION` for texts of yours.")]
    source: str
    text: Annotated[str | None, Field(description="The text that counts now.")]
    revisions: list[RevisionOut]
    standing: StandingOut
    corrections: Annotated[
        list[CorrectionOut] | None, Field(description="null without the scope `feedback:read`.")
    ]
    outcomes: list[OutcomeOut]
    created_at: datetime
    posted_at: datetime | None

    @classmethod
    def of(cls, view: DraftView) -> Self:
        """Show a draft."""
        draft = view.draft
        corrections = view.corrections
        return cls(
            **_columns(view),
            metadata=json.loads(draft.own_metadata) if draft.own_metadata else None,
            hidden=draft.hidden_at is not None,
            channel=draft.channel_id,
            permalink=view.permalink,
            text=view.text_of(view.current),
            revisions=[RevisionOut.of(revision, view=view) for revision in view.revisions],
            standing=_standing(view),
            corrections=None if corrections is None else [CorrectionOut.of(one) for one in corrections],
            outcomes=[OutcomeOut.of(outcome) for outcome in view.outcomes],
        )


class DraftsOut(BaseModel):
    """Drafts, newest first."""

    drafts: list[DraftOut]


def _columns(view: DraftView) -> dict[str, Any]:
    names = "id external_id state failure message_ts task release source created_at posted_at"
    return {name: getattr(view.draft, name) for name in names.split()}


def _standing(view: DraftView) -> StandingOut:
    names = ("positives", "negatives", "approvals", "flags", "corrections", "ratings", "verdict")
    counts = {name: getattr(view.standing, name) for name in names}
    ratings = view.standing.ratings
    return StandingOut(**counts, mean_rating=view.standing.rating_total / ratings if ratings else None)


def _says_something(text: str | None) -> bool:
    """Whether there is anything to read in a text: invisible characters are nothing."""
    return any(character.isprintable() and not character.isspace() for character in text or "")


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
