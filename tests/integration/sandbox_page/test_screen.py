import re
from datetime import timedelta

from bot.sandbox.page import About
from tests.integration.sandbox_page.conftest import make_visit


def keys(screen, name="messages"):
    return [item["key"] for item in screen["lists"][name]]


def messages_of(screen):
    return [key for key in keys(screen) if key.startswith("m-")]


async def test_the_shell_is_served_with_its_static_files(visit):
    async with visit.http.get(visit.url) as response:
        shell = await response.text()
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', shell)

    assert "Tiny &amp; &lt;honest&gt;." in shell
    assert "<script>" not in shell
    assert linked


async def test_a_screen_has_every_region_and_list_that_the_page_has_places_for(visit):
    screen = await visit.screen(visit.ana)

    assert set(screen["regions"]) == {
        "about",
        "people",
        "sidebar",
        "header",
        "time",
        "modal",
        "home",
        "thread-head",
        "inspector-head",
    }
    assert set(screen["lists"]) == {"messages", "thread", "inspector"}
    assert (screen["as"], screen["in"], screen["kind"]) == (visit.ana.user_id, visit.general.id, "channel")
    assert "Sandbox: nothing here leaves this computer." in screen["regions"]["about"]
    assert screen["placeholder"] == "Message #general"


async def test_every_item_carries_its_key_as_its_id(visit):
    root = await visit.ben.say(visit.general, "one")
    await visit.ana.say(visit.general, "two", thread=root)

    screen = await visit.screen(visit.ana, place=visit.general.id, thread=root.ts, panel="inspector")

    items = [item for name in screen["lists"] for item in screen["lists"][name]]
    assert len(items) >= 6
    assert all(f'id="{item["key"]}"' in item["html"] for item in items)


async def test_what_is_not_there_becomes_where_one_begins(visit):
    screen = await visit.screen(visit.ben, place="C404", thread="1.000000", before="x", panel="y")
    nobody = await visit.screen(visit.ben, **{"as": "U404"})

    assert (screen["in"], screen["thread"], screen["lists"]["thread"]) == (visit.general.id, "", [])
    assert nobody["as"] == visit.ana.user_id


async def test_guests_see_their_channels_only_and_private_ones_are_for_their_members(visit):
    ana, ben, gus = [
        (await visit.screen(who))["regions"]["sidebar"] for who in (visit.ana, visit.ben, visit.gus)
    ]

    assert "plans" in ana
    assert "plans" not in ben
    assert "board" in ben
    assert "general" not in gus
    assert (await visit.screen(visit.gus, place=visit.general.id))["in"] == visit.board.id
    assert (await visit.screen(visit.ben, place=visit.plans.id))["in"] == visit.general.id


async def test_somebody_outside_a_public_channel_reads_it_and_sees_join(visit):
    await visit.ana.say(visit.board, "hello board")

    screen = await visit.screen(visit.ben, place=visit.board.id)

    assert not screen["can_write"]
    assert screen["can_join"]
    assert "Join it to write" in screen["why_not"]
    assert f'data-do="join" data-channel="{visit.board.id}"' in screen["regions"]["header"]
    assert "hello board" in "".join(item["html"] for item in screen["lists"]["messages"])


async def test_an_archived_channel_takes_no_words(visit):
    visit.sandbox.archive(visit.general, by=visit.ana)

    screen = await visit.screen(visit.ben, place=visit.general.id)

    assert (screen["can_write"], screen["can_join"]) == (False, False)
    assert "archived" in screen["why_not"]


async def test_all_text_is_escaped(visit):
    evil = '<script>alert("x")</script>'
    visit.sandbox.change_person(visit.ben, name=evil)
    visit.sandbox.rename(visit.general, evil)
    await visit.ben.say(visit.general, evil)

    screen = await visit.screen(visit.ana, place=visit.general.id, panel="inspector")

    everything = [
        *screen["regions"].values(),
        *(i["html"] for n in screen["lists"] for i in screen["lists"][n]),
    ]
    assert not any("<script" in html for html in everything)
    assert any("&lt;script&gt;" in html for html in everything)


async def test_unread_messages_are_counted_until_somebody_looks(visit):
    await visit.ben.say(visit.general, "one")
    await visit.ben.say(visit.general, f"two {visit.ana.mention}")
    await visit.ana.say(visit.general, "my own")

    peeked = await visit.screen(visit.ana, place=visit.board.id, peek=1)
    elsewhere = await visit.screen(visit.ana, place=visit.board.id)
    opened = await visit.screen(visit.ana, place=visit.general.id)
    again = await visit.screen(visit.ana, place=visit.general.id)
    author = await visit.screen(visit.ben, place=visit.board.id)

    assert (peeked["unread"], peeked["mentions"]) == (2, 1)
    assert "1 for you, 2 unread" in elsewhere["regions"]["sidebar"]
    assert "nav__item--unread" in elsewhere["regions"]["sidebar"]
    assert elsewhere["title"].startswith("(1) ")
    assert (opened["unread"], author["unread"]) == (0, 1)
    assert keys(opened).index("unread-line") == keys(opened).index(messages_of(opened)[0]) - 1
    assert "unread-line" in keys(again)


