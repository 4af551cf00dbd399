"""The shapes of training rows: OpenAI's and TRL's, as dictionaries and as JSON lines.

TRL trains on the whole of a conversation in `messages`, our instructions included; of a `prompt` and a `completion` it
learns the completion alone. So that is the shape of its prompt-completion rows. OpenAI's trainer learns what the
assistant says in `messages`. Both ignore `weight` and `source`: see `bot.training.weights`.
"""

import json
import re
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any, Literal

from bot.drafts.prompt import build_draft_prompt
from bot.drafts.prompt_parts import Layout
from bot.team.tasks import PLAIN, TASKS, Task
from bot.training.cells import csv_line

Kind = Literal["sft", "preference", "kto"]
Shape = Literal["openai", "trl"]
Split = Literal["train", "held_out"]

_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
KINDS: tuple[Kind, ...] = ("sft", "preference", "kto")
SPLITS: tuple[Split, ...] = ("train", "held_out")

COLUMNS: dict[tuple[Kind, Shape], tuple[str, ...]] = {
    ("sft", "openai"): ("messages", "weight", "source"),
    ("sft", "trl"): ("prompt", "completion", "weight", "source"),
    ("preference", "openai"): ("input", "preferred_output", "non_preferred_output", "weight", "source"),
    ("preference", "trl"): ("prompt", "chosen", "rejected", "weight", "source"),
    ("kto", "openai"): ("prompt", "completion", "label", "weight", "source"),
    ("kto", "trl"): ("prompt", "completion", "label", "weight", "source"),
}


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One row before it takes a shape.

    Args:
        kind: of dataset.
        split: where it goes.
        task: the name of the draft's task.
        brief: what was asked for.
        text: the text to learn.
        weight: how sure it is, from 0 to 1.
        source: the event ids of the signals that it rests on.
        rejected: the text that people did not want, in a pair.
        label: whether they liked the text, where there is no pair.
        order: the task as this workspace words it; None for ours.
        tone: of the draft's channel.
        layout: of the prompts of this task's drafts: a model is taught by the prompts that it will be asked with.
        draft_id: of the draft that it is about.
    """

    kind: Kind
    split: Split
    task: str
    brief: str
    text: str
    weight: float
    source: tuple[str, ...]
    rejected: str | None = None
    label: bool | None = None
    order: Task | None = None
    tone: str = ""
    layout: Layout = "sections"
    draft_id: str = ""


def build_row(row: TrainingRow, *, shape: Shape = "openai") -> dict[str, Any]:
    """Return the row as its trainer reads it; the keys are in the order of `COLUMNS`."""
    body = {"sft": _sft, "preference": _preference, "kto": _kto}[row.kind](row)
    shaped = _as_trl(body) if shape == "trl" else body
    return {**shaped, "weight": row.weight, "source": list(row.source)}


def reshape(row: dict[str, Any], *, shape: Shape) -> dict[str, Any]:
    """Return a stored row (OpenAI's shape) in the wanted shape."""
    if shape == "openai" or row.keys().isdisjoint(("messages", "input")):
        return row
    return {**_as_trl(row), "weight": row["weight"], "source": row["source"]}


def reshape_line(line: str, *, shape: Shape) -> str:
    """Return a stored line in the wanted shape."""
    return line if shape == "openai" else json_line(reshape(json.loads(line), shape=shape))


def json_string(text: str) -> str:
    """Return a JSON string that no reader of lines can break: Unicode's own line ends are escaped too."""
    encoded: str = encode_basestring(text)
    return encoded if text.isascii() else _LINE_ENDS.sub(_escape, encoded)


def json_line(row: dict[str, Any]) -> str:
    """Return one JSON line without its newline: the same row gives the same bytes everywhere."""
    return _LINE_ENDS.sub(_escape, json.dumps(row, ensure_ascii=False, separators=(",", ":")))


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def csv_record(row: dict[str, Any], *, columns: tuple[str, ...]) -> str:
    """Return a CSV record; nested values stand as JSON in their cell."""
    return csv_line([_cell(row[column]) for column in columns])


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json_line(value)


def _prompt(row: TrainingRow) -> list[dict[str, str]]:
    """Return the request as the trained model will meet it, without the thread and the examples of that day."""
    order = row.order or TASKS.get(row.task, PLAIN)
    prompt = build_draft_prompt(order, brief=row.brief, tone=row.tone, layout=row.layout, tuned=True)
    return [{"role": message.role, "content": message.content} for message in prompt.messages]


def _answer(text: str | None) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text or ""}]


def _sft(row: TrainingRow) -> dict[str, Any]:
    return {"messages": _prompt(row) + _answer(row.text)}


def _preference(row: TrainingRow) -> dict[str, Any]:
    return {
        "input": {"messages": _prompt(row)},
        "preferred_output": _answer(row.text),
        "non_preferred_output": _answer(row.rejected),
    }


def _kto(row: TrainingRow) -> dict[str, Any]:
    return {"prompt": _prompt(row), "completion": _answer(row.text), "label": row.label}


def _as_trl(row: dict[str, Any]) -> dict[str, Any]:
    if "messages" in row:
        return {"prompt": row["messages"][:-1], "completion": row["messages"][-1:]}
    if "input" in row:
        return {
            "prompt": row["input"]["messages"],
            "chosen": row["preferred_output"],
            "rejected": row["non_preferred_output"],
        }
    return row
