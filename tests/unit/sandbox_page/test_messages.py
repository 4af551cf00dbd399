"""A message as it stands in a channel, in a thread, and for one person only."""

import pytest

from bot.sandbox.page.rendering import is_compact
from bot.slack.blocks.draft import draft_blocks, note_blocks
from tests.unit.sandbox_page.looking import ANA, APP, BEN, EVE, PAGE, TS, make_message, see


def see_message(message, **how):
    return see(PAGE.message(message, **how))


def later(seconds):
    return f"{float(TS) + seconds:.6f}"


def test_it_says_who_wrote_it_and_when_on_the_readers_clock():
    seen = see_message(make_message(user=BEN))
    article = seen.one("article")

    assert article.attributes["id"] == f"m-CNEWS-{TS}" == PAGE.key(make_message(user=BEN))
    assert article.attributes["aria-label"] == "Ben, 13:30"
    assert (article.attributes["data-channel"], article.attributes["data-ts"]) == ("CNEWS", TS)
    assert article.attributes["data-author"] == BEN
    assert seen.one("time").text == "13:30"
    assert seen.with_class("avatar")[0].text == "B"


def test_an_app_has_a_badge():
    assert see_message(make_message(user=APP)).with_class("badge--app")[0].text == "App"
    assert see_message(make_message(user=BEN)).with_class("badge--app") == []


def test_blocks_stand_instead_of_the_text():
    seen = see_message(make_message("For notifications", user=APP, blocks=note_blocks("Learned.")))

    assert "Learned." in seen.text
    assert "For notifications" not in seen.text


def test_only_ones_own_words_can_be_edited_and_as_they_were_typed():
    own = see_message(make_message("a &lt; b *c*")).one("article")
    other = see_message(make_message(user=BEN)).one("article")

    assert own.attributes["data-text"] == "a < b *c*"
    assert "data-own" in own.attributes
    assert "data-own" not in other.attributes


def test_an_edit_leaves_a_mark():
    assert "(edited)" in see_message(make_message(edited={"user": ANA, "ts": TS})).text


def test_a_text_that_is_still_written_is_markdown_and_says_so():
    seen = see_message(make_message("**half", user=APP, streaming=True))

    assert seen.one(role="status").text == "Writing…"
    assert "message--streaming" in seen.one("article").classes
    assert "**half" in seen.text


def test_a_few_emoji_are_large():
    assert see_message(make_message(":tada: :+1:")).with_class("text--jumbo")
    assert not see_message(make_message("well :tada:")).with_class("text--jumbo")


def test_skin_tones_share_a_chip_and_ones_own_is_pressed():
    reactions = {"+1": [BEN], "+1::skin-tone-3": [ANA], "eyes": [BEN, EVE], "our_logo": [BEN]}

    thumb, eyes, logo, add = see_message(make_message(reactions=reactions)).with_class("reaction")

    assert thumb.attributes["data-do"] == "unreact"
    assert thumb.attributes["data-name"] == "+1::skin-tone-3"
    assert thumb.attributes["aria-pressed"] == "true"
    assert thumb.attributes["aria-label"] == "👍🏼 2: Ben, Ana Bell"
    assert "reaction--mine" in thumb.classes
    assert (eyes.attributes["data-do"], eyes.attributes["aria-label"]) == ("react", "👀 2: Ben, Eve Ng")
    assert logo.text == ":our_logo:1"
    assert add.attributes["data-do"] == "pick-reaction"


def test_a_thread_is_summed_up_below_its_first_message():
    replies = [
        make_message(user=user, ts=later(60 * number), thread_ts=TS)
        for number, user in enumerate((BEN, EVE, BEN), 1)
    ]

    link = see_message(make_message(), replies=replies).one("button", data_do="open-thread", data_thread=TS)

    assert link.text.split() == ["BEN", "3", "replies", "·", "last", "reply", "13:33"]


def test_new_replies_are_counted():
    reply = make_message(user=BEN, ts=later(60), thread_ts=TS)

    seen = see_message(make_message(), replies=[reply], unread=1)

    assert seen.with_class("thread-link__new")[0].text == "1 new"
    assert "1 reply" in seen.with_class("thread-link")[0].text


def test_in_a_thread_it_has_an_id_of_its_own_and_no_summary():
    parent = make_message()
    reply = make_message(user=BEN, ts=later(5), thread_ts=TS)

    seen = see_message(parent, in_thread=True, replies=[reply])

    assert seen.one("article").attributes["id"] == f"t-CNEWS-{TS}"
    assert seen.all(data_do="open-thread") == []
    assert "message--reply" in see_message(reply, in_thread=True).one("article").classes


def test_a_reply_that_was_also_sent_to_the_channel_leads_to_its_thread():
    seen = see_message(make_message(ts=later(9), thread_ts=TS, subtype="thread_broadcast"))

    assert seen.one(data_do="open-thread", data_thread=TS).text == "thread"


