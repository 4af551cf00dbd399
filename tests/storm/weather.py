"""The storm: what fifty people do to two dozen drafts, from one seed, and in which order it arrives at two replicas."""

import random
from dataclasses import dataclass

EMOJI = (
    "+1",
    "thumbsup::skin-tone-4",
    "-1",
    "thumbsdown",
    "tada",
    "confused",
    "white_check_mark",
    "three",
    "five",
    "parrot",
    "eyes",
)
MAPS = (
    {},
    {"parrot": "positive", "eyes": "negative"},
    {"parrot": "4", "eyes": "none", "tada": "negative"},
    {"eyes": "positive", "-1": "none"},
)
SOMETIMES_SILENT = {"parrot", "eyes", "-1", "thumbsdown"}
FLAGS = ("biased", "inaccurate", "unsafe", None)
WISHES = ("Please make it shorter.", "Please remove the last sentence.", "Make it friendlier, please.")
CHATS = ("Thanks!", "lol")


@dataclass(frozen=True)
class Deed:
    """One thing that a person does; `says` depends on what it is."""

    what: str  # react, vote, stars, flag, reply, unreply
    draft: int
    part: int
    person: str
    at: int
    event_id: str
    says: object = None
    control: str = ""


@dataclass(frozen=True)
class Wave:
    """Deeds that are under way together, with what else happens meanwhile."""

    votes: tuple[Deed, ...]
    texts: tuple[Deed, ...]
    uses: tuple[Deed, ...]
    turns: tuple[tuple[str, bool], ...]  # who opts out or in while votes arrive
    emoji: dict[str, str]
    counts_elsewhere: bool | None
    quorum: int


class Weather:
    """Makes waves; the same seed makes the same ones."""

    def __init__(self, seed, *, people, drafts, start_us):
        self.random = random.Random(seed)
        self.people, self.drafts = people, drafts
        self.now = start_us
        self.number = 0
        self.reactions, self.replies = [], []
        self.late = []  # what arrives a wave after it was done

    def wave(self, size):
        votes = [*self.late, *(self.vote() for _ in range(size))]
        self.late = [deed for deed in votes[len(self.late) :] if self.is_late(deed)]
        uses = {(deed.draft, deed.person): deed for deed in (self.deed("use") for _ in range(size // 12))}
        return Wave(
            votes=self.arriving([deed for deed in votes if deed not in self.late]),
            texts=self.arriving([self.text() for _ in range(size // 6)]),
            uses=tuple(uses.values()),
            turns=tuple((one, self.random.random() < 0.6) for one in self.random.sample(self.people, 3)),
            emoji=self.random.choice(MAPS),
            counts_elsewhere=self.random.choice([None, True, False]),
            quorum=self.random.choice([0, 2, 3]),
        )

    def is_late(self, deed):
        """What arrives after the map was changed is read by the new one; an emoji that said nothing is never kept."""
        always_says_something = deed.what != "react" or deed.says[0] not in SOMETIMES_SILENT
        return always_says_something and self.random.random() < 0.06

    def arriving(self, deeds):
        """Any order, and some of it twice."""
        arriving = [*deeds, *(deed for deed in deeds if self.random.random() < 0.15)]
        self.random.shuffle(arriving)
        return tuple(arriving)

    def anybody(self):
        return self.random.choice(self.people)

    def deed(self, what, **more):
        self.number += 1
        self.now += self.random.randint(1, 40_000_000)
        given = {"draft": self.random.randrange(self.drafts), "person": self.anybody(), **more}
        return Deed(
            what,
            part=self.random.randrange(2),
            at=self.now,
            event_id=f"Ev{self.random.randrange(10**6):06d}{self.number:06d}",
            **given,
        )

    def vote(self):
        kind = self.random.random()
        if kind < 0.35 and self.reactions:
            return self.taken_back()
        if kind < 0.7:
            deed = self.deed("react", says=(self.random.choice(EMOJI), True))
            self.reactions.append(deed)
            return deed
        if kind < 0.82:
            return self.deed("vote", says=self.random.choice(["positive", "negative"]))
        if kind < 0.92:
            return self.deed("stars", says=str(self.random.randint(1, 5)))
        return self.deed(
            "flag", says=self.random.choice(FLAGS), draft=self.random.randrange(self.drafts // 4)
        )

    def taken_back(self):
        put = self.reactions.pop(self.random.randrange(len(self.reactions)))
        return self.deed("react", draft=put.draft, person=put.person, says=(put.says[0], False))

    def text(self):
        kind = self.random.random()
        if kind < 0.5 or not self.replies:
            deed = self.deed("reply", says=self.words())
            deed = Deed(
                **{**vars(deed), "control": f"reply:{deed.at // 1_000_000}.{deed.at % 1_000_000:06d}"}
            )
            self.replies.append(deed)
            return deed
        known = self.random.choice(self.replies)
        what = "reply" if kind < 0.75 else "unreply"
        same = {"draft": known.draft, "person": known.person, "control": known.control}
        return self.deed(what, says=self.words() if what == "reply" else None, **same)

    def words(self):
        return self.random.choice(CHATS if self.random.random() < 0.3 else WISHES)
