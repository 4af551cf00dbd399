"""What people see of what was learned, looked up as they see it."""

import json

from tests.scenarios.house import shows


def seen(house, message):
    """What a message shows now."""
    now = current(house, message)
    return json.dumps([now.text, now.blocks], ensure_ascii=False)


def can_press(house, message, action_id):
    """Whether a message has a button now."""
    return shows(current(house, message), action_id)


def current(house, message):
    """A message of the story's channels as it is now."""
    (channel,) = (one for one in (house.channel, house.admins) if one.id == message.channel)
    return house.sandbox.message(channel, ts=message.ts)


async def rules_seen_by(house, draft):
    """The texts of the rules that a draft's prompt held."""
    async with house.services.database.read() as unit:
        found = await unit.drafts.find_by_message(
            house.sandbox.team_id, channel_id=draft.channel, ts=draft.ts
        )
        revision = await unit.drafts.revision(found[0].current_revision_id)
    return [rule["text"] for rule in json.loads(revision.prompt)["rules"]]


async def live_rules(house):
    """The state of every rule that is active or proposed, by its text."""
    async with house.services.database.read() as unit:
        return {rule.text: rule.state for rule in await unit.rules.live(house.sandbox.team_id)}
