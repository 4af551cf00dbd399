"""From the ledger to candidate rows: what people approved, rewrote or voted on, and why the rest stays out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from bot.training.formats import Kind
from bot.training.stories import Reading, Story, build_stories
from bot.training.weights import DIGITS, LEAST_CERTAIN
from storage.models import Correction, Revision
from storage.queries.training import Evidence, Material

TEXT_KINDS = frozenset({"correction", "edit"})
_NAMED = frozenset({"opted_out", "quarantined"})  # why something was ignored that a manifest tells apart
VOTE_KINDS = frozenset({"reaction", "button"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible row.

    `authors` wrote its text (the model is nobody), `raters` are whose judgement it rests on, `newest` is when the last
    of them spoke (microseconds).
    """

    kind: Kind
    draft_id: str
    task: str
    brief: str
    text: str
    weight: float
    source: tuple[str, ...]
    authors: frozenset[str]
    raters: frozenset[str]
    rejected: str | None = None
    label: bool | None = None
    channel_id: str = ""
    newest: int = 0


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What stayed out, and the code of the reason; `kind` is a dataset kind, or `signal` for the act itself."""

    kind: str
    source: tuple[str, ...]
    reason: str
    draft_id: str = ""


@dataclass
class Harvest:
    """Candidates and exclusions, in the ledger's order."""

    candidates: list[Candidate] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)

    def offer(self, candidate: Candidate) -> None:
        """Take a candidate, unless too little speaks for it."""
        if candidate.weight >= LEAST_CERTAIN:
            self.candidates.append(candidate)
        else:
            self.exclusions.append(left_out(candidate, "uncertain"))

    def leave_out(self, kind: str, evidence: Sequence[Evidence], reason: str) -> None:
        """Note what stays out and why."""
        source = tuple(item.event_id for item in evidence)
        if source:
            self.exclusions.append(Exclusion(kind, source, reason, evidence[0].draft_id))


def left_out(candidate: Candidate, reason: str) -> Exclusion:
    """Return the note that a candidate is no row, and why."""
    return Exclusion(candidate.kind, candidate.source, reason, candidate.draft_id)


def collect(material: Material, *, reading: Reading) -> Harvest:
    """Return every candidate of some drafts; what cannot be one is noted with its reason."""
    harvest = Harvest()
    for story in build_stories(material, reading=reading):
        _note_uncounted(story.evidence, harvest)
        _collect_story(story, harvest)
    return harvest


def _note_uncounted(evidence: Iterable[Evidence], harvest: Harvest) -> None:
    for item in evidence:
        if item.status != "counted" and item.kind != "flag":
            named = item.status == "ignored" and item.reason in _NAMED
            harvest.leave_out("signal", [item], str(item.reason) if named else item.status)


def _collect_story(story: Story, harvest: Harvest) -> None:
    out = story.reading.opted_out
    if story.draft.requester_id in out:
        harvest.leave_out("signal", story.counted, "opted_out")
        return
    willing = [item for item in story.counted if item.user_id not in out]
    harvest.leave_out("signal", [item for item in story.counted if item.user_id in out], "opted_out")
    if reason := _why_untold(story):
        harvest.leave_out("signal", willing, reason)
        return
    heard = replace(story, counted=willing)
    corrected = _collect_corrections(heard, harvest)
    approved = _collect_approvals(heard, harvest)
    _collect_votes(heard, harvest, settled=corrected or approved)


def _why_untold(story: Story) -> str | None:
    """Return why nothing at all is learned from a draft; verified ones measure judges and releases, so none may."""
    if story.draft.hidden_at is not None:
        return "hidden"
    if story.draft.id in story.reading.anchors:
        return "anchor"
    return None if story.clean(story.draft.brief) else "empty"


def _collect_corrections(story: Story, harvest: Harvest) -> bool:
    """Collect rewrites and edits; returns whether the draft has a standing correction of any kind."""
    signals = story.of_kinds(TEXT_KINDS)
    for item in signals:
        correction = story.corrections.get(item.control)
        reason = _why_not(story, correction)
        if correction is None or reason:
            harvest.leave_out("signal", [item], reason or "withdrawn")
        else:
            _collect_text(story, item, correction, harvest)
    return any(_stands(story.corrections.get(item.control)) for item in signals)


def _stands(correction: Correction | None) -> bool:
    return correction is not None and correction.state == "standing" and correction.interpretation != "talk"


def _why_not(story: Story, correction: Correction | None) -> str | None:
    if correction is None or correction.state != "standing":
        return "withdrawn"
    if correction.interpretation != "rewrite" and correction.source != "edit":
        return correction.interpretation  # talk, or an instruction, which names no target text
    text = story.clean(correction.text)
    if not text:
        return "empty"
    return "unchanged" if text == story.rejected(correction) else None


