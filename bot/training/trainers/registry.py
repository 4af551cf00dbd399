"""Which trainer the settings name. A new trainer is one line here."""

import shlex
from collections.abc import Callable

from bot.errors import SettingsError
from bot.settings import Settings
from bot.training.trainers.base import Trainer
from bot.training.trainers.command import CommandTrainer
from bot.training.trainers.openai import OpenAITrainer
from bot.training.trainers.parts import TrainerParts
from bot.training.trainers.playbook import PlaybookTrainer
from bot.training.trainers.trl import TrlTrainer
from bot.training.trainers.webhook import WebhookTrainer


def build_trainer(settings: Settings, parts: TrainerParts | None = None) -> Trainer | None:
    """Return the configured trainer, None when training is off.

    Without `parts` only the settings are checked: a trainer that needs parts is not built.

    Raises:
        SettingsError: the trainer that is named lacks one of its settings.
    """
    build = BUILDERS.get(settings.trainer)
    return None if build is None else build(settings, parts)


def _command(settings: Settings, _: TrainerParts | None) -> Trainer:
    command = _needed(settings.trainer_command, "DRAFTLOOP_TRAINER_COMMAND", settings)
    try:
        argv = shlex.split(command)
    except ValueError:
        raise SettingsError("DRAFTLOOP_TRAINER_COMMAND has a quotation mark without its partner.") from None
    timeout_seconds = settings.trainer_timeout_seconds
    return CommandTrainer(argv, data_dir=settings.data_dir, timeout_seconds=timeout_seconds)


def _webhook(settings: Settings, _: TrainerParts | None) -> Trainer:
    url = _needed(settings.trainer_webhook_url, "DRAFTLOOP_TRAINER_WEBHOOK_URL", settings)
    secret = settings.trainer_webhook_secret
    key = _needed(secret.get_secret_value() if secret else None, "DRAFTLOOP_TRAINER_WEBHOOK_SECRET", settings)
    return WebhookTrainer(url, secret=key)


def _playbook(settings: Settings, parts: TrainerParts | None) -> Trainer | None:
    return None if parts is None else PlaybookTrainer(parts, budget=settings.trainer_budget)


def _trl(settings: Settings, _: TrainerParts | None) -> Trainer:
    return TrlTrainer(
        settings.trainer_trl_model,
        data_dir=settings.data_dir,
        timeout_seconds=settings.trainer_timeout_seconds,
    )


def _openai(settings: Settings, _: TrainerParts | None) -> Trainer:
    own, chats = settings.trainer_openai_api_key, settings.openai_api_key
    base_url = settings.trainer_openai_base_url or settings.openai_base_url
    # The chat endpoint's key goes to the chat endpoint alone.
    key = own or (chats if settings.trainer_openai_base_url is None else None)
    if key is None and settings.trainer_openai_base_url is None:
        _needed(None, "DRAFTLOOP_TRAINER_OPENAI_API_KEY or OPENAI_API_KEY", settings)
    return OpenAITrainer(
        base_url,
        api_key=key.get_secret_value() if key else None,
        model=settings.trainer_openai_model or settings.openai_model,
    )


def _needed(value: str | None, variable: str, settings: Settings) -> str:
    if not value or not value.strip():
        raise SettingsError(f"DRAFTLOOP_TRAINER is {settings.trainer}, which needs {variable}.")
    return value


Build = Callable[[Settings, TrainerParts | None], Trainer | None]
BUILDERS: dict[str, Build] = {
    "playbook": _playbook,
    "trl": _trl,
    "openai": _openai,
    "webhook": _webhook,
    "command": _command,
}
