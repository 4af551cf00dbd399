"""What must come out of a storm, by product.md alone: every act is kept, and everything is worked out at the end."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

LIKES, DISLIKES, APPROVES = {"+1", "tada"}, {"-1", "confused"}, {"white_check_mark"}
STARS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
ALIASES = {"thumbsup": "+1", "thumbsdown": "-1"}


def bare(emoji):
    name = emoji.split("::", maxsplit=1)[0]
    return ALIASES.get(name, name)


def meaning(emoji, own):
    """What an emoji says: (dimension, value), or None."""
    name = bare(emoji)
    word = own.get(name)
    if word in {"positive", "negative"}:
        return "vote", word
    if word in set(STARS.values()):
        return "rating", word
    if name in own:
        return None
    if name in LIKES | DISLIKES:
        return "vote", "positive" if name in LIKES else "negative"
    if name in APPROVES:
        return "approval", "true"
    return ("rating", STARS[name]) if name in STARS else None


@dataclass(frozen=True, order=True)
class Held:
    """What a control held from a moment on; `says` is None when it was taken back."""

    at: int
    event_id: str
    says: tuple[str, str] | None = field(compare=False)


@dataclass
class Reference:
    """`kind` of a person: member, elsewhere (another organisation) or bot."""

    people: dict[str, str]
    drafts: dict[str, tuple[str, str, str]]  # id: channel, task, requester
    posted: datetime
    own_emoji: dict[str, str] = field(default_factory=dict)
    counts_elsewhere: bool = False
    quorum: int = 0
    out: set[str] = field(default_factory=set)
    held: dict[tuple[str, str, str], set[Held]] = field(default_factory=lambda: defaultdict(set))

    def counts(self, person):
        kind = self.people[person]
        return kind != "bot" and (kind == "member" or self.counts_elsewhere) and person not in self.out

    def react(self, draft, person, emoji, *, added, at, event_id):
        says = meaning(emoji, self.own_emoji)
        if says or not added:
            self.put(draft, person, f"emoji:{bare(emoji)}", says if added else None, at=at, event_id=event_id)

    def put(self, draft, person, control, says, *, at, event_id):
        self.held[draft, person, control].add(Held(at, event_id, says))

    def write(self, draft, person, control, says, *, at, event_id):
        """A text: what is written by somebody who does not count is never kept."""
        if says is None or self.counts(person):
            self.put(draft, person, control, says, at=at, event_id=event_id)

    def holds(self, draft, person, control):
        acts = self.held[draft, person, control]
        return bool(acts) and max(acts).says is not None

    def opinions(self):
        """{(draft, person, dimension or the text's control): the act that counts}."""
        latest = {}
        for (draft, person, control), acts in self.held.items():
            if not acts or not self.counts(person) or (last := max(acts)).says is None:
                continue
            dimension = last.says[0]
            seat = (draft, person, control if dimension in {"correction", "edit"} else dimension)
            if dimension != "talk":
                latest[seat] = max(latest.get(seat, last), last)
        return latest

    def standings(self):
        names = {"approval": "approvals", "flag": "flags", "correction": "corrections", "edit": "corrections"}
        got = defaultdict(Counter)
        for (draft, _, _), act in self.opinions().items():
            dimension, value = act.says
            got[draft][names.get(dimension) or ("ratings" if dimension == "rating" else f"{value}s")] += 1
            got[draft]["rating_total"] += int(value) if dimension == "rating" else 0
        return {draft: +counts for draft, counts in got.items() if +counts}

    @staticmethod
    def verdict(got):
        complaints = got["flags"] + got["corrections"]
        if got["approvals"] or (got["positives"] > got["negatives"] and not complaints):
            return "accepted"
        return "rejected" if complaints or got["negatives"] else "open"

    def hidden(self):
        flags = {draft: got["flags"] for draft, got in self.standings().items()}
        return {draft for draft, n in flags.items() if self.quorum and n >= self.quorum}

    def tallies(self):
        n = Counter()
        for (draft, person, _), act in self.opinions().items():
            day = datetime.fromtimestamp(act.at / 1_000_000, UTC).date()
            channel, task, _ = self.drafts[draft]
            for measure in self.measures(*act.says):
                n[channel, task, person, day, measure] += 1
        standings = self.standings()
        for draft, (channel, task, requester) in self.drafts.items():
            got = standings.get(draft, Counter())
            verdict, place = self.verdict(got), (channel, task, requester, self.posted.date())
            n[*place, "draft"] += 1
            n[*place, "judged"] += verdict != "open"
            n[*place, "accepted"] += verdict == "accepted"
            n[*place, "flagged"] += got["flags"] > 0
        return +n

    @staticmethod
    def measures(dimension, value):
        if dimension == "vote":
            return [value]
        if dimension in {"rating", "flag"}:
            return [dimension, f"{dimension}:{value}"]
        return [dimension]
