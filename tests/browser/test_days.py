"""What needs a town of its own: Home from the first day on, time that is moved, a sandbox that goes away."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

BRIEF = "Tell the team that the release moved to Thursday"


@pytest_asyncio.fixture(loop_scope="session")
async def stage(fresh_stage):
    return fresh_stage


async def test_home_shows_ones_drafts_and_is_fresh_when_opened_again(ana, stage):
    page = ana.page
    await ana.go(stage.ana.direct.id)
    await page.get_by_role("link", name="Home", exact=True).click()
    await expect(page.locator(".home")).to_contain_text("You have not asked for a draft yet")

    await ana.go(stage.launch.id)
    await ana.ask(BRIEF)
    await ana.go(stage.ana.direct.id)
    await page.get_by_role("link", name="Home", exact=True).click()

    await expect(page.locator(".home")).to_contain_text(BRIEF)
    await ana.shoot("home")
    await page.locator(".home").get_by_text("#launch").first.click()
    await expect(page.locator("#region-header h1")).to_contain_text("launch")


async def test_a_jump_to_friday_brings_the_digest_with_its_picture(ana, stage):
    draft = await ana.ask(BRIEF)
    await draft.get_by_role("button", name="Good draft").click()
    await ana.open_thread(draft)
    await ana.write("Better: The release moved to Thursday. Questions: ask Ana.", in_thread=True)
    await expect(ana.reply("Revised")).to_be_visible()
    await ana.page.locator('[data-do="close-thread"]').click()

    await ana.page.locator("#region-time summary").click()
    await ana.page.locator('[data-do="jump"]').filter(has_text="digest").click()

    await expect(ana.page.locator(".clock__now")).to_contain_text("Fri 27 Nov")
    picture = ana.messages.locator("img.picture").last
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("image => image.naturalWidth") > 0
    assert await picture.get_attribute("alt")
    await ana.shoot("digest")


async def test_the_page_comes_back_after_the_sandbox_was_away(ana, stage):
    await ana.write("Before")
    await expect(ana.message("Before")).to_be_visible()

    await stage.leave()
    await expect(ana.page.locator("#offline")).to_be_visible()
    await stage.ben.say(stage.launch, "While you were away")
    await stage.come_back()

    await expect(ana.message("While you were away")).to_be_visible()
    await expect(ana.page.locator("#offline")).to_be_hidden()
    ana.complaints.clear()  # A browser reports each try that found nobody.
