"""Replies with what they are, written by hand: half of them to tune the rules on, half to judge them by.

The labels answer one question: what would the person expect to happen? `rewrite`: the reply (without its lead-in)
can stand in the draft's place as it is. `instruction`: the draft has to change in some way that the reply tells, also
by a wrong fact or a new wording of one part. `talk`: the draft stays. The half is settled by a hash of the id, and
whoever works on the rules looks only at the tuning half.
"""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

Half = Literal["tuning", "held_out"]
_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class LabelledReply:
    """A reply under a draft, and what it is."""

    id: str
    label: str
    reply: str
    brief: str
    draft: str

    @property
    def half(self) -> Half:
        return "held_out" if int(sha256(self.id.encode()).hexdigest(), 16) % 2 else "tuning"


@cache
def labelled_replies(half: Half) -> tuple[LabelledReply, ...]:
    """Read one half of the set."""
    drafts = {row["id"]: row for row in _rows("reply_drafts.jsonl")}
    replies = (
        LabelledReply(
            row["id"],
            row["label"],
            row["reply"],
            brief=drafts[row["draft"]]["brief"],
            draft=drafts[row["draft"]]["text"],
        )
        for row in _rows("replies.jsonl")
    )
    return tuple(reply for reply in replies if reply.half == half)


def _rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines()]
