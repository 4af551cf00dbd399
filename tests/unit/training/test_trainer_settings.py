"""Which trainer the settings give, and the one sentence when one of its settings is missing."""

import pytest

from bot.errors import SettingsError
from bot.settings import Settings
from bot.training.trainers.command import CommandTrainer
from bot.training.trainers.registry import build_trainer
from bot.training.trainers.webhook import WebhookTrainer

SECRET = "a-webhook-secret-of-a-good-length"


def settings(**given):
    return Settings(_env_file=None, **given)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"trainer": "command", "trainer_command": "train --epochs 1"}, CommandTrainer),
        (
            {
                "trainer": "webhook",
                "trainer_webhook_url": "https://trainer.example/",
                "trainer_webhook_secret": SECRET,
            },
            WebhookTrainer,
        ),
        ({"trainer": "none"}, type(None)),
    ],
)
def test_the_named_trainer_is_built(given, kind):
    assert type(build_trainer(settings(**given))) is kind


@pytest.mark.parametrize(
    ("given", "variable"),
    [
        ({"trainer": "command"}, "DRAFTLOOP_TRAINER_COMMAND"),
        ({"trainer": "command", "trainer_command": "  "}, "DRAFTLOOP_TRAINER_COMMAND"),
        ({"trainer": "command", "trainer_command": "train 'the model"}, "DRAFTLOOP_TRAINER_COMMAND"),
        ({"trainer": "webhook", "trainer_webhook_secret": SECRET}, "DRAFTLOOP_TRAINER_WEBHOOK_URL"),
        (
            {"trainer": "webhook", "trainer_webhook_url": "https://trainer.example/"},
            "DRAFTLOOP_TRAINER_WEBHOOK_SECRET",
        ),
    ],
)
def test_a_trainer_without_one_of_its_settings_names_the_variable(given, variable):
    with pytest.raises(SettingsError, match=variable) as refused:
        build_trainer(settings(**given))

    assert SECRET not in refused.value.sentence
