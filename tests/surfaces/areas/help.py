"""The answer to `/draftloop help`, and to words that are no command."""

from collections.abc import Iterator

from bot.slack.blocks.commands import build_commands, build_commands_text
from handlers.commands.draftloop import build_unknown
from handlers.commands.help import ADMIN_UNKNOWN, Reach, build_help
from tests.surfaces.surface import Surface, said

REFUSAL = (
    "In that channel only the reviewers (@writers) and admins may ask me for drafts. Ask one of them, or ask an admin "
    "to change it with /draftloop settings."
)


def surfaces() -> Iterator[Surface]:
    for name, reach in (
        ("member", Reach()),
        ("admin", Reach(is_admin=True)),
        ("may not ask here", Reach(refusal=REFUSAL)),
        ("Slack is slow", Reach(unknown=(ADMIN_UNKNOWN,))),
    ):
        card = build_help(reach)
        yield Surface(f"help · {name}", "note", build_commands(card), build_commands_text(card))
    yield said("unknown word · near", build_unknown("setings"))
    yield said("unknown word · far", build_unknown("frobnicate"))


def bounds(text: str) -> Iterator[Surface]:
    # A group's handle is in the refusal; Slack keeps those short.
    card = build_help(Reach(is_admin=True, refusal=text[:200]))
    yield Surface("help", "note", build_commands(card), build_commands_text(card))
    yield said("unknown word", build_unknown(text))
