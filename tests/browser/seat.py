"""Somebody in front of the page: what they see and do there, in the page's own words."""

import contextlib
from pathlib import Path
from urllib.parse import urlencode

from playwright.async_api import ConsoleMessage, Locator, Page, expect

from bot.sandbox import Channel, Message, Person
from tests.browser.stage import Stage


class Seat:
    """One browser page, and everything that went wrong on it."""

    def __init__(self, page: Page, stage: Stage, *, shots: Path, touched: bool = False) -> None:
        self.page = page
        self.touched = touched
        self.stage = stage
        self.complaints: list[str] = []
        self.requested: list[str] = []
        self._shots = shots
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.on("request", lambda request: self.requested.append(request.url))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    async def open(self, person: Person, *, place: Channel | str) -> None:
        where = place if isinstance(place, str) else place.id
        await self.page.goto(f"{self.stage.url}/?{urlencode({'as': person.user_id, 'in': where})}")
        await expect(self.page.locator("#region-header h1")).to_be_visible()

    async def shoot(self, name: str) -> None:
        """Keep a picture of what is on the screen."""
        self._shots.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=self._shots / f"{name}.png")

    async def leave(self) -> None:
        """Close the page, and take what it kept in the browser along."""
        await self.shoot("last")
        await self.page.evaluate("localStorage.clear()")
        await self.page.close()

    # What is on the screen.

    @property
    def messages(self) -> Locator:
        return self.page.locator("#list-messages")

    @property
    def thread(self) -> Locator:
        return self.page.locator("#list-thread")

    @property
    def modal(self) -> Locator:
        return self.page.locator("dialog[open].view")

    def message(self, text: str) -> Locator:
        """The latest message in the channel with this text."""
        return self.messages.locator("article.message").filter(has_text=text).last

    def reply(self, text: str) -> Locator:
        """The latest message in the thread with this text."""
        return self.thread.locator("article.message").filter(has_text=text).last

    def shown(self, message: Message, *, in_thread: bool = False) -> Locator:
        prefix = "t" if in_thread else "m"
        return self.page.locator(f'[id="{prefix}-{message.channel}-{message.ts}"]')

    # What one does.

    async def write(self, text: str, *, in_thread: bool = False) -> None:
        """Type into the composer and send."""
        box = self.page.locator("#text-thread" if in_thread else "#text-main")
        await box.fill(text)
        await box.press("Enter")
        await expect(box).to_have_value("")

    async def ask(self, brief: str) -> Locator:
        """Ask for a draft and wait until it can be judged."""
        before = await self.drafts.count()
        await self.write(f"/draft {brief}")
        await expect(self.drafts).to_have_count(before + 1)
        return self.drafts.nth(before)

    @property
    def drafts(self) -> Locator:
        """The drafts in the channel, oldest first."""
        return self.messages.locator("article.message").filter(
            has=self.page.locator('[data-action="draft_vote"]')
        )

    async def tool(self, message: Locator, do: str) -> None:
        """Press a tool of a message: with the mouse over it, or with a finger."""
        button = message.locator(f'.message__tools [data-do="{do}"]')
        if self.touched:
            await message.locator("header").first.tap()
            await button.tap()
        else:
            await message.hover()
            await button.click()

    async def open_thread(self, message: Locator) -> None:
        """Press until it opens: the message may move away under the pointer when something new comes."""
        pane = self.page.locator("#thread-pane")
        await self.tool(message, "open-thread")
        with contextlib.suppress(AssertionError):
            await expect(pane).to_be_visible(timeout=3_000)
        if not await pane.is_visible():
            await self.tool(message, "open-thread")
        await expect(pane).to_be_visible()

    async def become(self, person: Person) -> None:
        await self.page.locator(".switcher > summary").click()
        await self.page.locator(f'[data-do="become"][data-as="{person.user_id}"]').click()
        await expect(self.page.locator(".switcher__now")).to_contain_text(person.member.name)

    async def go(self, place: str) -> None:
        await self.page.locator(f'#region-sidebar [data-in="{place}"]').click()
