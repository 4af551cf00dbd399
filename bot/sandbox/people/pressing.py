"""Commands, buttons, selects and shortcuts."""

from typing import Any

from bot.sandbox import interactivity as asks
from bot.sandbox.deliveries import Delivery
from bot.sandbox.errors import CannotError
from bot.sandbox.form import Entries, filled_state
from bot.sandbox.people.seat import Seat
from bot.sandbox.records import Channel, Json, Message, OpenView
from bot.sandbox.response_urls import ResponseUrl, respond


class Pressing(Seat):
    """What somebody asks of the app."""

    async def command(self, channel: Channel, command: str, text: str = "") -> Delivery:
        """Type a slash command; what the app answers at once is shown as Slack shows it."""
        fields = asks.slash_command(
            self._workspace, member=self.member, channel=channel, command=command, text=text
        )
        fields["response_url"] = self._stage.response_urls.issue(self.member, channel=channel)
        delivery = await self._ask("slash_commands", fields)
        if delivery.answer:
            url = ResponseUrl(self.member, channel, None, self._workspace.clock())
            respond(self._workspace, url=url, body=delivery.answer)
        return delivery

    async def press(
        self,
        target: Message | OpenView,
        action_id: str,
        *,
        block_id: str | None = None,
        value: str | None = None,
        selected_option: str | None = None,
        selected: Json | None = None,
        state: Entries | None = None,
    ) -> Delivery:
        """Press or choose something in a message or view.

        Args:
            target: what it stands in.
            action_id: which element.
            block_id: in which block, where several have such an element.
            value: of a button (checked) or of the feedback button meant; the text of a typed field.
            selected_option: the value of the option chosen in a select, overflow menu or radio group.
            selected: any other choice under Slack's own name, such as ``{"selected_user": "U1"}``.
            state: what stands in the other fields at that moment, by block and action.

        Raises:
            CannotError: there is nothing like that to press.
        """
        given = {"value": value, "selected_option": selected_option, **(selected or {})}
        choice = {name: entry for name, entry in given.items() if entry is not None}
        message, view = self._on_screen(target)
        blocks = view.blocks if view else message.blocks if message else []
        block, element = asks.find_element(blocks, action_id=action_id, value=value, block_id=block_id)
        entries = {**_entries(block, element, choice), **(state or {})}
        standing = view.payload["state"]["values"] if view else {}
        filled = filled_state(blocks, entries=entries, standing=standing, submitting=False)
        if view is not None:
            view.payload["state"] = filled
        action = asks.pressed(self._workspace, block=block, element=element, given=choice)
        payload = asks.block_actions(
            self._workspace, member=self.member, action=action, message=message, view=view
        )
        if message is not None:
            payload |= {"state": filled, "response_url": self._answer_url(message)}
        return await self._ask("interactive", payload)

    async def global_shortcut(self, callback_id: str) -> Delivery:
        """Use a global shortcut of the app."""
        payload = asks.global_shortcut(self._workspace, member=self.member, callback_id=callback_id)
        return await self._ask("interactive", payload)

    async def message_shortcut(self, message: Message, callback_id: str) -> Delivery:
        """Use a message shortcut of the app."""
        found = self._find(message)[1]
        payload = asks.message_shortcut(
            self._workspace, member=self.member, message=found, callback_id=callback_id
        )
        payload["response_url"] = self._answer_url(found)
        return await self._ask("interactive", payload)

    def dismiss(self, message: Message) -> None:
        """Take an ephemeral message off one's own screen; Slack tells nobody.

        Raises:
            CannotError: it is not on this person's screen.
        """
        shown = self._on_screen(message)[0]
        if shown is None or not shown.ephemeral_to:
            raise CannotError("Only a message that you alone see can be dismissed.")
        self.member.ephemerals = [other for other in self.member.ephemerals if other is not shown]
        self._workspace.note_change()

    def _answer_url(self, message: Message) -> str:
        channel = self._workspace.channels[message.channel]
        return self._stage.response_urls.issue(self.member, channel=channel, message=message)

    def _on_screen(self, target: Message | OpenView) -> tuple[Message | None, OpenView | None]:
        if isinstance(target, OpenView):
            return None, self._shown(target)
        if target.ephemeral_to:
            mine = [other for other in self.member.ephemerals if other.ts == target.ts]
            if not mine:
                raise CannotError(f"{self.member.name} does not see that message.")
            return mine[0], None
        return self._find(target)[1], None


def _entries(block: Json, element: Json, choice: Json) -> Entries:
    stateful = element["type"] not in ("button", "icon_button", "overflow", "feedback_buttons")
    entered: list[Any] = list(choice.values()) if stateful else []
    return {block["block_id"]: {element["action_id"]: entered[0]}} if entered else {}
