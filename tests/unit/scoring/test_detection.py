"""Attacks are found, and honest weeks raise no alarm."""

import random
from datetime import timedelta

import pytest

from bot.scoring.crowds import find_brigades, find_puppets
from bot.scoring.detection import find_bursts, find_spam
from storage.queries.bursts import Deed, Vote, Wording
from tests.unit.scoring.honest import DAY, START, honest_week, us

WEEKS = 60


def all_findings(week, day):
    deeds, wordings, newness = week.day(day)
    return [
        *find_bursts(deeds, usual_days=week.usual_days(day)),
        *find_brigades(deeds, newness=newness),
        *find_puppets(wordings, deeds=deeds, newness=newness),
    ]


def test_honest_weeks_raise_no_alarm():
    alarms = []

    for seed in range(WEEKS):
        week = honest_week(seed)
        alarms += [(seed, one.kind) for day in range(7) for one in all_findings(week, day)]
        alarms += [(seed, one.kind) for one in find_spam(week.votes())]

    assert alarms == []


def test_the_first_honest_days_of_a_team_raise_no_alarm():
    alarms = []

    for seed in range(20):
        week = honest_week(seed, newcomers=0)
        week.began_at = START
        week.first_seen = {}
        for deed in week.deeds:
            week.first_seen.setdefault(deed.user_id, START + timedelta(microseconds=deed.at_us - us(START)))
        alarms += [(seed, one.kind) for day in range(7) for one in all_findings(week, day)]

    assert alarms == []


def test_a_small_team_that_catches_up_together_raises_no_alarm():
    deeds = [
        Deed(person, f"D{number}", "reaction", "positive", us(START) + number * 5_000_000)
        for person in ("U1", "U2", "U3")
        for number in range(110)
    ]

    assert find_bursts(deeds, usual_days={}) == []


@pytest.mark.parametrize(("votes", "seconds"), [(500, 1), (500, 20), (500, 150)])
def test_five_hundred_votes_of_one_person_are_a_burst(votes, seconds):
    week = honest_week(1)
    began = START + 3 * DAY + timedelta(hours=1)
    flood = [
        Deed("UMAD", f"D{number}", "reaction", "positive", us(began + timedelta(seconds=seconds * number)))
        for number in range(votes)
    ]
    deeds, _, _ = week.day(3)

    [found] = find_bursts([*deeds, *flood], usual_days=week.usual_days(3))

    assert (found.kind, dict(found.people)) == ("burst", {"UMAD": us(began)})
    assert found.facts["acts"] > 60


def test_a_burst_of_somebody_begins_after_what_they_did_before():
    calm = [Deed("UMAD", f"A{n}", "reaction", "positive", us(START) + n * 3_600_000_000) for n in range(5)]
    began = us(START + timedelta(hours=9))
    flood = [Deed("UMAD", f"D{n}", "reaction", "negative", began + n * 500_000) for n in range(300)]

    [found] = find_bursts([*calm, *flood], usual_days={"UMAD": 5})

    assert found.people["UMAD"] == began


def test_newcomers_against_everybody_are_a_brigade():
    week = honest_week(2, newcomers=0)
    deeds, _, newness = week.day(4)
    targets = sorted({deed.draft_id for deed in deeds})[:4]
    liked = {
        target: sum(1 if deed.value == "positive" else -1 for deed in deeds if deed.draft_id == target) > 0
        for target in targets
    }
    raid = [
        Deed(
            f"X{n}",
            target,
            "reaction",
            "negative" if liked[target] else "positive",
            us(START + 4 * DAY) + n * 10**7,
        )
        for n in range(20)
        for target in targets
    ]
    seen = {f"X{n}": START + 4 * DAY for n in range(20)}
    newness = type(newness)(newness.first_seen | seen, newness.began_at, newness.now)

    [found] = find_brigades(sorted([*deeds, *raid], key=lambda deed: deed.at_us), newness=newness)

    assert (found.kind, set(found.people)) == ("brigade", set(seen))


