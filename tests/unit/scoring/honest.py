"""Honest people at work: what detectors must leave alone, and what they must find among it."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.scoring.crowds import Newness
from storage.queries.bursts import Deed, Vote, Wording

START = datetime(2026, 11, 2, tzinfo=UTC)
DAY = timedelta(days=1)
WISHES = (
    "Shorter please",
    "please make it shorter and drop the emoji",
    "No exclamation marks please",
    "Could you name the date in the first line",
    "less marketing, more facts please",
    "Please sign it with The product team",
)


def us(moment):
    return int(moment.timestamp() * 1_000_000)


@dataclass
class Week:
    """A week of one team: everything it did, in order."""

    deeds: list[Deed] = field(default_factory=list)
    wordings: list[Wording] = field(default_factory=list)
    first_seen: dict[str, datetime] = field(default_factory=dict)
    began_at: datetime = START - timedelta(days=200)

    def day(self, number):
        """What the detectors see at the end of a day."""
        end = START + (number + 1) * DAY
        deeds = [deed for deed in self.deeds if us(end - DAY) <= deed.at_us < us(end)]
        wordings = [one for one in self.wordings if end - DAY <= one.at < end]
        return deeds, wordings, Newness(self.first_seen, self.began_at, end)

    def usual_days(self, number):
        """How much each person did on a day before this one."""
        counts = {}
        for deed in self.deeds:
            day = (deed.at_us - us(START)) // (86_400 * 1_000_000)
            if day < number:
                counts.setdefault(deed.user_id, {}).setdefault(day, []).append(deed)
        return {who: sum(map(len, days.values())) / len(days) for who, days in counts.items()}

    def votes(self):
        held = {}
        for deed in self.deeds:
            if deed.kind == "reaction":
                held[deed.user_id, deed.draft_id] = Vote(deed.user_id, deed.draft_id, deed.value, deed.at_us)
        return list(held.values())


def honest_week(seed, *, people=12, newcomers=4, drafts_a_day=15):
    """People with different diligence, taste and luck; some catch up in one go; newcomers join in mid-week."""
    rng, week = random.Random(seed), Week()
    team = [f"U{number}" for number in range(people)]
    fresh = [f"N{number}" for number in range(newcomers)]
    week.first_seen |= dict.fromkeys(team, START - timedelta(days=100))
    diligence = {person: rng.uniform(0.1, 0.9) for person in team + fresh}
    accuracy = {person: rng.uniform(0.65, 0.95) for person in team + fresh}
    for day in range(7):
        drafts = [(f"D{day}-{number}", rng.random() < 0.7) for number in range(drafts_a_day)]
        for person in team + (fresh if day >= 2 else []):
            at = START + day * DAY + timedelta(hours=rng.uniform(8, 16))
            in_one_go = rng.random() < 0.3
            for draft, is_good in drafts:
                if rng.random() > diligence[person]:
                    continue
                at += (
                    timedelta(seconds=rng.uniform(5, 40))
                    if in_one_go
                    else timedelta(minutes=rng.uniform(1, 25))
                )
                likes = is_good if rng.random() < accuracy[person] else not is_good
                value = "positive" if likes else "negative"
                week.deeds.append(Deed(person, draft, "reaction", value, us(at)))
                week.first_seen.setdefault(person, at)
                if not likes and rng.random() < 0.3:
                    week.wordings.append(Wording(person, rng.choice(WISHES), None, at))
    week.deeds.sort(key=lambda deed: deed.at_us)
    week.wordings.sort(key=lambda one: one.at)
    return week
