"""A text in pieces that fit the inputs of a modal, and back again without losing a character."""

from collections.abc import Sequence
from typing import Final

LONGEST_INPUT: Final = 3_000  # Slack's limit for a plain text input.
_ONE_PIECE: Final = 2_600  # Room to write more in the same input.
_JOINTS: Final = ("\n\n", "\n", " ")


def pieces_of(text: str) -> tuple[list[str], tuple[str, ...]]:
    """Cut a text at paragraphs, lines or words; return the pieces and what stood between them."""
    pieces, joints, rest = [], [], text
    while len(rest) > _ONE_PIECE:
        end, joint = _cut(rest)
        pieces.append(rest[:end])
        joints.append(joint)
        rest = rest[end + len(joint) :]
    return [*pieces, rest], tuple(joints)


def join_pieces(pieces: Sequence[str], *, joints: Sequence[str]) -> str:
    """Put pieces together; one that was emptied takes the joint before it along."""
    text = pieces[0]
    for joint, piece in zip(joints, pieces[1:], strict=True):
        text += (joint if text and piece else "") + piece
    return text.replace("\r\n", "\n")


def _cut(text: str) -> tuple[int, str]:
    for joint in _JOINTS:
        end = text.rfind(joint, _ONE_PIECE // 4, _ONE_PIECE)
        if end > 0:
            return end, joint
    return _ONE_PIECE, ""
