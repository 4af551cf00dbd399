"""Slack's strictness about Block Kit: which blocks a message, a modal or the App Home takes, and how big."""

from collections.abc import Iterator
from copy import deepcopy
from itertools import count
from typing import Any

from bot.sandbox.block_elements import (
    ACCESSORY,
    ACTION_ELEMENT,
    BUTTON,
    CONTEXT_ACTION,
    CONTEXT_ELEMENT,
    ICON_BUTTON,
    ID,
    IMAGE,
    INPUT_ELEMENT,
    RICH_TEXT,
    SLACK_FILE,
    URL,
    plain,
    rich,
)
from bot.sandbox.records import Json
from bot.sandbox.shapes import (
    Check,
    any_of,
    array,
    boolean,
    by_type,
    choice,
    exactly_one,
    number,
    problem,
    shape,
    string,
)


def _block(required: dict[str, Check] | None = None, /, **optional: Check) -> Check:
    return shape(required, block_id=ID, **optional)


_RICH_TEXT = _block({"elements": RICH_TEXT})
_CELL = by_type(
    {
        "raw_text": shape({"text": string(10_000, shortest=0)}),
        "raw_number": shape({"value": number()}, text=string(255)),
        "rich_text": _RICH_TEXT,
    }
)
_COLUMN = shape(align=choice("left", "center", "right"), is_wrapped=boolean())
_CARD = any_of(
    _block(
        hero_image=IMAGE,
        icon=IMAGE,
        title=rich(150),
        subtitle=rich(150),
        body=rich(200),
        actions=array(by_type({"button": BUTTON, "icon_button": ICON_BUTTON}), most=5),
    ),
    "hero_image",
    "title",
    "actions",
    "body",
)
_TASK_CARD = _block(
    {
        "task_id": string(255),
        "title": string(255),
        "status": choice("pending", "in_progress", "complete", "error"),
    },
    details=_RICH_TEXT,
    output=_RICH_TEXT,
    sources=array(shape({"url": URL, "text": string(255)}), most=50),
)
EVERYWHERE = {
    "section": any_of(
        _block(text=rich(3000), fields=array(rich(2000), most=10), accessory=ACCESSORY, expand=boolean()),
        "text",
        "fields",
    ),
    "divider": _block(),
    "header": _block({"text": plain(150)}),
    "image": exactly_one(
        _block({"alt_text": string(2000)}, image_url=URL, slack_file=SLACK_FILE, title=plain(2000)),
        "image_url",
        "slack_file",
    ),
    "actions": _block({"elements": array(ACTION_ELEMENT, most=25)}),
    "context": _block({"elements": array(CONTEXT_ELEMENT, most=10)}),
    "input": _block(
        {"label": plain(2000), "element": INPUT_ELEMENT},
        hint=plain(2000),
        optional=boolean(),
        dispatch_action=boolean(),
    ),
    "rich_text": _RICH_TEXT,
    "video": _block(
        {"title": plain(199), "video_url": URL, "thumbnail_url": URL, "alt_text": string(2000)},
        title_url=URL,
        description=plain(200),
        author_name=string(49),
        provider_name=string(50),
        provider_icon_url=URL,
    ),
}
IN_MESSAGES = {
    **EVERYWHERE,
    "markdown": _block({"text": string(12_000)}),
    "context_actions": _block({"elements": array(CONTEXT_ACTION, most=5)}),
    "table": _block(
        {"rows": array(array(_CELL, most=20), most=100)}, column_settings=array(_COLUMN, most=20)
    ),
    "task_card": _TASK_CARD,
    "plan": _block({"title": string(255)}, tasks=array(_TASK_CARD, most=50)),
    "card": _CARD,
    "carousel": _block({"elements": array(by_type({"card": _CARD}), most=10)}),
}
IN_MODALS = {
    **EVERYWHERE,
    "alert": _block({"text": rich(3000)}, level=choice("default", "info", "warning", "error", "success")),
}
_VIEW_OPTIONS = {"callback_id": ID, "private_metadata": string(3000, shortest=0), "external_id": ID}
MODAL = shape(
    {"title": plain(24), "blocks": array(by_type(IN_MODALS), most=100)},
    submit=plain(24),
    close=plain(24),
    clear_on_close=boolean(),
    notify_on_close=boolean(),
    submit_disabled=boolean(),
    **_VIEW_OPTIONS,
)
HOME = shape({"blocks": array(by_type(EVERYWHERE), most=100)}, **_VIEW_OPTIONS)
VIEW = by_type({"modal": MODAL, "home": HOME})
MESSAGE_BLOCKS = array(by_type(IN_MESSAGES), most=50, least=0)


def message_problems(blocks: Any) -> list[str]:
    """Everything Slack would refuse in a message's blocks."""
    problems = list(MESSAGE_BLOCKS(blocks, "/blocks"))
    return problems or [*_duplicates(blocks, "/blocks"), *_totals(blocks)]


def view_problems(view: Any) -> list[str]:
    """Everything Slack would refuse in a modal or an App Home."""
    problems = list(VIEW(view, "/view"))
    if problems:
        return problems
    asks = view["type"] == "modal" and any(block["type"] == "input" for block in view["blocks"])
    missing = [problem("missing required field: submit", "/view")] if asks and "submit" not in view else []
    return [*missing, *_duplicates(view["blocks"], "/view/blocks")]


def with_ids(blocks: list[Json]) -> list[Json]:
    """The blocks with the ids that Slack adds where the app gave none."""
    numbers = count(1)
    named = deepcopy(blocks)
    for block in named:
        block.setdefault("block_id", f"auto{next(numbers)}")
        for element in elements_of(block):
            if element["type"] not in ("image", "plain_text", "mrkdwn"):
                element.setdefault("action_id", f"auto{next(numbers)}")
    return named


def elements_of(block: Json) -> list[Json]:
    """The elements of a block that a person may press or fill in."""
    if block["type"] in ("actions", "context", "context_actions"):
        return list(block["elements"])
    found = block.get("accessory") or block.get("element")
    return [found] if found else list(block.get("actions", []))


def slack_files(blocks: list[Json]) -> Iterator[Json]:
    """The uploaded files that images in these blocks show."""
    for block in blocks:
        yield from (part["slack_file"] for part in (block, *elements_of(block)) if "slack_file" in part)


def _duplicates(blocks: list[Json], pointer: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name in seen:
            yield problem(f"block_id already exists: {name}", f"{pointer}/{index}/block_id")
        seen |= {name} if name else set()
        actions = [element["action_id"] for element in elements_of(block) if "action_id" in element]
        if len(set(actions)) < len(actions):
            yield problem("action_id already exists", f"{pointer}/{index}/elements")


def _totals(blocks: list[Json]) -> Iterator[str]:
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > 12_000:
        yield problem("markdown text must be less than 12001 characters in total", "/blocks")
    tables = [block for block in blocks if block["type"] == "table"]
    if len(tables) > 1:
        yield problem("only one table allowed", "/blocks")
    if sum(len(cell.get("text", "")) for table in tables for row in table["rows"] for cell in row) > 10_000:
        yield problem("table text must be less than 10001 characters in total", "/blocks")
