import pytest

from bot.feedback.interpret import INTERPRETATIONS, as_text, interpret
from tests.surfaces.surface import hard_texts

DRAFT = (
    "We are thrilled to announce that the new export page is available for all teams as of today. "
    "You can now download every report as a CSV file with one click."
)


@pytest.mark.parametrize(
    "reply",
    [
        "The new export page is live for all teams today. Download every report as a CSV file with one click.",
        "We're happy to say the new export page is available for all teams. Download every report as CSV, one click.",
        "Use this instead: The export page is here. One click, one CSV.",
        "use this:\nThe export page is here. One click, one CSV.",
        "How about: The export page is here.",
        "Better: The export page is here.",
        "“The export page is here. One click, one CSV.”",
        "```\nThe export page is here.\n```",
        "It should read: The export page is here.",
    ],
)
def test_a_better_text_is_a_rewrite(reply):
    assert interpret(reply, draft=DRAFT).kind == "rewrite"


def test_what_a_reply_cites_is_not_part_of_the_better_text():
    better = "The new export page is live for all teams. Download every report as CSV with one click."

    assert interpret(f"> We are thrilled to announce\n{better}", draft=DRAFT).text == better


def test_a_quotation_that_belongs_to_the_draft_stays_in_the_better_text():
    better = "Ana said:\n> The new export page is live\nDownload every report with one click."

    reading = interpret(better, draft="Ana said:\n> The export page is live\nDownload every report today.")

    assert (reading.kind, reading.text) == ("rewrite", better)


@pytest.mark.parametrize(
    "reply",
    [
        "Shorter please",
        "make it shorter",
        "Don't say thrilled.",
        "Never use exclamation marks in announcements",
        "please drop the second sentence",
        "Can you mention the date?",
        "could you make this friendlier?",
        "too formal",
        "This is way too long for the channel",
        "The date is wrong, it starts on Thursday",
        "We never say thrilled",
        "It needs a link to the help page",
        "without the marketing words",
        "less hype",
        "no exclamation marks",
        "good but too long",
        "ok, make it shorter then",
        "Don\N{RIGHT SINGLE QUOTATION MARK}t say thrilled",
        "> with one click\nremove this bit",
        "> You can now download every report as a CSV file with one click.\nToo long",
        "Replace every report with all reports",
    ],
)
def test_a_wish_is_an_instruction(reply):
    assert interpret(reply, draft=DRAFT).kind == "instruction"


@pytest.mark.parametrize(
    "reply",
    [
        "thanks!",
        "Nice one, thank you",
        "lol",
        "ok",
        ":tada: :tada:",
        "LGTM",
        "<@U0BEN> can you make the slides shorter?",
        "Who is going to post it?",
        "Did legal see this?",
        "",
    ],
)
def test_talk_is_talk(reply):
    assert interpret(reply, draft=DRAFT).kind == "talk"


def test_what_no_rule_settles_is_talk_and_said_to_be_unsure():
    reading = interpret("I showed it to Ben over lunch and he laughed", draft=DRAFT)

    assert (reading.kind, reading.sure) == ("talk", False)


def test_clear_talk_is_sure():
    assert interpret("Did legal see this?", draft=DRAFT).sure
    assert interpret("thanks!", draft=DRAFT).sure


def test_a_rewrite_is_freed_from_its_introduction_and_quotes():
    assert (
        interpret('Use this instead: "The export page is here."', draft=DRAFT).text
        == "The export page is here."
    )


def test_a_person_who_says_that_it_is_the_new_text_is_believed():
    assert as_text("Export is here", kind="rewrite", draft=DRAFT) == "Export is here"


def test_an_instruction_keeps_what_was_cited_for_context():
    text = "> with one click\nremove this bit"

    assert interpret(text, draft=DRAFT).text == text


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in hard_texts()])
def test_no_text_is_too_hard_to_read(text):
    readings = [interpret(text, draft=DRAFT), interpret(text, draft=text), interpret(DRAFT, draft=text)]

    assert all(reading.kind in INTERPRETATIONS for reading in readings)


def test_a_lead_in_before_quotes_is_none_when_more_than_the_quotation_follows():
    reading = interpret('We don\'t call it "export page", it is "the exporter"', draft=DRAFT)

    assert reading.kind == "instruction"


def test_what_names_a_part_of_the_draft_is_a_wish_about_that_part():
    reading = interpret('Last line: "One click gives you a CSV file."', draft=DRAFT)

    assert reading.kind == "instruction"
