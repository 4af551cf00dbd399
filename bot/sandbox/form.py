"""Filling in a modal: what stands in its fields, and what Slack's client refuses to submit."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.blocks import elements_of
from bot.sandbox.errors import CannotError
from bot.sandbox.interactivity import chosen
from bot.sandbox.records import Json

# Where each kind of element keeps what a person chose, and where its initial value stands.
_FIELDS = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", ""),
}
_TEXT = ("value", "initial_value")
Entries = dict[str, dict[str, Any]]


def filled_state(blocks: list[Json], *, entries: Entries, standing: Json, submitting: bool = True) -> Json:
    """The ``state`` of a view or message: what the person entered over what stood there before.

    Raises:
        CannotError: an entry names no field, a required field is empty, or a text has a forbidden length.
    """
    values: dict[str, Json] = {}
    unknown = {(block, action) for block, fields in entries.items() for action in fields}
    for block, element in _fields(blocks):
        block_id, action_id = block["block_id"], element["action_id"]
        unknown.discard((block_id, action_id))
        field = _value(element, entries.get(block_id, {}), standing.get(block_id, {}).get(action_id))
        values.setdefault(block_id, {})[action_id] = field
    if unknown:
        raise CannotError(f"There are no fields {sorted(unknown)}.")
    problems = field_problems(blocks, values=values) if submitting else {}
    if problems:
        raise CannotError(" ".join(f"The field {block!r}: {problem}" for block, problem in problems.items()))
    return {"values": values}


def field_problems(blocks: list[Json], *, values: Json) -> dict[str, str]:
    """Why Slack's client would not submit these fields: a sentence per block, as it shows it below the field."""
    problems = {
        block["block_id"]: _problem(block, element, values[block["block_id"]][element["action_id"]])
        for block, element in _fields(blocks)
        if block["type"] == "input"
    }
    return {block_id: problem for block_id, problem in problems.items() if problem}


def field_name(element: Json) -> str:
    """Under which name an element keeps what a person chose or typed: ``selected_option``, ``value`` and so on."""
    return _FIELDS.get(element["type"], _TEXT)[0]


def _fields(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    for block in blocks:
        for element in elements_of(block):
            if block["type"] == "input" or element["type"] in _FIELDS:
                yield block, element


def _value(element: Json, entered: Json, standing: Json | None) -> Json:
    name, initial = _FIELDS.get(element["type"], _TEXT)
    if element["action_id"] in entered:
        return {"type": element["type"], **chosen(element, {name: entered[element["action_id"]]})}
    empty: list[Any] | None = (
        [] if name in ("selected_options", "files") or element["type"].startswith("multi_") else None
    )
    return standing or {"type": element["type"], name: element.get(initial, empty)}


def _problem(block: Json, element: Json, field: Json) -> str:
    value = field.get(field_name(element))
    if value in (None, "", []):
        return "" if block.get("optional", False) else "Please complete this required field."
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if element["type"] == "plain_text_input" and not least <= len(value) <= most:
        return f"Please use {least} to {most} characters."
    return ""
