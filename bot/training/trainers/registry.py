"""Which trainer the settings name. A new trainer is one line here."""

import shlex
from collections.abc import Callable

from bot.errors import SettingsError
from bot.settings import Settings
from bot.training.trainers.base import Trainer
from bot.training.trainers.command import CommandTrainer
from bot.training.trainers.webhook import WebhookTrainer


def build_trainer(settings: Settings) -> Trainer | None:
    """Return the configured trainer, None when training is off.

    Raises:
        SettingsError: the trainer that is named lacks one of its settings.
    """
    build = BUILDERS.get(settings.trainer)
    return None if build is None else build(settings)


def _command(settings: Settings) -> Trainer:
    command = _needed(settings.trainer_command, "DRAFTLOOP_TRAINER_COMMAND", settings)
    try:
        argv = shlex.split(command)
    except ValueError:
        raise SettingsError("DRAFTLOOP_TRAINER_COMMAND has a quotation mark without its partner.") from None
    timeout_seconds = settings.trainer_timeout_seconds
    return CommandTrainer(argv, data_dir=settings.data_dir, timeout_seconds=timeout_seconds)


def _webhook(settings: Settings) -> Trainer:
    url = _needed(settings.trainer_webhook_url, "DRAFTLOOP_TRAINER_WEBHOOK_URL", settings)
    secret = settings.trainer_webhook_secret
    key = _needed(secret.get_secret_value() if secret else None, "DRAFTLOOP_TRAINER_WEBHOOK_SECRET", settings)
    return WebhookTrainer(url, secret=key)


def _needed(value: str | None, variable: str, settings: Settings) -> str:
    if not value or not value.strip():
        raise SettingsError(f"DRAFTLOOP_TRAINER is {settings.trainer}, which needs {variable}.")
    return value


BUILDERS: dict[str, Callable[[Settings], Trainer]] = {"command": _command, "webhook": _webhook}
