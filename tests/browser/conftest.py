"""One browser per test process and one stage per file; every test has channels, and a page, of its own."""

import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, expect

from tests.browser.chromium import find_chromium, open_chromium
from tests.browser.seat import Seat
from tests.browser.stage import Stage, open_stage

ARTEFACTS = Path(__file__).parents[2] / "test-artefacts"
PATIENCE_MS = 15_000
DESKTOP = {"width": 1280, "height": 800}
KIND = {"locale": "en-GB", "reduced_motion": "reduce"}
TOUCHED = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

SitDown = Callable[..., Awaitable[Seat]]
expect.set_options(timeout=PATIENCE_MS)
_numbers = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if find_chromium() is None:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def window() -> AsyncIterator[BrowserContext]:
    """The browser; its cache is kept from test to test, what pages keep is not."""
    async with open_chromium() as browser:
        context = await browser.new_context(**KIND)
        context.set_default_timeout(PATIENCE_MS)
        yield context
        await context.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The stage that the tests of a file share: in one process only one bot can run at a time."""
    async with open_stage(_folder(sqlite_template, tmp_path_factory.mktemp("town"))) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def stage(town: Stage) -> AsyncIterator[Stage]:
    """The shared stage, with channels in which nothing happened yet."""
    number = next(_numbers)
    mine = town.with_channels(f"launch-{number}", f"playground-{number}")
    yield mine
    for channel in (mine.launch, mine.playground):
        channel.is_archived, channel.members = True, []  # Out of the next test's sight.
    await mine.services.durable.wait_idle()
    await mine.forget()


@pytest_asyncio.fixture(loop_scope="session")
async def fresh_stage(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage of the test's own: one in which nobody did anything yet, and whose time may be moved."""
    async with open_stage(_folder(sqlite_template, tmp_path)) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def sit_down(
    window: BrowserContext, stage: Stage, request: pytest.FixtureRequest
) -> AsyncIterator[SitDown]:
    """Open a page as somebody; afterwards it must have been quiet and at home."""
    seats: list[Seat] = []

    async def sit(person=None, *, scheme="light", phone=False) -> Seat:
        context = await window.browser.new_context(**TOUCHED, **KIND) if phone else window
        page = await context.new_page()
        seat = Seat(page, stage, shots=ARTEFACTS / _name_of(request), touched=phone)
        seats.append(seat)
        if not phone:
            await page.set_viewport_size(DESKTOP)
        await page.emulate_media(color_scheme=scheme)
        await seat.open(person or stage.ana, place=stage.launch)
        return seat

    yield sit
    for seat in seats:
        await seat.leave()
        if seat.touched:
            await seat.page.context.close()
    for seat in seats:
        assert seat.complaints == []
        assert {urlsplit(address).netloc for address in seat.requested} == {urlsplit(stage.url).netloc}


@pytest_asyncio.fixture(loop_scope="session")
async def ana(sit_down: SitDown) -> Seat:
    """Ana at her desk, looking at the first channel."""
    return await sit_down()


def _folder(template: Path, folder: Path) -> Path:
    """Put a migrated database into a folder."""
    for suffix in ("", ".inbox"):
        shutil.copy(f"{template}{suffix}", folder / f"draftloop.db{suffix}")
    return folder


def _name_of(request: pytest.FixtureRequest) -> str:
    return re.sub(r"\W+", "_", request.node.name).strip("_")
