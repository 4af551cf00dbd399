"""`make retrain-demo`: a real retrain, from corrections in Slack to a promoted release, on this machine's processor."""

import asyncio
import importlib.util
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from bot.errors import BotError
from bot.logs import configure_logs
from bot.sandbox import Sandbox
from bot.training.trainers.trl import NEEDED
from handlers.cli.demo.clock import StoryClock
from handlers.cli.demo.folder import DemoFolder, open_folder
from handlers.cli.demo.model import open_model
from handlers.cli.demo.retrain_story import Findings, RetrainStory, report
from handlers.cli.demo.stage import build_app
from handlers.cli.demo.telling import Teller

BEGUN: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
_MISSING: Final = (
    "The retrain demo trains a model, which needs PyTorch and TRL, and they are not installed here: "
    "`make retrain-demo` installs them where they exist."
)


def main() -> int:
    """Play the demo in a folder that is thrown away; return 0 when everything came out as promised."""
    configure_logs(level="ERROR")
    console, began = Console(highlight=False), time.monotonic()
    if not all(importlib.util.find_spec(name) for name in NEEDED):
        console.print(_MISSING)
        return 1
    try:
        with (
            tempfile.TemporaryDirectory(prefix="draftloop-retrain-") as made,
            open_folder(Path(made)) as home,
        ):
            found = asyncio.run(_play(home, Teller(console)))
    except BotError as error:
        console.print(error.sentence)
        return 1
    console.rule("[bold]What came out[/bold]", align="left", style="dim")
    for line in report(found):
        console.print(line)
    console.print(f"All of it took {(time.monotonic() - began) / 60:.1f} minutes.")
    return 0 if found.is_as_promised else 1


async def _play(home: DemoFolder, teller: Teller) -> Findings:
    teller.chapter("Draftloop, a real retrain")
    teller.note(
        "The bot, its trainer, its gate and its trial are the real ones; Slack and the people are not."
    )
    clock = StoryClock.begun_at(BEGUN)
    async with (
        open_model("embedded", tell=teller.note, adapters=home.adapters) as model,
        Sandbox(app=build_app(), clock=clock.timestamp) as sandbox,
    ):
        return await RetrainStory(sandbox, model, folder=home, clock=clock, teller=teller).play()


if __name__ == "__main__":
    sys.exit(main())
