"""What somebody does with modals and the App Home."""

from typing import Any, Literal

from pydantic import Field

from bot.sandbox.blocks import elements_of
from bot.sandbox.errors import CannotError
from bot.sandbox.form import Entries, field_name, field_problems, filled_state
from bot.sandbox.interactivity import find_element
from bot.sandbox.page.actor import Actor
from bot.sandbox.page.deeds import Deed, Id, Name, State, Value
from bot.sandbox.page.entries import text_problem
from bot.sandbox.records import OpenView


class Submit(Deed):
    """Submit a modal."""

    verb: Literal["submit"]
    view: Id
    state: State = Field(default_factory=dict)

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Submit it, unless Slack's client would keep it back; then, or when the app refuses, say which fields."""
        view = _modal(actor, self.view)
        entries = actor.entering.entries(view.blocks, self.state)
        problems = _problems(view, entries)
        if problems:
            return {"errors": problems}
        submission = await actor.person.submit(view, entries)
        actor.heard(submission.delivery)
        return {"errors": submission.errors} if submission.errors else {}


class Close(Deed):
    """Close a modal."""

    verb: Literal["close"]
    view: Id

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Close it; the app may or may not want to know."""
        await actor.person.close(_modal(actor, self.view))
        return {}


class OpenHome(Deed):
    """Look at the app's Home."""

    verb: Literal["open_home"]

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Tell the app."""
        await actor.person.open_home()
        return {}


class Suggest(Deed):
    """Type into a select whose options the app brings."""

    verb: Literal["suggest"]
    view: Id
    action_id: Name
    typed: Value = ""

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Ask the app for options."""
        view = actor.view(self.view)
        _, element = find_element(view.blocks, action_id=self.action_id)
        if not element["type"].endswith("external_select"):
            raise CannotError("That field has its options already.")
        return {"options": await actor.person.suggest(view, self.action_id, self.typed)}


def _modal(actor: Actor, view_id: str) -> OpenView:
    view = actor.view(view_id)
    if view.payload["type"] != "modal":
        raise CannotError("That is no window of its own.")
    return view


def _problems(view: OpenView, entries: Entries) -> dict[str, str]:
    standing = view.payload["state"]["values"]
    values = filled_state(view.blocks, entries=entries, standing=standing, submitting=False)["values"]
    wrong = {
        block["block_id"]: text_problem(element, values[block["block_id"]][element["action_id"]].get("value"))
        for block in view.blocks
        if block["type"] == "input"
        for element in elements_of(block)
        if field_name(element) == "value"
    }
    shown = {block_id: problem for block_id, problem in wrong.items() if problem}
    return shown | field_problems(view.blocks, values=values)
