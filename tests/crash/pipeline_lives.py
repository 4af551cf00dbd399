"""A bot that dies at every step of a pipeline: after the step's work and before it is noted, and again right behind it.

Run as a program; it forks one life after the other, each of which takes up what the one before left, until one sees the
end of the run. Deaths are noted in a file, so that each comes once. Imports are done once, before the first life.
"""

import asyncio
import json
import os
import re
import signal
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from bot.drafts.casting import Casting
from bot.releases.judges import Judges
from bot.releases.promote import Promotion
from bot.releases.registry import ReleaseBook
from bot.releases.releases import build_releases
from bot.runtime.durable import Durable
from bot.runtime.steps import step
from bot.settings import Settings
from bot.slack.access import Admins
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from bot.training.trainers.webhook import WebhookTrainer
from bot.training.training import build_training
from handlers.workflows import pipeline
from storage.engine import Database
from storage.keyring import Keyring
from storage.types import utc_now
from tests.conftest import TEST_KEY
from tests.fakes.chosen_ends import ChosenEnds

MOST_LIVES = 80
LIFE_SECONDS = 60


class Fate:
    """Kills this process at each place once, whichever life comes there first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._met = set(path.read_text().splitlines()) if path.exists() else set()

    def meet(self, place: str) -> None:
        """Die here, unless a life before did."""
        if place in self._met:
            return
        with self._path.open("a") as file:
            file.write(f"{place}\n")
            file.flush()
            os.fsync(file.fileno())
        os.kill(os.getpid(), signal.SIGKILL)

    async def step(self, name, function, *args, **options):
        """A step that one does not survive at first."""
        kind = re.sub(r"\d+", "#", name)

        async def deadly(*ids):
            result = await function(*ids)
            self.meet(f"{kind}: done, not noted")
            return result

        result = await step(name, deadly, *args, **options)
        self.meet(f"{kind}: noted")
        return result


def open_services(config: dict, *, life: int) -> SimpleNamespace:
    """Wire what the pipeline needs; how gate and trial end is chosen, what they decide about is real."""
    settings = Settings(
        _env_file=None,
        slack_api_url=config["slack_url"],
        slack_bot_token=config["slack_token"],
        retrain_minimum_rows=1,
        promotion="automatic",
        admin_channel=config["admins"],
    )
    database = Database.connect(config["database_url"], keyring=Keyring([TEST_KEY]))
    durable = Durable(database, executor_id=f"life-{life}")
    messenger = Messenger(Clients(settings, database), database=database, posts_per_second=1_000)
    trainer = WebhookTrainer(config["trainer_url"], secret=config["trainer_secret"])
    shared = {"settings": settings, "durable": durable, "messenger": messenger, "clock": utc_now}
    training = build_training(database, trainer=trainer, **shared)
    ends = ChosenEnds(database)
    judges = Judges(
        casting=Casting(database, settings=settings, clock=utc_now),
        book=ReleaseBook(database),
        gate=ends,
        trials=ends,
        promotion=Promotion(database, clock=utc_now),
    )
    admins = Admins(messenger, named=[])
    releases = build_releases(database, training=training, judges=judges, admins=admins, **shared)
    return SimpleNamespace(database=database, durable=durable, training=training, releases=releases)


async def live(config: dict, *, life: int) -> None:
    """Take up what is left, until the run is over."""
    pipeline.step = Fate(Path(config["deaths"])).step
    pipeline.FIRST_PAUSE, pipeline.BETWEEN_ADVANCES = 0.02, 0.05
    services = open_services(config, life=life)
    services.durable.workflow("pipeline", partial(pipeline.run_pipeline, services=services))
    await services.durable.launch()
    await services.durable.resume(executor_ids=[f"life-{earlier}" for earlier in range(life)])
    await services.durable.result(f"pipeline:{config['run_id']}", timeout=LIFE_SECONDS)
    await services.durable.close()
    await services.database.close()


def main() -> int:
    """Live until a life ends by itself; return how many there were, 0 when something else went wrong."""
    config = json.loads(Path(sys.argv[1]).read_text())
    for life in range(1, MOST_LIVES):
        child = os.fork()
        if child == 0:
            asyncio.run(live(config, life=life))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            return life if os.WEXITSTATUS(status) == 0 else 0
    return 0


if __name__ == "__main__":
    print(main())  # noqa: T201 - how the story that started it learns of the end