async def test_the_line_of_what_is_new_goes_when_the_channel_is_opened_anew(visit):
    await visit.ben.say(visit.general, "one")
    await visit.screen(visit.ana, place=visit.general.id)
    await visit.screen(visit.ana, place=visit.board.id)

    reopened = await visit.screen(visit.ana, place=visit.general.id)
    await visit.ben.say(visit.general, "while she looks")
    after = await visit.screen(visit.ana, place=visit.general.id)

    assert "unread-line" not in keys(reopened)
    assert "unread-line" not in keys(after)


async def test_direct_messages_count_as_calls_and_so_do_everybody_words(visit):
    await visit.client.chat_postMessage(channel=visit.ana.direct.id, text="for you")
    await visit.ben.say(visit.general, "<!here> look")

    screen = await visit.screen(visit.ana, place=visit.board.id)

    assert (screen["unread"], screen["mentions"]) == (2, 2)


async def test_replies_count_for_those_who_take_part(visit):
    root = await visit.ana.say(visit.general, "a question")
    carla = visit.sandbox.add_person("Carla")
    await carla.join(visit.general)
    await visit.ben.say(visit.general, "an answer", thread=root)

    asker = await visit.screen(visit.ana, place=visit.board.id)
    bystander = await visit.screen(carla, place=visit.board.id)

    assert (asker["unread"], bystander["unread"]) == (1, 1)
    assert "1 unread" in asker["regions"]["sidebar"]


async def test_a_thread_with_new_replies_says_so_until_it_is_opened(visit):
    root = await visit.ana.say(visit.general, "a question")
    await visit.ben.say(visit.general, "an answer", thread=root)

    waiting = (await visit.texts(visit.ana, visit.general))[-1]
    author = (await visit.texts(visit.ben, visit.general))[-1]
    await visit.screen(visit.ana, place=visit.general.id, thread=root.ts)
    read = (await visit.texts(visit.ana, visit.general))[-1]

    assert "1 new" in waiting
    assert "thread-link--unread" in waiting
    assert "thread-link--unread" not in author
    assert "thread-link--unread" not in read


async def test_the_page_says_while_the_app_is_writing(visit):
    root = await visit.ana.say(visit.general, "a question")
    started = await visit.client.chat_startStream(
        channel=visit.general.id,
        thread_ts=root.ts,
        recipient_team_id=visit.sandbox.team_id,
        recipient_user_id=visit.ana.user_id,
        markdown_text="The beginning",
    )
    while_writing = await visit.screen(visit.ana, place=visit.general.id, thread=root.ts)
    await visit.client.chat_stopStream(channel=visit.general.id, ts=started["ts"])
    after = await visit.screen(visit.ana, place=visit.general.id, thread=root.ts)

    assert while_writing["typing"] == "Draftloop is writing …"
    assert "The beginning" in while_writing["lists"]["thread"][-1]["html"]
    assert after["typing"] == ""


async def test_the_switcher_says_for_whom_something_waits(visit):
    await visit.ben.say(visit.general, f"{visit.ana.mention} look")

    people = (await visit.screen(visit.ben, place=visit.general.id))["regions"]["people"]

    assert "You are Ben, member" in people
    assert re.search(r"Ana Ruiz</span>.*admin</span><span class=\"nav__badge\"", people)


async def test_ephemeral_messages_stand_where_they_fell(visit):
    await visit.ana.say(visit.general, "before")
    answer = await visit.client.chat_postEphemeral(
        channel=visit.general.id, user=visit.ana.user_id, text="psst"
    )
    await visit.ana.say(visit.general, "after")

    hers = keys(await visit.screen(visit.ana, place=visit.general.id))
    his = keys(await visit.screen(visit.ben, place=visit.general.id))

    assert hers[-2] == f"e-{visit.general.id}-{answer['message_ts']}"
    assert not any(key.startswith("e-") for key in his)


