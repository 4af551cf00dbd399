"""How well and how fast similar past drafts are found. Run by `make bench`; nothing is asserted about time.

Quality: 60 labelled briefs of `tests/data/retrieval.json`, 96 past ones to find them among; recall@3 is the share of
briefs with a right one among the first three. Beside the index: SQLite's FTS5 with Porter stems on the same briefs.
`near` and `paraphrase` are the 40 that were there before the thesaurus, `unseen` are 20 that came after it.

Speed: one search among 100, 10,000 and 100,000 drafts of one workspace; the drafts beside the 96 are of made-up words
behind usual openings, in 20 channels. Printed: milliseconds (median, p95), how long the index took to build, and its size.
"""

import json
import random
import re
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import pytest

from bot.learning.examples.retrieval_index import BriefIndex, Entry

LABELLED = json.loads((Path(__file__).parents[1] / "data" / "retrieval.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 23, tzinfo=UTC)
LEADS = (
    "Tell the team that the",
    "Announce that the",
    "Ask everyone to check the",
    "Say that our",
    "Answer a customer about the",
    "Remind people of the",
)
SYLLABLES = ["ban", "der", "fil", "gor", "hum", "jin", "kel", "lor", "mun", "nap", "ple", "qua", "ros", "tiv"]
REPEATS = 5


def filler(chance: random.Random) -> str:
    words = ("".join(chance.choices(SYLLABLES, k=chance.choice((2, 3)))) for _ in range(6))
    return f"{chance.choice(LEADS)} {' '.join(words)}"


def entries(size: int):
    chance = random.Random(size)
    for draft_id, brief in LABELLED["briefs"].items():
        yield Entry(draft_id, "C0", "plain", NOW - timedelta(days=1), brief)
    for number in range(size - len(LABELLED["briefs"])):
        at = NOW - timedelta(minutes=number)
        yield Entry(f"f{number}", f"C{number % 20}", "plain", at, filler(chance))


def built(size: int) -> tuple[BriefIndex, float]:
    drafts = list(entries(size))
    began = perf_counter()
    index = BriefIndex()
    index.add(drafts)
    return index, perf_counter() - began


def search(index: BriefIndex, brief: str) -> list[str]:
    here, elsewhere = index.search(
        brief, channel_id="C0", task="plain", since=NOW - timedelta(days=365), limit=20
    )
    best = sorted([*here, *elsewhere], key=lambda hit: -hit.similarity)
    return [hit.draft_id for hit in best[:3]]


def recall(find) -> dict[str, float]:
    kinds: dict[str, list[bool]] = {}
    for query in LABELLED["queries"]:
        hit = any(draft_id in query["wants"] for draft_id in find(query["brief"]))
        for kind in (query["kind"], "first 40" if query["kind"] != "unseen" else None, "all"):
            if kind is not None:
                kinds.setdefault(kind, []).append(hit)
    return {kind: round(sum(hits) / len(hits), 3) for kind, hits in kinds.items()}


def fts5():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE briefs USING fts5(brief, tokenize='porter')")
    names = list(LABELLED["briefs"])
    rows = enumerate(LABELLED["briefs"].values())
    connection.executemany("INSERT INTO briefs (rowid, brief) VALUES (?, ?)", rows)

    def find(brief: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", brief))
        found = connection.execute(
            "SELECT rowid FROM briefs WHERE briefs MATCH ? ORDER BY rank LIMIT 3", (words,)
        )
        return [names[row] for (row,) in found]

    return find


def weight(index: BriefIndex) -> int:
    """Return about how many bytes the postings and the tables of drafts take."""
    postings = index._postings
    return sum(
        sys.getsizeof(posting.slots) + sys.getsizeof(posting.weights) + sys.getsizeof(term) + 250
        for term, posting in postings.items()
    ) + 180 * len(index)


@pytest.mark.parametrize("size", [100, 10_000, 100_000])
def test_similar_drafts_are_found(benchmark, size):
    index, seconds = built(size)
    queries = [query["brief"] for query in LABELLED["queries"]]
    taken = []

    def all_searches():
        for brief in queries:
            began = perf_counter()
            search(index, brief)
            taken.append(1000 * (perf_counter() - began))

    benchmark.pedantic(all_searches, rounds=REPEATS, warmup_rounds=1)

    taken.sort()
    benchmark.extra_info |= {
        "size": size,
        "median_ms": round(taken[len(taken) // 2], 2),
        "p95_ms": round(taken[int(len(taken) * 0.95)], 2),
        "build_seconds": round(seconds, 2),
        "megabytes": round(weight(index) / 2**20, 1),
        "recall_at_3": recall(lambda brief: search(index, brief)),
    }
    print(json.dumps(benchmark.extra_info))  # noqa: T201 - the figures are what a bench is for


def test_it_finds_more_than_a_full_text_index(benchmark):
    index, _ = built(len(LABELLED["briefs"]))
    ours = benchmark.pedantic(lambda: recall(lambda brief: search(index, brief)), rounds=1)
    theirs = recall(fts5())

    benchmark.extra_info |= {"index": ours, "fts5": theirs}
    print(json.dumps(benchmark.extra_info))  # noqa: T201 - the figures are what a bench is for
    assert ours["first 40"] > theirs["first 40"]
    assert ours["all"] > theirs["all"]
