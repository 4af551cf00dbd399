"""Draws everything the bot can show as people see it, at both widths: `make gallery`, then open gallery/index.html.

`python -m tests.surfaces.gallery AREA …` draws some areas only. The pictures are of the sandbox's page, on which the
surfaces stand as Slack would keep them; what Slack would refuse is not drawn and fails.
"""

import asyncio
import html
import json
import re
import shutil
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from playwright.async_api import Browser, expect

from bot.sandbox import Person, Sandbox
from bot.sandbox.page import Page
from bot.sandbox.page.about import About
from bot.sandbox.posting import bot_message, post
from bot.sandbox.records import Channel, Member
from bot.sandbox.screens import close_view, open_view, publish_home
from tests.browser.chromium import find_chromium, open_chromium
from tests.surfaces.catalogue import everything
from tests.surfaces.surface import Surface

FOLDER: Final = Path(__file__).parents[2] / "gallery"
WIDTHS: Final = {"wide": 1280, "narrow": 390}
PHONE: Final = 844  # pixels of height to begin with; modals fill a phone
MODAL: Final = "dialog[open].view"
# How much taller the window must be for all of a modal to be seen.
HIDDEN: Final = """dialog => Math.max(0, ...[...dialog.querySelectorAll("*")]
    .filter(part => !part.matches("textarea, select")).map(part => part.scrollHeight - part.clientHeight))"""
ABOUT: Final = About(model="none", note="Pictures of everything the bot can show.", kind="scripted")
HEIGHT: Final = "shown => shown.scrollHeight"

Pictures = dict[tuple[str, str], list[Path]]


async def main(areas: Collection[str]) -> int:
    """Draw the areas (all when none is named) and write the page that shows them side by side."""
    if find_chromium() is None:
        print("There is no Chromium on this machine.", file=sys.stderr)  # noqa: T201 - a script
        return 1
    wanted = [(area, surface) for area, surface in everything() if not areas or area in areas]
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    async with Sandbox() as sandbox, open_chromium() as browser:
        page = Page(sandbox, about=ABOUT)
        url = await page.start(port=0)
        _settle(sandbox, wanted)
        pictures: Pictures = {}
        for name, width in WIDTHS.items():
            await _draw(_Wall(sandbox, browser, url, name, width), wanted, pictures)
        await page.stop()
    (FOLDER / "index.html").write_text(_sheet(pictures), "utf-8")
    print(f"{len(pictures)} surfaces at {len(WIDTHS)} widths: {FOLDER.name}/index.html")  # noqa: T201 - a script
    return 0


def _settle(sandbox: Sandbox, wanted: Iterable[tuple[str, Surface]]) -> None:
    """Make the channels and people that the surfaces mention, named like their ids: C0LAUNCH is #launch."""
    told = json.dumps([surface.shown for _, surface in wanted])
    for channel_id, name in set(re.findall(r"<#(C0(\w+))>", told)):
        sandbox.workspace.channels[channel_id] = Channel(channel_id, name.lower())
    for user_id, name in set(re.findall(r"<@(U0(\w+))>", told)):
        member = Member(user_id, name.title(), sandbox.team_id)
        sandbox.workspace.members[user_id] = member


class _Wall:
    """One width at which everything is shown to one person."""

    def __init__(self, sandbox: Sandbox, browser: Browser, url: str, name: str, width: int) -> None:
        self.sandbox, self.browser, self.url, self.name, self.width = sandbox, browser, url, name, width
        self.person: Person = sandbox.add_person(f"Ana {name}", admin=True)

    async def picture(self, area: str, surface: Surface) -> Path:
        """Put a surface up, and keep a picture of it."""
        place, found, take_down = self._put_up(surface)
        page = await self.browser.new_page(
            viewport={"width": self.width, "height": PHONE},
            locale="en-GB",
            reduced_motion="reduce",
        )
        await page.goto(f"{self.url}/?{urlencode({'as': self.person.user_id, 'in': place})}")
        path = FOLDER / f"{_slug(area)}--{_slug(surface.name)}--{self.name}.png"
        shown = page.locator(found).last
        await expect(shown).to_be_visible()
        more = HIDDEN if surface.kind == "modal" else HEIGHT
        await page.set_viewport_size({"width": self.width, "height": PHONE + await shown.evaluate(more)})
        await shown.screenshot(path=path)
        await page.close()
        take_down()
        return path

    def _put_up(self, surface: Surface):
        workspace, member = self.sandbox.workspace, self.person.member
        if surface.kind == "home":
            publish_home(workspace, member=member, given=surface.shown)
            return "app-home", "#region-home", lambda: None
        channel = self.sandbox.add_channel(f"{self.name}-{len(workspace.channels)}", members=[self.person])
        if surface.kind == "modal":
            view = open_view(workspace, member=member, given=surface.shown)
            return channel.id, MODAL, lambda: close_view(workspace, member=member, view=view)
        kept = workspace.channels[channel.id]
        post(
            workspace,
            channel=kept,
            message=bot_message(workspace, channel=kept, text=surface.text, blocks=surface.shown),
        )
        return channel.id, "#list-messages article.message", lambda: None


async def _draw(wall: _Wall, wanted: Iterable[tuple[str, Surface]], pictures: Pictures) -> None:
    for area, surface in wanted:
        if problems := surface.problems():
            raise ValueError(f"Slack would refuse {area}: {surface.name}: {problems}")
        pictures.setdefault((area, surface.name), []).append(await wall.picture(area, surface))


def _slug(text: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in text.lower())


def _sheet(pictures: Pictures) -> str:
    rows = (
        f"<h2>{html.escape(area)} · {html.escape(name)}</h2><p>"
        + "".join(f'<img alt="{html.escape(name)}" src="{path.name}">' for path in paths)
        for (area, name), paths in pictures.items()
    )
    style = (
        "body{font:15px sans-serif;background:#eee}img{vertical-align:top;margin:8px;border:1px solid #bbb}"
    )
    return f"<!doctype html><meta charset=utf-8><title>Gallery</title><style>{style}</style>{''.join(rows)}"


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
