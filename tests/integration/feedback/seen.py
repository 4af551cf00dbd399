"""What the stories look at: the ledger's rows, and what stands in Slack."""

QUESTION = "what should be different"
THANKS = "your feedback is stored"


async def signals(house, **wanted):
    async with house.services.database.read() as unit:
        drafts = await unit.drafts.recent(house.sandbox.team_id)
        found = [one for draft in drafts for one in await unit.feedback.signals_of_draft(draft.id)]
    return [one for one in found if all(getattr(one, name) == value for name, value in wanted.items())]


async def corrections(house):
    async with house.services.database.read() as unit:
        return await unit.corrections.of_workspace(house.sandbox.team_id)


async def standing(house):
    async with house.services.database.read() as unit:
        draft = (await unit.drafts.recent(house.sandbox.team_id))[0]
        return await unit.feedback.find_standing(draft.id)


def marks(house, message):
    return sorted(house.sandbox.message(house.channel, ts=message.ts).reactions)


def notes(house, person, words):
    return [one for one in person.ephemerals(house.channel) if words in one.text]


def entered(view, *texts):
    """Entries for the inputs of a modal, in order; None leaves one as it stands."""
    inputs = [block for block in view.blocks if block["type"] == "input"]
    return {
        block["block_id"]: {block["element"]["action_id"]: text}
        for block, text in zip(inputs, texts, strict=False)
        if text is not None
    }


def shown_values(view):
    return [block["element"].get("initial_value", "") for block in view.blocks if block["type"] == "input"]