def _collect_text(story: Story, item: Evidence, correction: Correction, harvest: Harvest) -> None:
    text, person = story.clean(correction.text), frozenset({correction.user_id})
    weight = story.reading.beliefs.of_correction(correction.user_id, task=story.draft.task)
    if _edited_further(story, text, correction):
        harvest.leave_out("sft", [item], "superseded")
    else:
        harvest.offer(_candidate(story, "sft", text, [item], weight=weight, authors=person))
    rejected = story.rejected(correction)
    if not rejected:
        harvest.leave_out("preference", [item], "empty")
        return
    harvest.offer(
        _candidate(story, "preference", text, [item], weight=weight, authors=person, rejected=rejected)
    )


def _edited_further(story: Story, text: str, correction: Correction) -> bool:
    """Whether somebody's later standing edit starts from this text: then theirs is the final one."""
    return any(
        other.id != correction.id and other.state == "standing" and story.clean(other.original) == text
        for other in story.corrections.values()
    )


def _collect_approvals(story: Story, harvest: Harvest) -> bool:
    approvals = story.of_kinds(frozenset({"approval"}))
    votes = dict(_by_revision(story, story.of_kinds(VOTE_KINDS)))
    for revision_id, items in _by_revision(story, approvals):
        weight = story.reading.beliefs.of_approval(
            {item.user_id for item in items}, votes=_said(votes.get(revision_id, ())), task=story.draft.task
        )
        _offer(story, harvest, revision_id, items, weight=weight)
    return bool(approvals)


def _collect_votes(story: Story, harvest: Harvest, *, settled: bool) -> None:
    """Collect thumbs: lone ones are unpaired preferences; a text liked on balance is also a completion to learn."""
    groups = list(_by_revision(story, story.of_kinds(VOTE_KINDS)))
    for revision_id, items in groups:
        said = _said(items)
        balance = sum(1 if good else -1 for good in said.values())
        if settled or balance == 0:
            harvest.leave_out("kto", items, "settled" if settled else "contested")
            continue
        good = story.reading.beliefs.of_votes(
            story.draft.id, votes=said, task=story.draft.task, only_text=len(groups) == 1
        )
        if balance > 0:
            _offer(story, harvest, revision_id, items, weight=good)
        sure = good if balance > 0 else round(1 - good, DIGITS)
        _offer(story, harvest, revision_id, items, weight=sure, kind="kto", label=balance > 0)


def _said(votes: Iterable[Evidence]) -> Mapping[str, bool]:
    return {item.user_id: item.value == "positive" for item in votes}


def _by_revision(story: Story, evidence: Iterable[Evidence]) -> Iterator[tuple[str, list[Evidence]]]:
    """Yield what was said of each text; what names no text was about the current one."""
    groups: dict[str, list[Evidence]] = defaultdict(list)
    for item in evidence:
        groups[item.revision_id or story.draft.current_revision_id or ""].append(item)
    yield from groups.items()


def _offer(
    story: Story,
    harvest: Harvest,
    revision_id: str,
    items: list[Evidence],
    *,
    weight: float,
    kind: Kind = "sft",
    label: bool | None = None,
) -> None:
    """Make a candidate of a revision's text, unless something speaks against it."""
    revision = story.revision(revision_id)
    reason = _why_not_text(story, revision, good=label is not False)
    if revision is None or reason:
        harvest.leave_out(kind, items, reason or "empty")
        return
    authors, text = story.wrote(revision), story.clean(revision.text)
    harvest.offer(_candidate(story, kind, text, items, weight=weight, authors=authors, label=label))


def _why_not_text(story: Story, revision: Revision | None, *, good: bool) -> str | None:
    if revision is None or not story.clean(revision.text):
        return "empty"
    if story.wrote(revision) & story.reading.opted_out:
        return "opted_out"
    return "flagged" if good and story.of_kinds(frozenset({"flag"})) else None


def _candidate(
    story: Story,
    kind: Kind,
    text: str,
    items: Sequence[Evidence],
    *,
    weight: float,
    authors: frozenset[str],
    rejected: str | None = None,
    label: bool | None = None,
) -> Candidate:
    raters = frozenset(chain((item.user_id for item in items), authors))
    return Candidate(
        kind=kind,
        draft_id=story.draft.id,
        task=story.draft.task,
        brief=story.clean(story.draft.brief),
        text=text,
        weight=weight,
        source=tuple(item.event_id for item in items),
        authors=authors,
        raters=raters,
        rejected=rejected,
        label=label,
        channel_id=story.draft.channel_id or "",
        newest=max(item.event_us for item in items),
    )
