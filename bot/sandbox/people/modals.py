"""Modals on somebody's screen."""

from bot.sandbox import interactivity as asks
from bot.sandbox.deliveries import Delivery
from bot.sandbox.errors import SlackError
from bot.sandbox.form import Entries, filled_state
from bot.sandbox.people.seat import Seat
from bot.sandbox.records import Json, OpenView
from bot.sandbox.screens import close_view, open_view, replace_view
from bot.sandbox.submissions import Submission
from bot.sandbox.waiting import until


class Modals(Seat):
    """Looking at, filling in, submitting and closing modals."""

    @property
    def open_views(self) -> list[OpenView]:
        """The modals on the screen, the topmost last."""
        return list(self.member.views)

    async def next_view(self, timeout: float = 10) -> OpenView:  # noqa: ASYNC109 - a person's patience.
        """The next modal that opens and was not returned before.

        Raises:
            TimeoutError: none opened in time.
        """
        await until(lambda: self.member.unseen, timeout=timeout, what="a modal")
        return self.member.unseen.popleft()

    async def suggest(self, view: OpenView, action_id: str, typed: str) -> list[Json]:
        """Type into an external select and see the options the app offers."""
        _, element = asks.find_element(view.blocks, action_id=action_id)
        payload = asks.block_suggestion(
            self._workspace, member=self.member, view=view, element=element, typed=typed
        )
        delivery = await self._ask("interactive", payload)
        grouped = [
            option for group in delivery.answer.get("option_groups", []) for option in group["options"]
        ]
        return [*delivery.answer.get("options", []), *grouped]

    async def submit(self, view: OpenView, entries: Entries | None = None) -> Submission:
        """Fill in a modal and submit it.

        Args:
            view: the modal.
            entries: what to enter, by block and action; everything else keeps what stands there.

        Raises:
            CannotError: it is not on the screen, or Slack's client would not submit it.
        """
        view = self._shown(view)
        standing = view.payload["state"]["values"]
        view.payload["state"] = filled_state(view.blocks, entries=entries or {}, standing=standing)
        payload = asks.view_submission(self._workspace, member=self.member, view=view)
        delivery = await self._ask("interactive", payload)
        if not delivery.acked:
            return Submission(delivery, {}, view)
        return self._after(view, delivery)

    async def close(self, view: OpenView) -> None:
        """Close a modal without submitting."""
        view = self._shown(view)
        close_view(self._workspace, member=self.member, view=view)
        if view.payload["notify_on_close"]:
            await self._ask(
                "interactive", asks.view_closed(self._workspace, member=self.member, view=view, cleared=False)
            )

    def _after(self, view: OpenView, delivery: Delivery) -> Submission:
        action, answer, shown = delivery.answer.get("response_action"), delivery.answer, None
        if action == "errors":
            return Submission(delivery, self._errors(view, answer.get("errors", {})), view)
        if action == "update":
            shown = replace_view(self._workspace, view=view, given=answer.get("view"))
        elif action == "push":
            shown = open_view(self._workspace, member=self.member, given=answer.get("view"))
        else:
            for closing in self.open_views if action == "clear" else [view]:
                close_view(self._workspace, member=self.member, view=closing)
        return Submission(delivery, {}, shown)

    def _errors(self, view: OpenView, errors: dict[str, str]) -> dict[str, str]:
        fields = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not errors or not errors.keys() <= fields:
            raise SlackError("invalid_arguments", errors=errors)
        return errors
