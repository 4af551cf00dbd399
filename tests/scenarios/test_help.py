"""What somebody sees who does not know the commands yet."""


async def test_help_lists_the_commands_that_a_person_may_use(house):
    member = await house.ana.command(house.channel, "/draftloop", "help")
    admin = await house.chloe.command(house.channel, "/draftloop", "help")

    for usage in ("/draft ", "/draftloop stats", "/draftloop every", "/draftloop digest"):
        assert usage in member.text
        assert usage in admin.text
    assert "/draftloop retrain" in admin.text
    assert "/draftloop retrain" not in member.text


async def test_where_somebody_may_not_ask_help_says_who_may(house):
    async with house.services.database.begin() as unit:
        channel = await unit.channels.ensure(house.sandbox.team_id, channel_id=house.channel.id)
        channel.who_may_ask = "admins"

    answer = await house.ana.command(house.channel, "/draftloop", "help")

    assert "only admins of this workspace may ask" in answer.text
    assert "/draft " not in answer.text


async def test_help_does_not_wait_for_a_slow_slack(house):
    house.services.admins._deadline_seconds = 0.2
    house.sandbox.inject("users.info", "delay", seconds=1)

    answer = await house.chloe.command(house.channel, "/draftloop", "help")

    assert answer.acked
    assert "Slack did not tell me in time" in answer.text
    assert "/draftloop stats" in answer.text


async def test_an_unknown_word_is_answered_with_the_way_to_help(house):
    answer = await house.ana.command(house.channel, "/draftloop", "frobnicate")

    assert "/draftloop help" in answer.text
