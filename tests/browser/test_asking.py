"""The loop, on the page: ask, judge, correct, and see the next draft follow."""

import pytest
from playwright.async_api import expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

BRIEF = "Tell the team that the release moved to Thursday"
NEXT_BRIEF = "Announce that the office is closed on Monday"
BETTER = "The release moved to Thursday. Questions: ask Ana."


async def test_a_brief_becomes_a_draft_that_shows_what_wrote_it(ana):
    draft = await ana.ask(BRIEF)

    await expect(draft).to_contain_text("release moved to Thursday")
    await expect(draft).to_contain_text("scripted, not a real model")
    await expect(ana.page.locator(".topbar")).to_contain_text("scripted")


async def test_a_reaction_from_the_picker_counts(ana, stage):
    draft = await ana.ask(BRIEF)

    await ana.tool(draft, "pick-reaction")
    picker = ana.page.locator(".picker")
    await picker.get_by_role("searchbox").or_(picker.locator("input")).first.fill("thumbsup")
    await ana.shoot("picker")
    await picker.locator('[data-name="+1"]').first.click()

    await expect(draft.locator('.reaction[data-name="+1"]')).to_have_attribute("aria-pressed", "true")
    assert await stage.opinions() == {("Ana", "vote"): "positive"}


async def test_stars_and_the_feedback_buttons_show_what_one_chose(ana, stage):
    draft = await ana.ask(BRIEF)

    await draft.locator('[data-action="draft_stars"]').select_option(value="4")
    await draft.get_by_role("button", name="Needs work").click()

    await expect(draft.get_by_role("button", name="Needs work")).to_have_attribute("aria-pressed", "true")
    await expect(draft.locator('[data-action="draft_stars"]')).to_have_value("4")
    assert await stage.opinions() == {("Ana", "rating"): "4", ("Ana", "vote"): "negative"}

    await draft.get_by_role("button", name="Good draft").click()

    await expect(draft.get_by_role("button", name="Good draft")).to_have_attribute("aria-pressed", "true")
    await expect(draft.get_by_role("button", name="Needs work")).to_have_attribute("aria-pressed", "false")
    assert await stage.opinions() == {("Ana", "rating"): "4", ("Ana", "vote"): "positive"}


async def test_a_correction_in_the_thread_is_revised_there_and_followed_by_the_next_draft(ana):
    draft = await ana.ask(BRIEF)
    await expect(draft).to_contain_text("Hi everyone!")

    await ana.open_thread(draft)
    await ana.write(f"Better: {BETTER}", in_thread=True)
    await expect(ana.reply("Revised")).to_contain_text(BETTER)
    await expect(draft.locator(".thread-link")).to_contain_text("replies")
    await ana.shoot("thread")

    following = await ana.ask(NEXT_BRIEF)
    await expect(following).to_contain_text("The office is closed on Monday.")
    await expect(following).not_to_contain_text("Hi everyone!")
    await expect(following).to_contain_text("Questions: ask Ana.")


async def test_a_draft_is_edited_in_a_modal_that_first_refuses_an_empty_text(ana):
    draft = await ana.ask(BRIEF)
    await draft.get_by_role("button", name="Edit", exact=True).click()
    await expect(ana.modal).to_contain_text("Edit the draft")
    text = ana.modal.get_by_role("textbox")

    await text.fill("")
    await ana.modal.get_by_role("button", name="Save").click()
    await expect(ana.modal.locator(".field-error")).to_be_visible()
    await expect(ana.modal.locator(".field-error")).not_to_be_empty()
    await ana.shoot("error")

    await text.fill("The release is on Thursday.")
    await ana.modal.get_by_role("button", name="Save").click()
    await expect(ana.modal).to_have_count(0)
    await expect(draft).to_contain_text("The release is on Thursday.")
    await expect(draft).to_contain_text("edited")


async def test_a_problem_is_flagged(ana, stage):
    draft = await ana.ask(BRIEF)

    await draft.locator("details.overflow > summary").click()
    await draft.get_by_role("menuitem", name="Flag a problem").click()
    await ana.modal.get_by_role("radio").nth(1).check()
    await ana.modal.get_by_role("textbox").fill("The day is wrong")
    await ana.modal.get_by_role("button", name="Flag", exact=True).click()

    await expect(ana.modal).to_have_count(0)
    assert [dimension for _, dimension in await stage.opinions()] == ["flag"]


async def test_it_says_why_a_draft_is_as_it_is_only_to_who_asks(ana, stage, sit_down):
    draft = await ana.ask(BRIEF)
    ben = await sit_down(stage.ben)

    await draft.locator("details.overflow > summary").click()
    await draft.get_by_role("menuitem", name="Why this draft?").click()

    note = ana.page.locator("article.message--ephemeral")
    await expect(note).to_contain_text("scripted")
    await expect(ben.page.locator("article.message--ephemeral")).to_have_count(0)
    await note.get_by_role("button", name="Dismiss").click()
    await expect(note).to_have_count(0)


async def test_stats_are_told_to_the_one_who_asks(ana):
    await ana.ask(BRIEF)

    await ana.write("/draftloop stats 7d")

    note = ana.page.locator("article.message--ephemeral")
    await expect(note).to_contain_text("last 7 days")
    await expect(note).to_contain_text("Only visible to you")
    await expect(note).to_contain_text("Drafts posted")


async def test_an_unknown_command_is_refused_as_slack_refuses_it(ana):
    box = ana.page.locator("#text-main")
    await box.fill("/nonsense now")
    await box.press("Enter")

    await expect(ana.page.get_by_text("is not a valid command")).to_be_visible()
    await expect(box).to_have_value("/nonsense now")


async def test_a_command_is_completed_while_it_is_typed(ana):
    box, offered = ana.page.locator("#text-main"), ana.page.get_by_role("option")

    await box.press_sequentially("/dr")
    await expect(offered.filter(has_text="/draft").first).to_have_attribute("aria-selected", "true")
    await ana.shoot("completion")
    await box.press("Tab")
    await expect(box).to_have_value("/draft ")

    await box.fill("")
    await box.press_sequentially("/draftloop st")
    await expect(offered.first).to_contain_text("stats")
    await box.press("Enter")
    await expect(box).to_have_value("/draftloop stats ")


async def test_a_message_shortcut_drafts_a_reply_in_the_thread(ana, stage):
    await stage.ben.say(stage.launch, "When does the <new> office open & where?")
    question = ana.message("new")
    await expect(question).to_contain_text("When does the <new> office open & where?")

    await ana.tool(question, "message-menu")
    await ana.page.get_by_role("menuitem", name="Draft a reply").click()

    await expect(question.locator(".thread-link")).to_contain_text("1 reply")
    await question.locator(".thread-link").click()
    await expect(ana.thread.get_by_role("button", name="Good draft")).to_be_visible()


async def test_a_global_shortcut_opens_a_modal_from_which_a_draft_is_asked(ana, stage):
    await ana.page.locator('#composer-main [data-do="shortcuts"]').click()
    await ana.page.get_by_role("menuitem", name="New draft").click()
    await ana.modal.get_by_role("textbox", name="What should it say?").fill(BRIEF)
    await ana.modal.get_by_label("What kind of text?").select_option(label="Announcement")
    await ana.modal.get_by_label("Where should I post it?").select_option(label=f"#{stage.launch.name}")
    await ana.shoot("modal")
    await ana.modal.get_by_role("button", name="Write it").click()

    await expect(ana.modal).to_have_count(0)
    await expect(ana.drafts).to_have_count(1)
    await expect(ana.drafts.first).to_contain_text("Announcement")
