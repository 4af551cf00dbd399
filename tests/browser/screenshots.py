"""Takes the README's pictures from a running demo: `make screenshots`. The model is the embedded one where it is installed."""

import asyncio
import contextlib
import io
import re
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Locator, Page, expect

from tests.browser.chromium import find_chromium, open_chromium

DRAFTLOOP: Final = Path(sys.executable).parent / "draftloop"
DOCS: Final = Path(__file__).parents[2] / "docs"
SIZE: Final = {"width": 1280, "height": 860}
FIRST_BRIEF: Final = "Tell the team that the release moved to Thursday"
BETTER: Final = "Better: The release moved to Thursday. Questions: ask Ana."
NEXT_BRIEF: Final = "Announce that the office is closed on Monday"
LARGEST: Final = 300_000  # bytes
STARTS_WITHIN: Final = 600.0  # seconds: the sample week is written by a small model on one core
WRITES_WITHIN: Final = 120_000  # milliseconds


async def main() -> int:
    """Play a little on the page and keep two pictures."""
    if find_chromium() is None:
        print("There is no Chromium on this machine.", file=sys.stderr)  # noqa: T201 - a script
        return 1
    expect.set_options(timeout=WRITES_WITHIN)
    with tempfile.TemporaryDirectory() as folder:
        async with running_demo(Path(folder) / "demo") as address, open_chromium() as browser:
            page = await browser.new_page(viewport=SIZE, locale="en-GB", reduced_motion="reduce")
            await page.goto(address)
            await picture_of_a_draft(page)
            await picture_of_the_digest(page)
    return 0


@contextlib.asynccontextmanager
async def running_demo(folder: Path) -> AsyncIterator[str]:
    """The address of a demo's page; the demo is stopped afterwards."""
    options = ("--page", "--no-browser", "--port", "0", "--folder", folder)
    demo = await asyncio.create_subprocess_exec(DRAFTLOOP, "demo", *options, stdout=PIPE)
    try:
        async with asyncio.timeout(STARTS_WITHIN):
            address = await _address(demo)
        yield address
    finally:
        if demo.returncode is None:
            demo.terminate()
        await demo.communicate()


async def _address(demo: Process) -> str:
    assert demo.stdout is not None
    async for line in demo.stdout:
        print(line.decode().rstrip())  # noqa: T201 - shows how it goes
        if found := re.search(rb"http://(127\.0\.0\.1|localhost):\d+\S*", line):
            return found[0].decode()
    raise RuntimeError("The demo ended before its page was there.")


async def picture_of_a_draft(page: Page) -> None:
    """Ask, correct, ask again: the correction with its revision, and the draft that followed it."""
    await _go(page, "playground")
    first = await _ask(page, FIRST_BRIEF)
    await _react(page, first, "thinking_face")
    await first.hover()
    await first.locator('.message__tools [data-do="open-thread"]').click()
    await _write(page, "#text-thread", BETTER)
    await expect(page.locator("#list-thread article.message").filter(has_text="Revised")).to_be_visible()
    following = await _ask(page, NEXT_BRIEF)
    await _react(page, following, "+1")
    await following.locator('[data-action="draft_stars"]').select_option(value="5")
    await _keep(page, "draft")
    await page.locator('[data-do="close-thread"]').click()


async def picture_of_the_digest(page: Page) -> None:
    """Let it be Friday, and wait for the digest's picture."""
    await page.set_viewport_size({**SIZE, "height": 980})
    await _go(page, "launch")
    charts = page.locator("#list-messages img.picture")
    before = await charts.count()
    await page.locator("#region-time summary").click()
    await page.locator('[data-do="jump"]').filter(has_text="digest").click()
    await expect(charts).to_have_count(before + 1)
    await expect(charts.last).to_have_js_property("complete", True)
    await page.locator("#toasts button").last.click()
    await _keep(page, "digest")


async def _go(page: Page, channel: str) -> None:
    await page.locator(".nav__item", has_text=channel).click()
    await expect(page.locator("#region-header h1")).to_contain_text(channel)


async def _ask(page: Page, brief: str) -> Locator:
    drafts = page.locator("#list-messages article.message").filter(
        has=page.locator('[data-action="draft_vote"]')
    )
    before = await drafts.count()
    await _write(page, "#text-main", f"/draft {brief}")
    await expect(drafts).to_have_count(before + 1)
    return drafts.last


async def _write(page: Page, box: str, text: str) -> None:
    await page.locator(box).fill(text)
    await page.locator(box).press("Enter")
    await expect(page.locator(box)).to_have_value("")


async def _react(page: Page, message: Locator, name: str) -> None:
    await message.hover()
    await message.locator('.message__tools [data-do="pick-reaction"]').click()
    search = page.locator(".picker input")
    await search.fill(name)
    await page.locator(f'.picker [data-name="{name}"]').first.click()
    await expect(message.locator(f'.reaction[data-name="{name}"]')).to_be_visible()


async def _keep(page: Page, name: str) -> None:
    """Write the picture, with fewer colours if it is too large for a README."""
    await page.mouse.move(0, 0)
    await page.evaluate("document.activeElement.blur()")
    taken = await page.screenshot()
    if len(taken) > LARGEST:
        fewer = io.BytesIO()
        Image.open(io.BytesIO(taken)).convert("RGB").quantize(256).save(fewer, "PNG", optimize=True)
        taken = fewer.getvalue()
    DOCS.mkdir(exist_ok=True)
    (DOCS / f"{name}.png").write_bytes(taken)
    print(f"docs/{name}.png: {len(taken) / 1000:.0f} kB")  # noqa: T201 - a script


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
