"""Who judges, and what is flagged where: for admins only."""


async def test_only_admins_are_told_who_judges(house):
    draft = await house.ask(house.ana, "Tell the team that the release moved to Thursday")
    for person in (house.ana, house.ben, house.chloe):
        await person.react(draft, "+1")
    await house.settled()

    admin = await house.chloe.command(house.channel, "/draftloop", "stats fairness 7d")
    member = await house.ben.command(house.channel, "/draftloop", "stats fairness")

    assert "Fairness · last 7 days" in admin.text
    assert "People who gave feedback: 3 (3 opinions)" in admin.text
    assert "Only admins" in member.text
    assert "Fairness" not in member.text
