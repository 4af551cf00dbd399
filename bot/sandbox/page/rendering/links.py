"""Addresses that may stand behind a link: web pages and mail, nothing that a browser would run."""

import re
from typing import Any, Final

from markupsafe import Markup, escape

_SAFE: Final = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f\x7f\"'<>\\]+", re.IGNORECASE)
_HOST: Final = re.compile(r"https?://(?:[^/?#@]*@)?([^/?#]+)", re.IGNORECASE)
_UPLOAD: Final = re.compile(r"/files-pri/[^/]*?-(F\w+)/", re.ASCII)
_LINK: Final = Markup('<a class="link" href="{}" target="_blank" rel="noopener noreferrer">{}</a>')


def safe_link(url: Any) -> str:
    """Return the address if people may follow it, else nothing."""
    return url if isinstance(url, str) and _SAFE.fullmatch(url) else ""


def host_of(url: str) -> str:
    """Return whose address it is."""
    found = _HOST.match(url)
    return found[1] if found else url.partition(":")[2]


def link(url: str, *, words: Markup | str) -> Markup:
    """Return a link that opens beside the page; without a safe address only the words."""
    return _LINK.format(url, words) if safe_link(url) else escape(words)


def file_of(slack_file: dict[str, Any]) -> str:
    """Return the id of an uploaded file from Slack's ``slack_file`` object."""
    if slack_file.get("id"):
        return str(slack_file["id"])
    found = _UPLOAD.search(str(slack_file.get("url", "")))
    return found[1] if found else ""
