"""A draft with all that happened to it, as the makers of training rows look at it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.training.weights import Beliefs
from storage.models import Correction, Draft, Revision
from storage.queries.training import Evidence, Material

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Reading:
    """How stories are read: who stays out of them, which drafts are verified, how far people are believed."""

    pseudonym: Callable[[str], str]
    opted_out: frozenset[str] = frozenset()
    anchors: frozenset[str] = frozenset()
    beliefs: Beliefs = field(default_factory=Beliefs)


@dataclass(frozen=True, slots=True)
class Story:
    """One draft with all that happened to it; texts come out with mentions replaced by pseudonyms."""

    draft: Draft
    revisions: dict[str, Revision]
    corrections: dict[str, Correction]
    evidence: Sequence[Evidence]  # all of it …
    counted: Sequence[Evidence]  # … and what counts
    reading: Reading

    def of_kinds(self, kinds: frozenset[str]) -> list[Evidence]:
        """Return the counted signals of some kinds."""
        return [item for item in self.counted if item.kind in kinds]

    def clean(self, text: str | None) -> str:
        """Return a text as it may leave the ledger."""
        return without_mentions(text or "", pseudonym=self.reading.pseudonym)

    def revision(self, revision_id: str | None) -> Revision | None:
        """Return the revision a signal was about; a signal that names none was about the current one."""
        return self.revisions.get(revision_id or self.draft.current_revision_id or "")

    def rejected(self, correction: Correction) -> str:
        """Return the bot's own text behind a correction, also when it corrects an edited text."""
        revision = self.revision(correction.revision_id)
        while revision is not None and revision.kind == "edited":
            revision = self.revisions.get(revision.parent_id or "")
        return self.clean(correction.original if revision is None else revision.text)

    def wrote(self, revision: Revision) -> frozenset[str]:
        """Return the people whose words are in a revision: its editor, and who corrected it."""
        cause = next((c for c in self.corrections.values() if c.id == revision.correction_id), None)
        people = (revision.author_id, cause.user_id if cause else None)
        return frozenset(person for person in people if person)


def build_stories(material: Material, *, reading: Reading) -> Iterator[Story]:
    """Yield the story of every draft of the material, in its order."""
    evidence: dict[str, list[Evidence]] = defaultdict(list)
    revisions: dict[str, dict[str, Revision]] = defaultdict(dict)
    corrections: dict[str, dict[str, Correction]] = defaultdict(dict)
    # Sorted here: databases differ in the order of texts, and of two acts in one microsecond.
    for item in sorted(material.evidence, key=lambda item: (item.event_us, item.event_id)):
        evidence[item.draft_id].append(item)
    for revision in material.revisions:
        revisions[revision.draft_id][revision.id] = revision
    for correction in material.corrections:
        corrections[correction.draft_id][correction.control] = correction
    for draft in material.drafts:
        told = evidence[draft.id]
        counted = [item for item in told if item.status == "counted"]
        yield Story(draft, revisions[draft.id], corrections[draft.id], told, counted, reading)


def without_mentions(text: str, *, pseudonym: Callable[[str], str]) -> str:
    """Return a text with pseudonyms in the place of mentions."""
    return _MENTION.sub(lambda found: "@" + pseudonym(found[1]), text).strip()
