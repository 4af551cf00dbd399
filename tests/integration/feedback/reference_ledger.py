"""The ledger as plainly as it can be said: everything worked out anew from the list of acts. Shares no code with it."""

from collections import Counter
from datetime import UTC, datetime

DIMENSION_OF = {
    "reaction": "vote",
    "button": "vote",
    "rating": "rating",
    "approval": "approval",
    "flag": "flag",
}


def slot_of(act):
    return DIMENSION_OF.get(act.kind, act.control)


class ReferenceLedger:
    def __init__(self):
        self.acts = {}
        self.talk = set()  # (user, control) of replies that are just talk
        self.held = {}  # {(user, hold): (from, until)} of what is held back, or was and is confirmed

    def record(self, act):
        self.acts.setdefault(act.event_id, act)

    def put_right(self, user_id, control, *, talk):
        (self.talk.add if talk else self.talk.discard)((user_id, control))

    def ignored(self, act):
        if act.act == "withdraw":
            return None
        if (act.user_id, act.control) in self.talk:
            return "talk"
        if act.author_is_bot:
            return "bot"
        spans = (span for (user_id, _), span in self.held.items() if user_id == act.user_id)
        return "quarantined" if any(start <= act.event_us < end for start, end in spans) else None

    def slots(self):
        groups = {}
        for act in sorted(self.acts.values(), key=lambda act: (act.event_us, act.event_id)):
            if self.ignored(act) is None:
                groups.setdefault((act.user_id, slot_of(act)), []).append(act)
        return groups

    def outcome(self):
        """Return opinions by (user, slot), and the status of every `set` by event id."""
        opinions, statuses = {}, {}
        for seat, acts in self.slots().items():
            holds = self._play(acts, statuses)
            if holds:
                latest = max(holds.values(), key=lambda act: (act.event_us, act.event_id))
                opinions[seat] = latest
                for act in holds.values():
                    statuses[act.event_id] = "counted" if act is latest else "superseded"
        ignored = {act.event_id: "ignored" for act in self.acts.values() if self.ignored(act)}
        return opinions, statuses | ignored

    def _play(self, acts, statuses):
        holds = {}
        for position, act in enumerate(acts):
            if act.act == "set":
                holds[act.control] = act
                statuses[act.event_id] = "superseded"
                continue
            holds.pop(act.control, None)
            for earlier in acts[:position]:
                if earlier.control == act.control and earlier.act == "set":
                    statuses[earlier.event_id] = "withdrawn"
        return holds

    def standing(self):
        counts = Counter()
        for opinion in self.outcome()[0].values():
            counts.update(self._adds(opinion))
        return +counts

    def _adds(self, opinion):
        if opinion.kind in ("correction", "edit"):
            return {"corrections": 1}
        if opinion.kind == "rating":
            return {"ratings": 1, "rating_total": int(opinion.value)}
        if opinion.kind in ("approval", "flag"):
            return {f"{opinion.kind}s": 1}
        return {f"{opinion.value}s": 1}

    def verdict(self):
        got = self.standing()
        complaints = got["flags"] + got["corrections"]
        if got["approvals"] > 0 or (got["positives"] > got["negatives"] and not complaints):
            return "accepted"
        if complaints or (got["negatives"] and got["negatives"] >= got["positives"]):
            return "rejected"
        return "open"

    def tallies(self, *, requester_id, posted_day):
        """Return {(user, day, measure): (n, total)}."""
        n, total = Counter(), Counter()
        for (user_id, _), opinion in self.outcome()[0].items():
            day = datetime.fromtimestamp(opinion.event_us / 1_000_000, UTC).date()
            for measure, amount in self._measures(opinion):
                n[user_id, day, measure] += 1
                total[user_id, day, measure] += amount
        verdict = self.verdict()
        n[requester_id, posted_day, "draft"] += 1
        n[requester_id, posted_day, "judged"] += verdict != "open"
        n[requester_id, posted_day, "accepted"] += verdict == "accepted"
        n[requester_id, posted_day, "flagged"] += self.standing()["flags"] > 0
        return {key: (n[key], total[key]) for key in n if n[key] or total[key]}

    def _measures(self, opinion):
        if opinion.kind == "edit":
            return [("edit", opinion.weight)]
        if opinion.kind == "correction":
            return [("correction", 0)]
        if opinion.kind == "rating":
            return [("rating", int(opinion.value)), (f"rating:{opinion.value}", 0)]
        if opinion.kind == "flag":
            return [("flag", 0), (f"flag:{opinion.value}", 0)]
        return [("approval", 0)] if opinion.kind == "approval" else [(opinion.value, 0)]
