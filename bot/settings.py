"""Every setting, by the names of the outside contract; `.env.example` explains each."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError


def _slack(name: str) -> AliasChoices:
    return AliasChoices(name)


class Settings(BaseSettings):
    """The settings of one deployment, read from the environment and `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="DRAFTLOOP_", env_file=".env", extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    slack_bot_token: SecretStr | None = Field(None, validation_alias=_slack("SLACK_BOT_TOKEN"))
    slack_app_token: SecretStr | None = Field(None, validation_alias=_slack("SLACK_APP_TOKEN"))
    slack_signing_secret: SecretStr | None = Field(None, validation_alias=_slack("SLACK_SIGNING_SECRET"))
    slack_client_id: str | None = Field(None, validation_alias=_slack("SLACK_CLIENT_ID"))
    slack_client_secret: SecretStr | None = Field(None, validation_alias=_slack("SLACK_CLIENT_SECRET"))
    slack_api_url: str = Field("https://slack.com/api/", validation_alias=_slack("SLACK_API_URL"))

    openai_api_key: SecretStr | None = Field(None, validation_alias=AliasChoices("OPENAI_API_KEY"))
    openai_base_url: str = Field(
        "https://api.openai.com/v1", validation_alias=AliasChoices("OPENAI_BASE_URL")
    )
    openai_model: str = Field("gpt-4o-mini", validation_alias=AliasChoices("OPENAI_MODEL"))

    database_url: str = Field("sqlite:///draftloop.db", validation_alias=AliasChoices("DATABASE_URL"))

    http_host: str = "127.0.0.1"
    http_port: int = Field(3000, ge=0, le=65535)
    encryption_keys: Annotated[list[SecretStr], NoDecode] = []
    admins: Annotated[list[str], NoDecode] = []  # Slack user ids besides the workspace's own admins
    admin_channel: str | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"
    model_timeout_seconds: float = Field(45, gt=0, le=60)
    model_max_tokens: int = Field(1200, ge=16, le=32_000)
    prompt_layout: Literal["sections", "turns"] = "sections"
    prompt_examples: int = Field(4, ge=0, le=20)
    embeddings_model: str | None = None  # None: similar drafts are found by their words alone
    embeddings_base_url: str | None = None
    embeddings_api_key: SecretStr | None = None
    embeddings_timeout_seconds: float = Field(3, gt=0, le=30)
    read_replies: Literal["rules", "model"] = "model"
    distil: Literal["model", "patterns"] = "model"
    tick_seconds: float = Field(5, gt=0, le=60)
    replica_dead_after_seconds: float = Field(15, gt=0, le=600, validate_default=True)
    inbox_poll_seconds: float = Field(0.5, gt=0, le=5)
    socket_connections: int = Field(2, ge=1, le=10)
    asks_per_day: int = Field(2, ge=0, le=2)
    count_other_organisations: bool = False
    webhook_allow_private: bool = False
    trainer: Literal["none", "playbook", "trl", "openai", "command", "webhook"] = "none"
    trainer_command: str | None = None
    trainer_webhook_url: str | None = None
    trainer_webhook_secret: SecretStr | None = None
    trainer_budget: int = Field(600, ge=20)  # model calls of a `playbook` run
    trainer_openai_base_url: str | None = None  # None: OPENAI_BASE_URL
    trainer_openai_api_key: SecretStr | None = None  # None: OPENAI_API_KEY
    trainer_openai_model: str | None = None  # the model to tune; None: OPENAI_MODEL
    trainer_trl_model: str | None = None  # a folder, or a GGUF file; None: the embedded model
    trainer_timeout_seconds: float = Field(14_400, gt=0)
    retrain_cron: str | None = None
    retrain_threshold: int = Field(25, ge=1)
    retrain_minimum_rows: int = Field(10, ge=1)
    retrain_second: Literal["join", "queue"] = "join"  # what a trigger does while a run is under way
    promotion: Literal["admin", "automatic"] = "admin"
    trial_mode: Literal["auto", "blind", "randomised"] = "auto"
    trial_days: int = Field(14, ge=1, le=60)
    trial_pairs: int = Field(200, ge=12, le=1000)
    judge_model: str | None = None  # compares texts at the gate; it counts only where it sides with people
    guard: bool = True  # a release that falls behind is rolled back by itself
    data_dir: Path = Path("draftloop-data")  # where a command trainer finds its files

    @property
    def key_file(self) -> Path:
        """Where the encryption key is kept when none is set: beside the SQLite file, else in the data folder."""
        if self.database_url.startswith("sqlite:///"):
            path = self.database_url.removeprefix("sqlite:///").partition("?")[0]
            return Path(f"{path}.key")
        return self.data_dir / "encryption.key"

    @field_validator("encryption_keys", "admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            return value
        raise ValueError("must start with sqlite:/// or postgresql:// (write postgresql://, not postgres://)")

    @field_validator("replica_dead_after_seconds")
    @classmethod
    def _outlasts_a_late_beat(cls, value: float, info: ValidationInfo) -> float:
        if value >= 2 * info.data.get("tick_seconds", 0):
            return value
        raise ValueError("must be at least twice DRAFTLOOP_TICK_SECONDS, or the living are taken for dead")


def _sentence(error: ValidationError) -> str:
    problem = error.errors(include_input=False, include_url=False)[0]
    field = str(problem["loc"][0]) if problem["loc"] else "settings"
    name = field.upper() if field.isupper() else _variable(field)
    return f"{name} is not usable: {problem['msg'].removeprefix('Value error, ')}."


def _variable(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias if field in Settings.model_fields else None
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"DRAFTLOOP_{field.upper()}"


def load_settings(**overrides: object) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: a value is missing or wrong; one sentence that names the variable and shows no secret.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
