"""Events carry ids only: who somebody is becomes known a moment later, and the count follows."""


async def test_the_name_of_a_channel_is_learned(house):
    await house.ask(house.ana, "Tell the team that the release moved")

    async def known_name():
        async with house.services.database.read() as unit:
            return (await unit.channels.get(house.sandbox.team_id, channel_id=house.channel.id)).name

    await house.eventually(known_name, "launch")


async def test_a_vote_of_somebody_who_turns_out_to_be_from_elsewhere_is_taken_out_again(house):
    eve = house.sandbox.add_person("Eve", team="T0OTHER")
    await eve.join(house.channel)
    draft = await house.ask(house.ana, "Tell the team that the release moved")
    await house.ben.react(draft, "+1")

    house.sandbox.publish(bare_reaction(house, eve, draft))

    await house.eventually(lambda: signals_of(house, eve), [("ignored", "other_organisation")])
    assert await house.opinions(draft) == {(house.ben.user_id, "vote"): "positive"}


async def test_a_member_is_looked_up_once_and_goes_on_counting(house):
    draft = await house.ask(house.ana, "Tell the team that the release moved")

    await house.ben.react(draft, "+1")
    await house.settled()

    await house.eventually(lambda: name_of(house, house.ben), "Ben")
    assert await house.opinions(draft) == {(house.ben.user_id, "vote"): "positive"}
    looks = [call for call in house.sandbox.calls if call.method == "users.info"]
    assert len([call for call in looks if call.arguments["user"] == house.ben.user_id]) == 1


def bare_reaction(house, person, message):
    """A reaction as a shared channel may send it: nothing says where the person is at home."""
    return {
        "type": "reaction_added",
        "user": person.user_id,
        "reaction": "+1",
        "item": {"type": "message", "channel": house.channel.id, "ts": message.ts},
        "event_ts": "1795500000.000100",
    }


async def signals_of(house, person):
    async with house.services.database.read() as unit:
        rows = await unit.run_sync(
            lambda connection: connection.exec_driver_sql(
                f"SELECT status, reason FROM signals WHERE user_id = '{person.user_id}'"
            ).all()
        )
    return [tuple(row) for row in rows]


async def name_of(house, person):
    async with house.services.database.read() as unit:
        member = await unit.members.find(house.sandbox.team_id, user_id=person.user_id)
    return member and member.name
