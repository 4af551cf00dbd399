"""Everybody can use it: without a mouse, on a phone, in the dark, with a screen reader."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

BRIEF = "Tell the team that the release moved to Thursday"
BETTER = "The release moved to Thursday. Questions: ask Ana."
WORST = ("serious", "critical")
# The sum of red, green and blue of what lies behind the messages.
BRIGHTNESS = """() => {
    let element = document.querySelector("#list-messages");
    const colour = () => getComputedStyle(element).backgroundColor;
    while (colour() === "rgba(0, 0, 0, 0)") element = element.parentElement;
    return colour().match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
}"""


async def test_one_asks_reacts_and_corrects_without_a_mouse(ana):
    page, keys = ana.page, ana.page.keyboard
    await page.locator("#text-main").focus()
    await keys.type(f"/draft {BRIEF}")
    await keys.press("Escape")
    await keys.press("Enter")
    await expect(ana.drafts).to_have_count(1)
    draft = ana.drafts.first

    await tab_to(ana, draft.locator('[data-do="pick-reaction"]').last)
    await keys.press("Enter")
    await expect(page.locator(".picker")).to_be_visible()
    await keys.type("tada")
    await keys.press("Enter")
    await expect(draft.locator('.reaction[data-name="tada"]')).to_be_visible()

    await tab_to(ana, draft.locator('.message__tools [data-do="open-thread"]'))
    await keys.press("Enter")
    await expect(page.locator("#thread-pane")).to_be_visible()
    await expect(page.locator("#text-thread")).to_be_focused()
    await keys.type(f"Better: {BETTER}")
    await keys.press("Enter")
    await expect(ana.reply("Revised")).to_contain_text(BETTER)

    await tab_to(ana, ana.reply("Revised").get_by_role("button", name="Edit", exact=True))
    await keys.press("Enter")
    await expect(ana.modal).to_be_visible()
    await keys.press("Escape")
    await expect(ana.modal).to_have_count(0)


async def tab_to(seat, target):
    """Press Tab until the target has the focus, as somebody without a mouse does."""
    for _ in range(120):
        if await target.evaluate("element => element === document.activeElement"):
            return
        await seat.page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")


async def test_the_loop_fits_a_phone(sit_down, stage):
    ana = await sit_down(phone=True)
    draft = await ana.ask(BRIEF)
    await ana.shoot("channel")
    await fits(ana)

    await ana.tool(draft, "pick-reaction")
    picker = ana.page.locator(".picker")
    await expect(picker).to_be_in_viewport(ratio=1)
    await ana.shoot("picker")
    await ana.page.keyboard.press("Escape")

    await draft.get_by_role("button", name="Good draft").click()
    await expect(draft.get_by_role("button", name="Good draft")).to_have_attribute("aria-pressed", "true")
    await draft.scroll_into_view_if_needed()
    await ana.tool(draft, "open-thread")
    await ana.write(f"Better: {BETTER}", in_thread=True)
    await expect(ana.reply("Revised")).to_contain_text(BETTER)
    await ana.shoot("thread")
    await fits(ana)
    await ana.page.locator('[data-do="close-thread"]').click()
    await expect(ana.page.locator("#thread-pane")).to_be_hidden()

    await draft.get_by_role("button", name="Edit", exact=True).click()
    await expect(ana.modal.get_by_role("button", name="Save")).to_be_in_viewport()
    await ana.shoot("modal")
    await ana.modal.get_by_role("button", name="Cancel").click()

    await ana.page.locator('.topbar [data-do="inspector"]').click()
    await expect(ana.page.locator("#list-inspector .call").first).to_be_in_viewport()
    await ana.shoot("inspector")
    await fits(ana)
    await ana.page.locator('.topbar [data-do="inspector"]').click()

    await ana.page.locator('[data-do="menu"]').click()
    await expect(ana.page.locator("#region-sidebar")).to_be_in_viewport()
    await ana.shoot("menu")
    await ana.go(stage.ana.direct.id)
    await ana.page.get_by_role("link", name="Home", exact=True).click()
    await expect(ana.page.locator(".home")).to_contain_text(BRIEF)
    await ana.shoot("home")
    await fits(ana)


async def fits(seat):
    """Nothing stands beyond the right edge."""
    assert await seat.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_follows_the_persons_colour_scheme(sit_down, scheme):
    ana = await sit_down(scheme=scheme)
    await ana.ask(BRIEF)

    brightness = await ana.page.evaluate(BRIGHTNESS)

    assert (brightness > 384) == (scheme == "light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_checker_of_accessibility_finds_nothing_serious(sit_down, stage, scheme):
    ana = await sit_down(scheme=scheme)
    page = ana.page
    draft = await ana.ask(BRIEF)
    await draft.get_by_role("button", name="Good draft").click()
    await draft.locator('[data-action="draft_stars"]').select_option(value="4")
    await stage.ben.react(stage.drafts()[0], "tada")
    await expect(draft.locator(".reaction")).not_to_have_count(0)
    found = {"channel": await violations(ana, scheme)}

    await ana.open_thread(draft)
    await ana.write(f"Better: {BETTER}", in_thread=True)
    await expect(ana.reply("Revised")).to_be_visible()
    found["thread"] = await violations(ana, scheme)
    await page.locator('[data-do="close-thread"]').click()

    await ana.tool(draft, "pick-reaction")
    await expect(page.locator(".picker")).to_be_visible()
    found["picker"] = await violations(ana, scheme)
    await page.keyboard.press("Escape")

    await draft.get_by_role("button", name="Edit", exact=True).click()
    await expect(ana.modal).to_be_visible()
    found["modal"] = await violations(ana, scheme)
    await page.keyboard.press("Escape")
    await expect(ana.modal).to_have_count(0)

    await page.locator('.topbar [data-do="inspector"]').click()
    await expect(page.locator("#list-inspector .call").first).to_be_visible()
    found["inspector"] = await violations(ana, scheme)
    await page.locator('.topbar [data-do="inspector"]').click()

    await ana.go(stage.ana.direct.id)
    await page.get_by_role("link", name="Home", exact=True).click()
    await expect(page.locator(".home")).to_contain_text(BRIEF)
    found["home"] = await violations(ana, scheme)

    assert {place: worst for place, worst in found.items() if worst} == {}


async def violations(seat, scheme):
    """What axe-core finds on the page now, the serious and the critical; in the dark only colours differ."""
    rules = {} if scheme == "light" else {"runOnly": ["color-contrast"]}
    response = (await Axe().run(seat.page, options={"resultTypes": ["violations"], **rules})).response
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in response["violations"]
        if each["impact"] in WORST
        for node in each["nodes"]
    ]
