"""Makes the rows of some drafts again, by what was decided about each candidate."""

from dataclasses import dataclass
from typing import Any

from bot.training.candidate_keys import fingerprint
from bot.training.candidates import Candidate, Exclusion, collect, left_out
from bot.training.formats import Split, TrainingRow
from bot.training.selection import Selection, as_split
from bot.training.stories import Reading
from bot.training.ways import Ways
from storage.queries.training import Material


@dataclass(frozen=True)
class Plan:
    """What becomes of every candidate of a workspace, and how their stories are read."""

    workspace_id: str
    reading: Reading
    ways: Ways
    consent: dict[str, Any]
    selection: Selection


@dataclass(frozen=True, slots=True)
class Sifted:
    """What a page of drafts gave."""

    rows: list[TrainingRow]
    exclusions: list[Exclusion]


def sift(material: Material, plan: Plan) -> Sifted:
    """Make the rows of some drafts again, and leave out what was decided to be none."""
    harvest = collect(material, reading=plan.reading)
    fates = plan.selection.fates([fingerprint(candidate) for candidate in harvest.candidates])
    sifted = Sifted([], harvest.exclusions)
    for candidate, fate in zip(harvest.candidates, fates, strict=True):
        split = as_split(fate)
        if split:
            sifted.rows.append(_row(candidate, split, plan.ways))
        else:
            sifted.exclusions.append(left_out(candidate, fate))
    return sifted


def _row(candidate: Candidate, split: Split, ways: Ways) -> TrainingRow:
    return TrainingRow(
        kind=candidate.kind,
        split=split,
        task=candidate.task,
        brief=candidate.brief,
        text=candidate.text,
        weight=candidate.weight,
        source=candidate.source,
        rejected=candidate.rejected,
        label=candidate.label,
        order=ways.tasks.get(candidate.task),
        tone=ways.tones.get(candidate.channel_id, ""),
        layout=ways.layout(candidate.task),
        draft_id=candidate.draft_id,
    )
