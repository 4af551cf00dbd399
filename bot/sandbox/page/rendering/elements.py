"""What the templates of elements need, worked out of Slack's JSON."""

from collections.abc import Callable
from typing import Any, Final, Protocol

from bot.sandbox.page.rendering.fields import choice_groups, confirm_json, wall_time, words_of
from bot.sandbox.page.rendering.names import Names
from bot.sandbox.records import Json


class Standing(Protocol):
    """What elements ask of the surface they stand on."""

    names: Names
    focus: tuple[str, str] | None

    def new_id(self) -> str:
        """Return an id that nothing else on the page has."""
        ...

    def entered(self, element: Json, *, block: Json) -> tuple[str, ...]:
        """Return what stands in a field."""
        ...


Context = dict[str, Any]
Attributes = dict[str, str | None]

_INPUT_TYPES: Final = {
    "plain_text_input": "text",
    "email_text_input": "email",
    "url_text_input": "url",
    "number_input": "number",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "datetime-local",
    "rich_text_input": "rich",
}
_LEAST_ROWS: Final = 2  # A list of one row looks like a menu.
_MOST_ROWS: Final = 8
_TYPED: Final = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input")


def element_context(
    surface: Standing, element: Json, *, block: Json, field_id: str = "", described_by: str = ""
) -> tuple[str, Context]:
    """Return the template of an element, and what to fill it with."""
    template = _TEMPLATES.get(element["type"], "unknown")
    build = _CONTEXTS.get(template)
    attributes = _attributes(surface, element, block=block, field_id=field_id)
    attributes["aria-describedby"] = described_by or None
    if template == "choices":  # A group has a legend, and its first option takes the focus.
        attributes |= {"aria-label": None, "required": None, "autofocus": None}
    extra = build(surface, element, block) if build else {}
    return template, {"attributes": attributes, **extra}


def _attributes(surface: Standing, element: Json, *, block: Json, field_id: str) -> Attributes:
    """Return what every field carries: which one it is, and what the page's script does with it."""
    is_input = block.get("type") == "input"
    place = (block.get("block_id", ""), element.get("action_id", ""))
    return {
        "id": field_id or None,
        "data-type": element["type"],
        "data-action": place[1],
        "data-field": "" if is_input else None,
        "data-do": _deed(element, block=block),
        "data-dispatch": _dispatch(element, block=block),
        "data-confirm": confirm_json(element, names=surface.names),
        "aria-label": None if is_input else words_of(element.get("placeholder")) or "Choose",
        "required": "" if is_input and not block.get("optional") else None,
        "autofocus": "" if place == surface.focus else None,
    }


def _deed(element: Json, *, block: Json) -> str | None:
    """Return what a change does: in an input block nothing, unless the app asked to be told."""
    if element["type"].endswith("external_select"):
        return "suggest"
    if block.get("type") == "input" and (element["type"] in _TYPED or not block.get("dispatch_action")):
        return None
    return "choose"


def _dispatch(element: Json, *, block: Json) -> str | None:
    if not block.get("dispatch_action") or element["type"] not in _TYPED:
        return None
    asked = element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    return " ".join(asked)


def _select(surface: Standing, element: Json, block: Json) -> Context:
    chosen = surface.entered(element, block=block)
    groups = choice_groups(element, chosen=chosen, names=surface.names)
    count = sum(len(group.choices) + bool(group.label) for group in groups)
    return {
        "groups": groups,
        "rows": max(_LEAST_ROWS, min(count, _MOST_ROWS)),
        "multiple": element["type"].startswith("multi_"),
        "placeholder": words_of(element.get("placeholder")) or "Choose an option",
        "optional": bool(block.get("optional")),
    }


def _choices(surface: Standing, element: Json, block: Json) -> Context:
    kind = "radio" if element["type"] == "radio_buttons" else "checkbox"
    focused = surface.focus == (block.get("block_id", ""), element.get("action_id", ""))
    chosen = surface.entered(element, block=block)
    return {"kind": kind, "name": surface.new_id(), "chosen": chosen, "focused": focused}


def _typed(surface: Standing, element: Json, block: Json) -> Context:
    values = surface.entered(element, block=block)
    value = values[0] if values else ""
    is_date_time = element["type"] == "datetimepicker"
    return {
        "kind": _INPUT_TYPES[element["type"]],
        "multiline": element.get("multiline", False) or element["type"] == "rich_text_input",
        "placeholder": words_of(element.get("placeholder")),
        "value": wall_time(value, names=surface.names) if is_date_time else value,
        "bounds": _bounds(element),
    }


def _bounds(element: Json) -> Attributes:
    limits = {
        "minlength": element.get("min_length"),
        "maxlength": element.get("max_length"),
        "min": element.get("min_value"),
        "max": element.get("max_value"),
        "step": "any" if element.get("is_decimal_allowed") else None,
    }
    return {name: str(limit) for name, limit in limits.items() if limit is not None}


def _suggested(surface: Standing, element: Json, block: Json) -> Context:
    chosen = surface.entered(element, block=block)
    return {
        "value": chosen[0] if chosen else "",
        "list_id": surface.new_id(),
        "least": element.get("min_query_length", 3),
        "placeholder": words_of(element.get("placeholder")),
    }


_CONTEXTS: Final[dict[str, Callable[[Standing, Json, Json], Context]]] = {
    "select": _select,
    "choices": _choices,
    "typed": _typed,
    "external_select": _suggested,
    "feedback_buttons": lambda surface, element, block: {"pressed": surface.entered(element, block=block)},
}
_SELECTS: Final = ("static_select", "users_select", "conversations_select", "channels_select")
_TEMPLATES: Final = {
    **dict.fromkeys(_INPUT_TYPES, "typed"),
    **{f"{many}{kind}": "select" for kind in _SELECTS for many in ("", "multi_")},
    **{
        kind: kind
        for kind in ("button", "icon_button", "overflow", "feedback_buttons", "file_input", "image")
    },
    **dict.fromkeys(("external_select", "multi_external_select"), "external_select"),
    **dict.fromkeys(("radio_buttons", "checkboxes"), "choices"),
}