async def test_a_thread_stands_beside_with_what_only_one_person_sees(visit):
    root = await visit.ana.say(visit.general, "root")
    await visit.ben.say(visit.general, "reply", thread=root)
    await visit.client.chat_postEphemeral(
        channel=visit.general.id, user=visit.ana.user_id, text="psst", thread_ts=root.ts
    )

    screen = await visit.screen(visit.ana, place=visit.general.id, thread=root.ts)

    assert [key.split("-")[0] for key in keys(screen, "thread")] == ["t", "t", "t", "t"]
    assert "1 reply" in screen["lists"]["thread"][1]["html"]
    assert "#general" in screen["regions"]["thread-head"]
    assert "psst" in screen["lists"]["thread"][3]["html"]
    assert len(messages_of(screen)) == 1


async def test_a_long_channel_shows_the_latest_and_goes_back_by_steps(visit):
    said = [await visit.ana.say(visit.general, f"number {n}") for n in range(250)]

    latest = await visit.screen(visit.ana, place=visit.general.id)
    earlier = await visit.screen(visit.ana, place=visit.general.id, before=said[150].ts)
    first = await visit.screen(visit.ana, place=visit.general.id, before=said[50].ts)

    assert (len(messages_of(latest)), keys(latest)[0]) == (100, "older")
    assert f'data-before="{said[150].ts}"' in latest["lists"]["messages"][0]["html"]
    assert (len(messages_of(earlier)), keys(earlier)[0]) == (200, "older")
    assert (len(messages_of(first)), keys(first)[0] == "older") == (250, False)


async def test_a_new_day_has_its_line_in_the_readers_zone(visit):
    await visit.ana.say(visit.general, "today")
    visit.time.jump(visit.time.now() + timedelta(days=1))
    await visit.ana.say(visit.general, "tomorrow")

    shown = keys(await visit.screen(visit.ana, place=visit.general.id))

    assert [key.split("-")[0] for key in shown] == ["day", "m", "day", "m"]


async def test_sample_data_is_marked_where_it_ends_and_is_nobodys_news(visit):
    await visit.ben.say(visit.general, "a sample")
    last = await visit.ben.say(visit.general, "the last sample")
    visit.page.about = About(model="m", note="n", kind="scripted", sample_until=last.ts)

    at_first = await visit.screen(visit.ana, place=visit.board.id)
    at_end = keys(await visit.screen(visit.ana, place=visit.general.id))
    await visit.ben.say(visit.general, "real")
    between = keys(await visit.screen(visit.ana, place=visit.general.id))

    assert at_first["unread"] == 0
    assert at_end[-1] == "sample-line"
    assert between[-2] == "sample-line"
    assert between.count("sample-line") == 1


async def test_the_apps_home_and_messages_are_tabs(connected):
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    before = await connected.screen(connected.ana, place="app-home")
    await connected.client.views_publish(user_id=connected.ana.user_id, view=home)

    after = await connected.screen(connected.ana, place="app-home")
    direct = await connected.screen(connected.ana, place=connected.ana.direct.id)
    others = await connected.screen(connected.ana, place=connected.ben.direct.id)

    assert "home--empty" in before["regions"]["home"]
    assert 'data-view="V' in after["regions"]["home"]
    assert (after["kind"], after["lists"]["messages"], after["can_write"]) == ("app-home", [], False)
    assert 'data-in="app-home"' in direct["regions"]["header"]
    assert (direct["kind"], direct["can_write"], direct["placeholder"]) == ("app", True, "Message Draftloop")
    assert direct["regions"]["home"] == ""
    assert others["in"] == connected.general.id


async def test_the_clock_is_shown_with_where_it_may_jump(visit):
    region = (await visit.screen(visit.ana))["regions"]["time"]

    assert 'data-do="jump" data-to="' in region
    assert "In 1 hour" in region
    assert "scheduler runs by this clock" in region


async def test_an_unchanged_message_is_drawn_alike_and_a_changed_one_anew(visit):
    message = await visit.ana.say(visit.general, "hello")
    first = await visit.texts(visit.ana, visit.general)
    second = await visit.texts(visit.ana, visit.general)
    await visit.ben.react(message, "tada")
    third = await visit.texts(visit.ana, visit.general)

    assert first == second
    assert first[:-1] == third[:-1]
    assert "tada" in third[-1]


async def test_half_a_character_from_an_app_breaks_no_screen(visit):
    await visit.client.chat_postMessage(channel=visit.general.id, text="half \ud83d of one, and \x00 nothing")

    screen = await visit.screen(visit.ana, place=visit.general.id, panel="inspector")

    assert len(messages_of(screen)) == 1


async def test_a_page_without_anybody_says_so():
    async with make_visit() as visit:
        visit.sandbox.people.clear()

        screen = await visit.screen(visit.ana)

        assert (screen["as"], screen["regions"], screen["why_not"]) == ("", {}, "Nobody is here yet.")
