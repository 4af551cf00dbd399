"""What every builder of our messages and modals makes, with texts that say a lot."""

from bot.slack.blocks import commands, digest, draft, feedback, feedback_modals, home, new_draft, stats, why

ROW = stats.Row("Accepted", "80%", "4 of 5")
CARD = stats.StatsCard("Stats", "Going *well*.", (stats.Group("Votes", (ROW,) * 12),), ("A note",))
PARTS = (
    digest.Title("Week 47 :tada:"),
    digest.Paragraph("All of <@UBEN>'s words", "Heading"),
    digest.Rows((ROW, ROW)),
    digest.Quotes("Said", (digest.Quote("Shorter, please <b>", "Ben in <#CNEWS>"),)),
    digest.Chart("A line that goes up"),
    digest.Note("n = 5"),
)
TEXT = "## News\n\nThe **office** moves.\n\n- one\n- two\n\n```\ncode\n```\n"
MESSAGES = {
    "draft_blocks": draft.draft_blocks(TEXT, task="announcement", release="r1", model="scripted", parts=2),
    "revision_blocks": draft.revision_blocks(TEXT, about="After Ben's words", diff="~~a~~ **b**"),
    "part_blocks": draft.part_blocks(TEXT),
    "placeholder_blocks": draft.placeholder_blocks(task="announcement"),
    "failed_blocks": draft.failed_blocks(task="announcement"),
    "failure_note_blocks": draft.failure_note_blocks("It did not answer.", draft_id="d1", attempt=1),
    "revision_failed_blocks": draft.revision_failed_blocks("No.", correction_id="c1", version=1),
    "note_blocks": draft.note_blocks("Learned."),
    "reading_note": feedback.reading_note("c1", reading="rewrite")[1],
    "reason_offer": feedback.reason_offer("d1")[1],
    "build_commands": commands.build_commands(
        [commands.CommandLine("/draft <brief>", "asks", for_admins=True)]
    ),
    "build_digest": digest.build_digest(PARTS, chart_file_id="F1"),
    "build_stats": stats.build_stats(CARD),
    "why_blocks": why.why_blocks(task="announcement", release="r1", model="tiny", lines=["from <@UBEN>"]),
}
VIEWS = {
    "edit_modal": feedback_modals.edit_modal(["one", "two"], metadata="d1"),
    "too_long_modal": feedback_modals.too_long_modal(),
    "flag_modal": feedback_modals.flag_modal(
        {"biased": "Biased", "other": "Other"}, chosen="other", metadata=""
    ),
    "reason_modal": feedback_modals.reason_modal("d1"),
    "new_draft_modal": new_draft.new_draft_modal([("reply", "A reply")], task="reply", brief="It moves"),
}
HOME = {
    "build_home": home.build_home(home.HomeCard(CARD, (home.HomeDraft("It moves", "in <#CNEWS>"),), "Friday"))
}
