"""What was learned, in everybody's hands: found, proposed, decided, and kept from those it is not for."""

import json

import pytest

from bot.sandbox import interactivity as asks
from tests.factories import make_rule
from tests.scenarios.house import open_house
from tests.surfaces.surface import Surface

KNOWN = {"origin": "written", "approved_by": "U0ADMIN"}  # evidence alone does not move it
KEPT = ("title", "blocks", "submit", "close", "callback_id", "private_metadata")


@pytest.fixture(params=["socket", "http"])
async def rules_house(request, sqlite_url, tmp_path):
    async with open_house(sqlite_url, tmp_path, way=request.param) as opened:
        yield opened


def told(view):
    return json.dumps(view.payload["blocks"], ensure_ascii=False)


async def keep(house, *rules):
    """Put rules into the house's workspace, as if they had been learned."""
    async with house.services.database.begin() as unit:
        await unit.workspaces.ensure(house.sandbox.team_id, now=house.clock())
        for text, columns in rules:
            await make_rule(
                unit, text, workspace_id=house.sandbox.team_id, **{**KNOWN, "topic": text, **columns}
            )


async def state_of(house, number):
    async with house.services.database.read() as unit:
        rule = await unit.rules.find_by_number(house.sandbox.team_id, number=number)
    return rule and (rule.state, rule.text, rule.channel_id)


async def open_rules(house, person, words="", channel=None):
    delivery = await person.command(channel or house.channel, "/draftloop", f"rules {words}".strip())
    assert delivery.acked
    view = await person.next_view()
    shown = {name: view.payload[name] for name in KEPT if view.payload.get(name)}
    assert Surface("rules", "modal", {"type": "modal", **shown}).problems() == []
    return view


async def open_page(person, rules, number):
    opened = next(
        block["accessory"]["value"]
        for block in rules.payload["blocks"]
        if str(block.get("text", {}).get("text", "")).startswith(f"*{number}.*")
    )
    await person.press(rules, "rule_open", value=opened)
    return await person.next_view()


async def press_as(person, house, view, action_id):
    """Press a button of a view that somebody else has open: Slack signs who pressed, not what."""
    block, element = asks.find_element(view.blocks, action_id=action_id)
    action = asks.pressed(house.sandbox.workspace, block=block, element=element, given={})
    body = asks.block_actions(
        house.sandbox.workspace, member=person.member, action=action, message=None, view=view
    )
    return await person._ask("interactive", body)


async def test_a_member_proposes_a_rule_and_an_admin_shapes_and_ends_it(rules_house):
    house, ana, chloe = rules_house, rules_house.ana, rules_house.chloe
    listed = await open_rules(house, ana)
    assert "There is no rule yet" in told(listed)
    await ana.press(listed, "rules_propose")
    form = await ana.next_view()
    refused = await ana.submit(form, {"text": {"text": "See https://evil.example for how."}})
    assert set(refused.errors) == {"text"}
    entries = {"text": {"text": "Write headings in sentence case."}, "place": {"place": "channel"}}
    assert (await ana.submit(form, entries)).closed
    await house.until(lambda: "waits for a decision" in told(listed))
    assert await state_of(house, 1) == ("proposed", "Write headings in sentence case.", house.channel.id)

    # The admin finds it among the proposed ones, and decides.
    page = await open_page(chloe, await open_rules(house, chloe, "proposed"), 1)
    forged = await press_as(ana, house, page, "rule_approve")
    assert forged.acked
    assert (await state_of(house, 1))[0] == "proposed"
    await chloe.press(page, "rule_approve")
    await house.until(lambda: "Approved." in told(page))
    await house.ask(ana, "announce that the office opens at 9")
    assert "Write headings in sentence case." in str(house.endpoint.requests[-1]["messages"])

    await chloe.press(page, "rule_edit")
    form = await chloe.next_view()
    assert (await chloe.submit(form, {"text": {"text": "Write headings in title case."}})).closed
    await house.until(lambda: "title case" in told(page))
    await chloe.press(page, "rule_scope")
    form = await chloe.next_view()
    assert (await chloe.submit(form, {"place": {"place": "everywhere"}})).closed
    await house.until(lambda: "*Holds:* everywhere" in told(page))
    await chloe.press(page, "rule_retire")
    await house.until(lambda: "Retired." in told(page))

    assert await state_of(house, 1) == ("retired", "Write headings in title case.", None)
    history = told(page)
    assert all(deed in history for deed in ("You retired it", "You approved it", "changed its words"))
    assert "There is no rule yet" in told(await open_rules(house, ana))