def test_what_only_one_sees_says_so_and_can_be_dismissed():
    seen = see_message(make_message(user=APP, ephemeral_to=ANA))

    assert seen.one("article").attributes["id"] == f"e-CNEWS-{TS}"
    assert "Only visible to you" in seen.text
    assert seen.one("button").attributes["data-do"] == "dismiss"


def test_a_deleted_message_can_only_be_read():
    seen = see_message(make_message("This message was deleted.", user="USLACKBOT", subtype="tombstone"))

    assert "message--deleted" in seen.one("article").classes
    assert [button.attributes["data-do"] for button in seen.all("button")] == ["open-thread"]


def test_the_tools_are_buttons_with_names():
    tools = see_message(make_message()).with_class("tool")

    assert [tool.attributes["data-do"] for tool in tools] == ["pick-reaction", "open-thread", "message-menu"]
    assert all(tool.attributes["aria-label"] for tool in tools)


def test_the_last_vote_of_the_reader_is_pressed():
    message = make_message(
        user=APP, blocks=draft_blocks("The office moves.", task="Announcement", release="base")
    )

    seen = see_message(message, pressed={"draft_vote": "negative", "draft_stars": "3"})

    assert seen.one(data_value="negative").attributes["aria-pressed"] == "true"
    assert seen.one(data_value="positive").attributes["aria-pressed"] == "false"
    assert [option.text for option in seen.all("option", selected="")][-1] == "★★★"


def test_pictures_are_shown_and_other_files_offered():
    files = [
        {
            "id": "F1",
            "name": "a.png",
            "title": "Chart",
            "mimetype": "image/png",
            "size": 9,
            "alt_txt": "It rises",
        },
        {"id": "F2", "name": "b.svg", "title": "Drawing", "mimetype": "image/svg+xml", "size": 2048},
    ]

    seen = see_message(make_message("", files=files))

    assert seen.one("img").attributes == {"class": "picture", "src": "/files/F1", "alt": "It rises"}
    link = seen.with_class("file__link")[0]
    assert (link.attributes["href"], "download" in link.attributes) == ("/files/F2", True)
    assert "Drawing" in link.text


def test_attachments_show_their_words():
    given = {
        "color": "danger",
        "pretext": "before",
        "title": "Title",
        "title_link": "https://a.example",
        "text": "*in*",
        "fields": [{"title": "Name", "value": "_value_"}],
        "image_url": "https://pics.example/a.png",
        "footer": "after",
        "blocks": note_blocks("Learned."),
    }

    seen = see_message(make_message("", attachments=[given]))

    assert {"before", "in", "after", "Name", "value", "Learned."} <= {
        element.text for element in seen.elements
    }
    assert "attachment--danger" in seen.with_class("attachment")[0].classes
    assert seen.all("img") == []


@pytest.mark.parametrize(
    "given",
    [
        None,
        "text",
        {},
        {"text": 5, "fields": "no", "title_link": []},
        {"blocks": [{"type": "section"}]},
        {"blocks": 7},
    ],
)
def test_a_strange_attachment_does_no_harm(given):
    assert see_message(make_message("words", attachments=[given])).one("article")


@pytest.mark.parametrize(
    ("message", "previous", "expected"),
    [
        (make_message(ts=later(60)), make_message(), True),
        (make_message(ts=later(600)), make_message(), False),
        (make_message(ts=later(60)), make_message(user=BEN), False),
        (make_message(ts=later(60)), None, False),
        (make_message(ts=later(60), user=APP), make_message(user=APP), False),
        (make_message(ts=later(60), ephemeral_to=ANA), make_message(), False),
    ],
)
def test_messages_in_a_row_need_one_name(message, previous, expected):
    assert is_compact(message, previous) is expected


def test_a_compact_message_has_no_name_but_a_time():
    seen = see_message(make_message(), compact=True)

    assert seen.with_class("message__author") == []
    assert seen.one("time").text == "13:30"


@pytest.mark.parametrize(
    ("seconds", "label"),
    [
        (0, "Today"),
        (-86400, "Yesterday"),
        (86400, "Tomorrow"),
        (-4 * 86400, "Thursday, November 19th"),
        (-330 * 86400, "Sunday, December 28th, 2025"),
    ],
)
def test_days_are_told_apart(seconds, label):
    seen = see(PAGE.day(later(seconds)))

    assert seen.text == label
    assert seen.one(role="separator").attributes["id"] == PAGE.day_key(later(seconds))


def test_small_marks_stand_alone():
    assert PAGE.avatar(ANA, small=True).striptags() == "AB"
    assert "avatar--app" in see(PAGE.avatar(APP)).elements[0].classes
    assert see(PAGE.time(TS)).one("time").text == "13:30"
    assert PAGE.time("no moment") == ""
