"""People set when things happen, by slash command."""


async def test_an_admin_moves_a_channels_digest_and_anybody_may_look(house):
    await house.ask(house.ana, "Tell the team that the release moved")

    set_by_admin = await house.chloe.command(house.channel, "/draftloop", "digest tuesday 9:30")
    seen_by_member = await house.ana.command(house.channel, "/draftloop", "digest")

    assert "on Tuesday" in set_by_admin.text
    assert "09:30 (UTC)" in seen_by_member.text


async def test_a_member_cannot_move_the_digest(house):
    answer = await house.ana.command(house.channel, "/draftloop", "digest off")

    assert "Only admins" in answer.text


async def test_the_time_zone_is_set_for_the_whole_workspace(house):
    await house.chloe.command(house.admins, "/draftloop", "timezone Europe/Berlin")

    answer = await house.ana.command(house.channel, "/draftloop", "digest")

    assert "(Europe/Berlin)" in answer.text


async def test_words_that_make_no_sense_get_a_kind_sentence(house):
    zone = await house.chloe.command(house.admins, "/draftloop", "timezone Middle/Earth")
    cron = await house.chloe.command(house.admins, "/draftloop", "retrain every now and then")

    assert "Middle/Earth" in zone.text
    assert "cannot read" in cron.text or "five fields" in cron.text


async def test_a_workspace_retrains_by_its_own_clock(house):
    answer = await house.chloe.command(house.admins, "/draftloop", "retrain every 0 2 * * sun")

    assert "Sunday" in answer.text
