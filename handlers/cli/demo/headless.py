"""The demo without a browser: the story of the loop, told in the terminal."""

from rich.console import Console

from bot.sandbox import Sandbox
from handlers.cli.demo.clock import StoryClock
from handlers.cli.demo.folder import DemoFolder, DemoRefused
from handlers.cli.demo.model import Kind, open_model
from handlers.cli.demo.stage import build_app, open_stage
from handlers.cli.demo.story import Cast, Story
from handlers.cli.demo.telling import Teller


async def tell_story(folder: DemoFolder, console: Console, *, kind: Kind | None) -> None:
    """Play the story once, in a folder that holds no demo yet.

    Raises:
        DemoRefused: there is one.
    """
    if folder.find_demo() is not None:
        raise DemoRefused(f"{folder.path} holds a demo already: add --reset, or choose another --folder.")
    clock, teller = StoryClock(), Teller(console)
    async with (
        open_model(kind, tell=teller.note, adapters=folder.adapters) as model,
        Sandbox(app=build_app(), clock=clock.timestamp) as sandbox,
    ):
        cast = Cast.of(sandbox)
        async with open_stage(sandbox, model, folder=folder, clock=clock) as stage:
            await Story(stage, cast=cast, teller=teller).play()
