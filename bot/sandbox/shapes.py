"""Small checks that combine into a schema; each yields Slack's own words and a JSON pointer per problem."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def problem(text: str, pointer: str) -> str:
    """One line of ``response_metadata.messages``."""
    return f"[ERROR] {text} [json-pointer:{pointer}]"


def string(longest: int, *, shortest: int = 1, pattern: str = "") -> Check:
    """Text between ``shortest`` and ``longest`` characters, matching ``pattern`` if given."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must provide a string", pointer)
        elif len(value) > longest:
            yield problem(f"must be less than {longest + 1} characters", pointer)
        elif len(value) < shortest:
            yield problem(f"must be more than {shortest - 1} characters", pointer)
        elif pattern and not re.fullmatch(pattern, value):
            yield problem("invalid format", pointer)

    return check


def boolean() -> Check:
    """True or false."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, bool):
            yield problem("must provide a boolean", pointer)

    return check


def integer(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield problem("must provide an integer", pointer)
        elif not least <= value <= most:
            yield problem(f"must be between {least} and {most}", pointer)

    return check


def number() -> Check:
    """Any number."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, int | float) or isinstance(value, bool):
            yield problem("must provide a number", pointer)

    return check


def choice(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if value not in allowed:
            yield problem(f"value must be one of: {', '.join(allowed)}", pointer)

    return check


def array(item: Check, *, most: int, least: int = 1) -> Check:
    """A list of ``least`` to ``most`` items, each of one shape."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must provide an array", pointer)
            return
        if len(value) > most:
            yield problem(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            yield problem(f"no fewer than {least} items allowed", pointer)
        for index, element in enumerate(value):
            yield from item(element, f"{pointer}/{index}")

    return check


def shape(required: Mapping[str, Check] | None = None, /, **optional: Check) -> Check:
    """An object with these properties and no others."""
    needed = required or {}
    known = {**needed, **optional}

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", pointer)
            return
        yield from (
            problem(f"missing required field: {name}", pointer) for name in needed if name not in value
        )
        for name, inner in value.items():
            if name in known:
                yield from known[name](inner, f"{pointer}/{name}")
            elif name != "type":
                yield problem(f"invalid additional property: {name}", pointer)

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    """An object whose ``type`` says which shape it has."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", pointer)
        elif str(value.get("type")) not in kinds:
            yield problem(f"unsupported type: {value.get('type')}", f"{pointer}/type")
        else:
            yield from kinds[value["type"]](value, pointer)

    return check


def exactly_one(check: Check, *names: str) -> Check:
    """``check``, and one of these properties must be there, not more."""

    def both(value: Any, pointer: str) -> Iterator[str]:
        yield from check(value, pointer)
        if isinstance(value, dict) and sum(name in value for name in names) != 1:
            yield problem(f"exactly one of these must be given: {', '.join(names)}", pointer)

    return both


def any_of(check: Check, *names: str) -> Check:
    """``check``, and at least one of these properties must be there."""

    def both(value: Any, pointer: str) -> Iterator[str]:
        yield from check(value, pointer)
        if isinstance(value, dict) and not any(name in value for name in names):
            yield problem(f"one of these must be given: {', '.join(names)}", pointer)

    return both


def anything() -> Check:
    """No check: a shape the sandbox leaves to Slack."""

    def check(_value: Any, _pointer: str) -> Iterator[str]:
        yield from ()

    return check
