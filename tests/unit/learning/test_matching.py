import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.house_rule import HouseRule
from bot.learning.sayings.distil_prompt import Candidate
from bot.learning.sayings.matching import matched, saying_of, tidied
from bot.learning.sayings.topics import is_known
from bot.learning.scopes import WORKSPACE

JARGON = HouseRule("r7", 7, "jargon", "avoid", "Avoid jargon.", WORKSPACE)
EMOJI = HouseRule("r8", 8, "emoji", "none", "No emoji.", WORKSPACE)
CLOSING = HouseRule("r9", 9, "sign_off", "bye", "End with “Bye”.", WORKSPACE)
RULES = (JARGON, EMOJI, CLOSING)


def candidate(text, *, topic="tone", polarity="do", number=None, relation="new"):
    match = {"number": number, "relation": relation}
    return Candidate.model_validate({"text": text, "topic": topic, "polarity": polarity, "match": match})


def match(text, **more):
    said = matched(candidate(text, **more), RULES, source="model")
    return said and (said.topic, said.stance, said.text)


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        ("No emoji.", {"number": 7, "relation": "supports"}, ("emoji", "none", "No emoji.")),
        ("Do not use any emoji.", {}, ("emoji", "none", "No emoji.")),
        ("Use emoji.", {"number": 8, "relation": "supports"}, ("emoji", "some", "Use emoji.")),
        ("Write plainly.", {"number": 7, "relation": "supports"}, ("jargon", "avoid", "Avoid jargon.")),
        ("Sound like an expert.", {"number": 7, "relation": "opposes"}, ("jargon", "do", "Sound like an expert.")),
        ("Add some sparkle.", {"number": 8, "relation": "opposes"}, ("emoji", "some", "Use emoji.")),
        ("Stop on a high note.", {"number": 9, "relation": "opposes"}, None),
        ("Avoid any jargon.", {"topic": "words"}, ("jargon", "avoid", "Avoid jargon.")),
        ("Use jargon.", {}, ("jargon", "do", "Use jargon.")),
        ("Be warm.", {"number": 99, "relation": "supports"}, ("tone", "do", "Be warm.")),
        ("Be warm.", {"topic": "The Tone of VOICE!!"}, ("tone-voice", "do", "Be warm.")),
        ("Be warm.", {"topic": "emoji"}, ("emoji-other", "do", "Be warm.")),
        ("Never be cold.", {}, ("tone", "avoid", "Never be cold.")),
        ("No emoji in headlines, please.", {}, ("tone", "avoid", "No emoji in headlines, please.")),
    ],
)  # fmt: skip
def test_a_candidate_finds_its_topic_and_stance(text, more, expected):
    assert match(text, **more) == expected


def test_what_people_write_gets_its_topic_without_a_model():
    written = saying_of("- no greeting please", rules=RULES)
    own = saying_of("open with the outcome", rules=RULES)
    near = saying_of("never use jargon", rules=RULES)

    assert (written.topic, written.stance, written.text) == ("greeting", "none", "No greeting.")
    assert (own.topic, own.stance, own.text) == ("open-outcome", "do", "Open with the outcome.")
    assert (near.topic, near.stance) == ("jargon", "avoid")
    assert saying_of("open with the outcome", topic="Opening").topic == "opening"


@given(st.text(max_size=80), st.text(max_size=60), st.sampled_from([None, 7, 8, 9, -1]), st.sampled_from(["supports", "opposes", "new"]))  # fmt: skip
def test_whatever_a_model_says_topics_are_short_and_known_ones_keep_their_stances(
    text, topic, number, relation
):
    said = matched(
        candidate(tidied(text), topic=topic, number=number, relation=relation), RULES, source="model"
    )

    if said is not None:
        assert is_known(said.topic) or said.stance in ("do", "avoid")
        assert is_known(said.topic) or len(said.topic) <= 46
        assert said.topic != "emoji" or said.stance in ("none", "some")