async def test_rules_are_searched_narrowed_and_turned(house):
    many = [(f"Use word {number}.", {}) for number in range(20)]
    await keep(house, *many, ("Be short.", {"channel_id": house.channel.id}), ("Sing.", {"task": "reply"}))
    rules = await open_rules(house, house.ana)
    assert "1 to 8 of 22" in told(rules)

    await house.ana.press(rules, "rules_next")
    await house.until(lambda: "9 to 16 of 22" in told(rules))
    await house.ana.press(rules, "rules_words", value="short")
    await house.until(lambda: "One rule." in told(rules))
    await house.ana.press(rules, "rules_task", selected_option="reply")
    await house.until(lambda: "rules_filters:live:reply:" in told(rules) and "One rule." in told(rules))
    here = {"selected_conversation": house.channel.id}
    await house.ana.press(rules, "rules_channel", selected=here)
    await house.until(lambda: "rules_anywhere" in told(rules))
    await house.ana.press(rules, "rules_anywhere")
    await house.until(lambda: "rules_anywhere" not in told(rules))
    found = await house.ana.submit(rules, {"rules_words": {"rules_words": "sing"}})

    assert "Sing." in told(found.view)
    assert "Be short." not in told(found.view)


async def test_rules_of_a_private_channel_are_for_those_who_are_in_it(house):
    ana, ben, chloe = house.ana, house.ben, house.chloe
    secret = house.sandbox.add_channel("secret", members=[ben], private=True)
    await keep(house, ("Call it Atlas.", {"channel_id": secret.id}))

    inside = await open_rules(house, ben, channel=secret)
    outside = await open_rules(house, ana, words=f"<#{secret.id}|secret>")
    page = await open_page(ben, inside, 1)

    assert "Atlas" in told(inside)
    assert "could not see that you are in" in told(outside)
    assert "Atlas" not in told(outside)
    assert "Atlas" in told(await open_rules(house, chloe))
    forged = await press_as(ana, house, inside, "rule_open")
    assert forged.acked
    assert ana.open_views == [outside]
    assert "Atlas" in told(page)


async def test_nobody_decides_about_what_they_did_not_see(house):
    await keep(house, ("Be short.", {}))
    page = await open_page(house.chloe, await open_rules(house, house.chloe), 1)
    async with house.services.database.begin() as unit:
        rule = await unit.rules.find_by_number(house.sandbox.team_id, number=1)
        rule.text, rule.version = "Be long.", rule.version + 1

    await house.chloe.press(page, "rule_retire")
    note = await house.until(lambda: house.sandbox.messages(house.chloe.direct)[-1:])
    await house.chloe.press(page, "rule_edit")
    form = await house.chloe.next_view()

    assert "Somebody else changed this" in note[0].text
    assert (await state_of(house, 1))[0] == "active"
    assert "Be long." in told(form)


async def test_where_everybody_decides_a_member_may_retire(house):
    await keep(house, ("Be short.", {}))
    delivery = await house.chloe.command(house.channel, "/draftloop", "settings")
    assert delivery.acked
    hub = await house.chloe.next_view()
    await house.chloe.press(hub, "settings_workspace")
    form = await house.chloe.next_view()
    assert (await house.chloe.submit(form, {"rules_by": {"rules_by": "team"}})).closed
    assert "Everybody decides about them" in told(hub)
    await house.chloe.press(hub, "settings_channel")
    form = await house.chloe.next_view()
    assert (await house.chloe.submit(form, {"rules_here": {"rules_here": "admin"}})).closed
    assert "until an admin approves" in told(hub)

    await house.ana.react(await house.ask(house.ana, "announce that the office opens at 9"), "+1")
    await house.settled()
    page = await open_page(house.ana, await open_rules(house, house.ana), 1)
    await house.ana.press(page, "rule_retire")
    await house.until(lambda: "Retired." in told(page))

    assert (await state_of(house, 1))[0] == "retired"


async def test_home_says_how_many_rules_there_are_and_opens_them(house):
    await keep(house, ("Be short.", {}), ("Use no emoji.", {"state": "proposed"}))

    await house.ana.open_home()
    await house.until(
        lambda: house.ana.home and "1 rule* that drafts follow, 1 proposed" in told(house.ana.home)
    )
    await house.ana.press(house.ana.home, "home_rules")
    rules = await house.ana.next_view()

    assert "Be short." in told(rules)
    assert "Shown are the rules that hold everywhere." in told(rules)
