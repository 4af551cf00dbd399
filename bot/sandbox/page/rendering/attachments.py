"""Old-style attachments, simply: Slack checks little in them, so nothing is taken for granted."""

from typing import Any, Final

from markupsafe import Markup

from bot.sandbox.blocks import message_problems, with_ids
from bot.sandbox.page.rendering.environment import rendered
from bot.sandbox.page.rendering.links import host_of, link, safe_link
from bot.sandbox.page.rendering.surface import Surface

_TONES: Final = ("good", "warning", "danger")
_UNREADABLE: Final = Markup('<p class="unknown">The blocks of this attachment are not shown here.</p>')


def attachment(given: Any, *, surface: Surface) -> Markup:
    """Return one attachment as HTML; what is no attachment shows nothing."""
    part = given if isinstance(given, dict) else {}
    texts = {name: surface.mrkdwn(_words(part, name)) for name in ("pretext", "author_name", "footer")}
    return rendered(
        "messages/attachment.html",
        tone=part["color"] if part.get("color") in _TONES else "",
        pretext=texts["pretext"],
        author=texts["author_name"],
        footer=texts["footer"],
        title=link(_words(part, "title_link"), words=_words(part, "title")),
        text=surface.mrkdwn(_words(part, "text") or _fallback(part)),
        fields=[_field(item, surface=surface) for item in _listed(part, "fields")],
        blocks=_blocks(part.get("blocks"), surface=surface),
        picture=_picture(_words(part, "image_url")),
    )


def _words(part: dict[str, Any], name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""


def _fallback(part: dict[str, Any]) -> str:
    """What is shown when there is nothing else."""
    return "" if part.get("blocks") or part.get("title") else _words(part, "fallback")


def _listed(part: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = part.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _field(item: dict[str, Any], *, surface: Surface) -> tuple[str, Markup]:
    return _words(item, "title"), surface.mrkdwn(_words(item, "value"))


def _blocks(blocks: Any, *, surface: Surface) -> Markup:
    if not blocks:
        return Markup()
    return _UNREADABLE if message_problems(blocks) else surface.blocks(with_ids(blocks))


def _picture(url: str) -> Markup:
    return link(url, words=f"Picture from {host_of(url)}, not loaded here") if safe_link(url) else Markup()
