"""The rest of the page: people, unread marks, the inspector, and what others do meanwhile."""

import pytest
from playwright.async_api import expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

BRIEF = "Tell the team that the release moved to Thursday"


async def test_one_becomes_somebody_else_and_sees_what_they_see(ana, stage):
    await ana.become(stage.femi)

    sidebar = ana.page.locator("#region-sidebar")
    await expect(sidebar).not_to_contain_text("support")
    await ana.write("I am new here")
    await expect(ana.message("I am new here")).to_contain_text("Femi")

    await ana.become(stage.chloe)
    await expect(sidebar).to_contain_text("draftloop-admins")


async def test_what_others_write_is_marked_unread_until_it_is_read(ana, stage):
    await expect(ana.page.locator(f'#region-sidebar [data-in="{stage.playground.id}"]')).to_be_visible()
    await stage.ben.say(stage.playground, "Anybody there?")

    marked = ana.page.locator(f'#region-sidebar .nav__item--unread[data-in="{stage.playground.id}"]')
    await expect(marked).to_be_visible()
    await marked.click()

    await expect(ana.message("Anybody there?")).to_be_visible()
    await expect(marked).to_have_count(0)


async def test_who_is_mentioned_sees_it_when_they_come(ana, stage):
    await ana.write("@Ben Lunch at noon?")
    await expect(ana.message("Lunch at noon?").locator(".mention")).to_have_text("@Ben")

    await ana.page.locator(".switcher > summary").click()
    ben = ana.page.locator(f'[data-do="become"][data-as="{stage.ben.user_id}"]')
    await expect(ben.locator(".nav__badge")).to_be_visible()
    await ben.click()

    await expect(ana.page.locator(".switcher__now")).to_contain_text("Ben")
    await expect(ana.page.locator("#unread-line")).to_be_visible()
    await expect(ana.message("Lunch at noon?").locator(".mention--me")).to_have_text("@Ben")


async def test_the_inspector_shows_the_calls_and_their_bodies(ana):
    await ana.ask(BRIEF)

    await ana.page.locator('.topbar [data-do="inspector"]').click()
    calls = ana.page.locator("#list-inspector .call")
    posted = calls.filter(has_text="chat.postMessage").first
    await posted.locator("summary").press("Enter")  # A click may miss it: new calls come in above.

    await expect(posted.locator("pre").first).to_be_visible()
    await expect(posted).to_contain_text("channel")
    await expect(
        calls.filter(has_text="/draft").or_(calls.filter(has_text="slash_command")).first
    ).to_be_visible()
    assert "xoxb-" not in await ana.page.locator("#list-inspector").inner_text()
    await ana.shoot("inspector")


async def test_what_is_typed_and_where_one_is_survives_what_others_do(ana, stage):
    box = ana.page.locator("#text-main")
    await box.press_sequentially("Half a sen")

    await stage.ben.say(stage.launch, "Me too")
    await expect(ana.message("Me too")).to_be_visible()

    await expect(box).to_have_value("Half a sen")
    await expect(box).to_be_focused()


async def test_texts_are_shown_and_never_run(ana, stage):
    evil = '<img src=x onerror="window.ran=1"><script>window.ran=1</script> & "quotes"'
    await ana.write(evil)

    await expect(ana.message("onerror")).to_contain_text(evil)
    assert await ana.page.evaluate("window.ran") is None


async def test_addresses_lead_back_to_the_place(ana, stage):
    await ana.go(stage.playground.id)
    await expect(ana.page.locator("#region-header h1")).to_contain_text("playground")

    await ana.page.go_back()
    await expect(ana.page.locator("#region-header h1")).to_contain_text("launch")

    await ana.page.reload()
    await expect(ana.page.locator("#region-header h1")).to_contain_text("launch")
