"""The messages that show drafts: while they are written, whole, in parts, revised, failed."""

from collections.abc import Iterator

from bot.drafts.publish import parts_of
from bot.learning.diffs import readable_diff
from bot.slack.blocks.draft import (
    LONGEST_PART,
    draft_blocks,
    failed_blocks,
    failure_note_blocks,
    fallback,
    note_blocks,
    part_blocks,
    placeholder_blocks,
    revision_blocks,
    revision_failed_blocks,
    writing_blocks,
)
from bot.slack.text import defuse
from tests.surfaces.surface import Surface

SHORT = "The office opens at **nine** on Monday. Coffee is ready at half past eight. ☕"
BETTER = "The office opens at **nine** on Monday, and coffee is ready at half past eight."
RICH = """# Release 2.4

Hello team, *search* is **three times faster**. What is new:

- Results while you type
  - on the desktop
  - on the phone
- [x] Export to CSV
- [ ] Export to Excel, next week

| Plan | Before | Now |
|------|-------:|----:|
| Free | 3.1 s | 0.9 s |
| Team | 2.4 s | 0.8 s |

> “It feels like another product.”

```python
search("cake", limit=10)
```

1. Update the app
2. Read [the notes](https://example.com/notes)
"""
PARAGRAPH = "Everybody who comes to the office on Monday finds the new opening hours at the door. " * 6
LONG = "\n\n".join(f"{number}. {PARAGRAPH}" for number in range(1, 40))
BUSY = "The model is very busy right now. Trying again in a minute usually helps."
LATER = "That took a second try; the new text stands below."


def surfaces() -> Iterator[Surface]:
    yield Surface("placeholder", "message", placeholder_blocks(task="Announcement"), "Writing: Announcement")
    half = SHORT[:39]
    yield Surface(
        "being written", "message", writing_blocks(half, task="Announcement"), "Writing: Announcement"
    )
    yield Surface(
        "draft", "message", draft_blocks(SHORT, task="Announcement", release="base"), fallback(SHORT)
    )
    rich = parts_of(RICH)[0]
    yield Surface(
        "draft · every kind of text", "message", draft_blocks(rich, task="Release notes", release="base")
    )
    yield Surface(
        "draft · scripted model",
        "message",
        draft_blocks(SHORT, task="Reply", release="base", model="scripted"),
    )
    parts = parts_of(LONG)
    first = draft_blocks(parts[0], task="Announcement", release="base", parts=len(parts))
    yield Surface("draft · long, first part", "message", first, fallback(parts[0]))
    yield Surface("draft · long, last part", "message", part_blocks(parts[-1]), fallback(parts[-1]))
    about = "Revised from your correction · 12% changed"
    diff = defuse(readable_diff(SHORT, BETTER))
    yield Surface("revision", "message", revision_blocks(BETTER, about=about, diff=diff), fallback(BETTER))
    same = revision_blocks(SHORT, about="Nothing to change here")
    yield Surface("revision · nothing changed", "message", same, fallback(SHORT))
    yield Surface("failed", "message", failed_blocks(task="Announcement"))
    yield Surface(
        "failed · note with Retry", "message", failure_note_blocks(BUSY, draft_id="d", attempt=1), BUSY
    )
    tried = "This try did not work out, so I tried again."
    yield Surface("failed · tried again", "message", note_blocks(tried), tried)
    told = f"Your correction is kept, but I could not write the new text. {BUSY}"
    revision = revision_failed_blocks(told, correction_id="c", version=1)
    yield Surface("revision · failed", "message", revision, told)
    yield Surface("revision · second try worked", "message", note_blocks(LATER), LATER)


def bounds(text: str) -> Iterator[Surface]:
    parts = parts_of(text)
    yield Surface("being written", "message", writing_blocks(parts[0], task=text))
    yield Surface("draft", "message", draft_blocks(parts[0], task=text, release=text, parts=len(parts)))
    yield Surface("part", "message", part_blocks(parts[-1]))
    diff = defuse(readable_diff(text[:2_000], ""))
    fits = len(parts) == 1 and len(parts[0]) + len(diff) <= LONGEST_PART  # As `bot.drafts.revise` decides.
    yield Surface("revision", "message", revision_blocks(parts[0], about=text, diff=diff if fits else ""))
    yield Surface("placeholder", "message", placeholder_blocks(task=text))
    yield Surface("failed", "message", failed_blocks(task=text))
    yield Surface("failure note", "message", failure_note_blocks(text, draft_id="d" * 32, attempt=10**6))
    yield Surface(
        "failed revision", "message", revision_failed_blocks(text, correction_id="c" * 32, version=10**6)
    )
    yield Surface("note", "message", note_blocks(text))
