"""What stands in the fields of blocks: what the person entered, else what the app put there."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.page.rendering.dates import find_moment
from bot.sandbox.page.rendering.emoji import with_emoji
from bot.sandbox.page.rendering.mrkdwn import mrkdwn
from bot.sandbox.page.rendering.names import Names, Place
from bot.sandbox.page.rendering.rich_text import rich_text_words
from bot.sandbox.records import Json


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a native select."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Options under a label; without a label they stand by themselves."""

    label: str
    choices: tuple[Choice, ...]


def entered(element: Json, *, entry: Json | None) -> tuple[str, ...]:
    """Return the values in a field; an entry, even an empty one, goes before the initial value."""
    initial = (value for name, value in element.items() if name.startswith("initial_"))
    given = initial if entry is None else (value for name, value in entry.items() if name != "type")
    return tuple(_values(next(given, None)))


def choice_groups(element: Json, *, chosen: tuple[str, ...], names: Names) -> list[ChoiceGroup]:
    """Return what a select offers, in Slack's order."""
    kind = element["type"].removeprefix("multi_")
    if kind == "users_select":
        return [_group("", sorted(names.people.items(), key=lambda person: person[1]), chosen)]
    if kind in ("channels_select", "conversations_select"):
        places = [(place.id, _place_name(place)) for place in _places(element, names=names)]
        return [_group("", places, chosen or _current(element, names=names))]
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    return [_group(words_of(group.get("label")), _options(group["options"]), chosen) for group in groups]


def words_of(text: Json | None) -> str:
    """Return a text object as plain words with emoji, for places that take no markup."""
    if not text:
        return ""
    shown = str(text["text"])
    return shown if text.get("emoji") is False else with_emoji(shown)


def confirm_json(element: Json, *, names: Names) -> str | None:
    """Return the question before a press as JSON of plain words."""
    confirm = element.get("confirm")
    if not confirm:
        return None
    asked = {name: _unformatted(confirm.get(name), names=names) for name in ("title", "text")}
    answers = {
        "confirm": words_of(confirm.get("confirm")) or "Yes",
        "deny": words_of(confirm.get("deny")) or "Cancel",
    }
    return json.dumps(asked | answers | {"style": confirm.get("style", "")})


def wall_time(seconds: str, *, names: Names) -> str:
    """Return a moment as a browser's field wants it, on the viewer's clock."""
    moment: datetime | None = find_moment(seconds, names=names)
    return f"{moment:%Y-%m-%dT%H:%M}" if moment else ""


def _unformatted(text: Json | None, *, names: Names) -> str:
    if text and text["type"] == "mrkdwn":
        return mrkdwn(text["text"], names=names).striptags()
    return words_of(text)


def _values(value: Any) -> Iterable[str]:
    if value is None:
        return ()
    if isinstance(value, list):
        return (text for item in value for text in _values(item))
    if isinstance(value, dict):
        return (str(value["value"]),) if "value" in value else (rich_text_words(value),)
    return (str(value),)


def _group(label: str, options: Iterable[tuple[str, str]], chosen: tuple[str, ...]) -> ChoiceGroup:
    return ChoiceGroup(label, tuple(Choice(value, words, value in chosen) for value, words in options))


def _options(options: list[Json]) -> list[tuple[str, str]]:
    return [(option["value"], words_of(option["text"])) for option in options]


def _places(element: Json, *, names: Names) -> list[Place]:
    if "channels_select" in element["type"]:
        return [place for place in names.places.values() if place.kind == "public"]
    asked = element.get("filter", {})
    kinds = asked.get("include", ("public", "private", "im"))
    without_apps = asked.get("exclude_bot_users", False)
    apps = {names.people[app] for app in names.apps if app in names.people}
    return [
        place
        for place in names.places.values()
        if place.kind in kinds and not (without_apps and place.kind == "im" and place.name in apps)
    ]


def _place_name(place: Place) -> str:
    return place.name if place.kind == "im" else f"#{place.name}"


def _current(element: Json, *, names: Names) -> tuple[str, ...]:
    return (names.here,) if element.get("default_to_current_conversation") else ()
