"""What somebody sees who does not know the commands yet."""


async def test_help_lists_every_command_with_its_usage(house):
    answer = await house.ana.command(house.channel, "/draftloop", "help")

    for usage in ("/draft", "/draftloop stats", "/draftloop digest", "/draftloop retrain"):
        assert usage in answer.text


async def test_an_unknown_word_is_answered_with_the_way_to_help(house):
    answer = await house.ana.command(house.channel, "/draftloop", "frobnicate")

    assert "/draftloop help" in answer.text
