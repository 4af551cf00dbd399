"""Modals and the App Home."""

from typing import Final

from markupsafe import Markup

from bot.sandbox.blocks import elements_of
from bot.sandbox.page.rendering.environment import rendered
from bot.sandbox.page.rendering.fields import words_of
from bot.sandbox.page.rendering.marks import avatar
from bot.sandbox.page.rendering.names import Names
from bot.sandbox.page.rendering.surface import Surface
from bot.sandbox.records import Json, OpenView

_WITHOUT_ELEMENTS: Final = ("image", "plain_text", "mrkdwn")


def modal_markup(view: OpenView, *, names: Names) -> Markup:
    """Return a modal as a dialog, with what was entered so far."""
    return rendered(
        "views/modal.html",
        view=view,
        page=_surface(view, names=names, focus=_focus(view.blocks)),
        avatar=avatar(names.app, names=names, small=True),
        submit=_submit(view),
        is_stacked=bool(view.payload.get("previous_view_id")),
        has_fields=_has_fields(view.blocks),
    )


def home_markup(view: OpenView | None, *, names: Names) -> Markup:
    """Return the App Home, or a word about why it is empty."""
    return rendered("views/home.html", view=view, page=_surface(view, names=names) if view else None)


def _surface(view: OpenView, *, names: Names, focus: tuple[str, str] | None = None) -> Surface:
    state = view.payload.get("state", {}).get("values", {})
    return Surface(names=names, scope=f"view-{view.id}", state=state, focus=focus)


def _submit(view: OpenView) -> str:
    """Return the words on the button; a modal that asks something always has one."""
    asks = any(block["type"] == "input" for block in view.blocks)
    return words_of(view.payload.get("submit")) or ("Submit" if asks else "")


def _has_fields(blocks: list[Json]) -> bool:
    return any(element["type"] not in _WITHOUT_ELEMENTS for block in blocks for element in elements_of(block))


def _focus(blocks: list[Json]) -> tuple[str, str] | None:
    """Return which field is typed in first: the one that asks for it, else the first."""
    fields = [(block, block["element"]) for block in blocks if block["type"] == "input"]
    asking = [pair for pair in fields if pair[1].get("focus_on_load")] or fields
    return (asking[0][0]["block_id"], asking[0][1]["action_id"]) if asking else None