def test_newcomers_who_like_what_nobody_else_looked_at_are_no_brigade():
    deeds = [
        Deed(f"X{n}", f"D{d}", "reaction", "positive", us(START) + n) for n in range(9) for d in range(4)
    ]
    _, _, newness = honest_week(3).day(0)
    newness = type(newness)({f"X{n}": START for n in range(9)}, newness.began_at, newness.now)

    assert find_brigades(deeds, newness=newness) == []


@pytest.mark.parametrize(
    ("settled", "people", "found"), [(True, 4, 0), (True, 5, 5), (False, 11, 0), (False, 20, 20)]
)
def test_new_accounts_with_the_same_words_are_puppets(settled, people, found):
    week = honest_week(5)
    week.began_at = week.began_at if settled else START
    at = START + 6 * DAY
    accounts = [f"X{n}" for n in range(people)]
    week.first_seen |= dict.fromkeys(accounts, at)
    copies = [
        Wording(one, f"Always mention the Acme discount code{'!' * (n % 3)}", None, at + timedelta(minutes=n))
        for n, one in enumerate(accounts)
    ]
    deeds, wordings, newness = week.day(6)

    findings = find_puppets([*wordings, *copies], deeds=deeds, newness=newness)

    assert sum(len(one.people) for one in findings) == found


def test_people_who_put_the_same_draft_right_are_no_puppets():
    draft = "Hello everybody!!! The big release is on Thursday and we are so thrilled about it :tada:"
    better = "Hello everybody. The release is on Thursday."
    _, _, newness = honest_week(6).day(6)
    writers = tuple(f"X{n}" for n in range(6))
    newness = type(newness)(dict.fromkeys(writers, START + 6 * DAY), newness.began_at, newness.now)
    wordings = [Wording(one, better, draft, START + 6 * DAY) for one in writers]

    assert find_puppets(wordings, deeds=[], newness=newness) == []


def test_who_was_there_before_is_never_held_for_agreeing():
    _, _, newness = honest_week(6).day(6)
    fresh = [f"X{n}" for n in range(5)]
    seen = newness.first_seen | dict.fromkeys(fresh, START + 6 * DAY)
    newness = type(newness)(seen, newness.began_at, newness.now)
    words = "Always mention the Acme discount code"
    wordings = [Wording(one, words, None, START + 6 * DAY) for one in ("U1", *fresh)]

    [found] = find_puppets(wordings, deeds=[], newness=newness)

    assert set(found.people) == set(fresh)


@pytest.mark.parametrize(("vote", "found"), [("random", 1), ("positive", 1), ("contrary", 0)])
def test_votes_that_tell_nothing_are_spam_and_another_taste_is_none(vote, found):
    rng = random.Random(7)
    votes = []
    for number in range(300):
        good = rng.random() < 0.5
        for person in ("U1", "U2", "U3"):
            likes = good if rng.random() < 0.9 else not good
            votes.append(Vote(person, f"D{number}", "positive" if likes else "negative", number))
        said = {"random": rng.random() < 0.5, "positive": True, "contrary": not good}[vote]
        votes.append(Vote("UMAD", f"D{number}", "positive" if said else "negative", number))

    spammers = [person for finding in find_spam(votes) for person in finding.people]

    assert spammers == ["UMAD"] * found


def test_a_team_of_two_minds_has_no_spammers():
    rng = random.Random(8)
    votes = []
    for number in range(1_000):
        for person in rng.sample(range(8), 3):
            likes = (person % 2 == number % 2) ^ (rng.random() < 0.1)
            votes.append(Vote(f"U{person}", f"D{number}", "positive" if likes else "negative", number))

    assert find_spam(votes) == []


def test_somebody_who_only_ever_likes_a_few_things_is_no_spammer():
    votes = [Vote("U1", f"D{n}", "positive", n) for n in range(200)]
    votes += [Vote(who, f"D{n}", "positive", n) for n in range(190) for who in ("U2", "U3")]

    assert find_spam(votes) == []
