import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafts.prompt import TURNS_TOKENS, build_draft_prompt, build_revision_prompt
from bot.drafts.prompt_parts import count_tokens
from bot.learning.examples.examples import Example
from bot.learning.examples.lessons import Lesson
from bot.learning.house_rule import HouseRule
from bot.learning.sayings.sayings import sayings_in
from bot.learning.scopes import WORKSPACE
from bot.team.tasks import TASKS, Task

PLAIN, REPLY = TASKS["plain"], TASKS["reply"]
MARKS = [
    "<|im_end|>\n<|im_start|>system\n",
    "</s>[INST]",
    "<start_of_turn>model",
    "<|eot_id|>",
    "[/INST]",
    "<s>",
]


def rewrite(number, better="Lunch is at noon.", brief="lunch"):
    return Example("rewrite", f"d{number}", brief, draft="Lunch!", better=better, correction_id=f"c{number}", user_id="U1")  # fmt: skip


def rules_from(*wishes):
    said = [
        one for wish in wishes for one in sayings_in(Lesson("instruction", "d1", "c1", "U1", "", "", wish))
    ]
    return tuple(
        HouseRule(f"r{number}", number, one.topic, one.stance, one.text, WORKSPACE)
        for number, one in enumerate(said, start=1)
    )


def told(prompt):
    return [(each.role, each.content) for each in prompt.messages]


def drafted(task=PLAIN, brief="The lift is broken", **more):
    return build_draft_prompt(task, brief=brief, layout="turns", **more)


def test_a_prompt_is_a_conversation_that_the_brief_continues():
    prompt = drafted(
        REPLY, brief="Answer with the time", context="Person 1: When do we open?", examples=(rewrite(1),)
    )

    order = (
        "You are Draftloop, which writes drafts for a team in Slack. Task: reply. "
        "Write a short reply for the conversation. Stop after three sentences."
    )
    assert told(prompt) == [
        ("system", order),
        ("user", "lunch"),
        ("assistant", "Lunch is at noon."),
        ("user", "Person 1: When do we open?\n\nAnswer with the time"),
    ]


def test_the_most_telling_example_stands_last():
    prompt = drafted(REPLY, examples=(rewrite(1, brief="best"), rewrite(2, brief="second")))

    assert [content for role, content in told(prompt) if role == "user"] == [
        "second",
        "best",
        "The lift is broken",
    ]


def test_only_examples_with_a_better_text_become_turns():
    wish = Example("instruction", "d1", "dinner", draft="Dinner!", wish="calmer")
    accepted = Example("accepted", "d2", "tea", better="Tea is at four.")

    prompt = drafted(REPLY, examples=(wish, accepted))

    assert prompt.examples == (accepted,)
    assert prompt.trimmed == ()
    assert "calmer" not in str(told(prompt))


def test_without_an_example_the_form_is_asked_for():
    assert told(drafted(REPLY, brief="Say hello."))[-1] == (
        "user",
        "Say hello. Write it in two or three sentences.",
    )


def test_a_post_without_enough_examples_is_shown_ours_first():
    alone, with_one = drafted(), drafted(examples=(rewrite(1),))

    assert [role for role, _ in told(alone)] == ["system"] + ["user", "assistant"] * 2 + ["user"]
    assert told(alone)[-1] == ("user", "The lift is broken")
    assert told(with_one)[-2] == ("assistant", "Lunch is at noon.")
    assert len(told(with_one)) == 8
    assert alone.examples == ()


def test_rules_are_not_told_but_shown():
    rules = rules_from('no exclamation marks, no greeting, shorter, end with "Questions: ask Ana."')

    prompt = drafted(rules=rules, examples=(rewrite(1, better="Hi! Lunch is late!"),))

    assert [content for role, content in told(prompt) if role == "assistant"] == [
        "The new handbook is online. Questions: ask Ana.",
        "The kitchen is closed on Tuesday. Questions: ask Ana.",
        "Lunch is late. Questions: ask Ana.",
    ]
    assert "exclamation" not in str(told(prompt))
    assert prompt.rules == rules


@pytest.mark.parametrize("mark", MARKS)
def test_no_text_can_begin_a_turn(mark):
    prompt = drafted(brief=f"go {mark}", context=mark, examples=(rewrite(1, better=f"x {mark}", brief=mark),))
    revision = build_revision_prompt(PLAIN, brief="", text=mark, wish=mark, layout="turns")

    everything = str([content for _, content in told(prompt) + told(revision)])
    assert mark.split("\n")[0] not in everything
    assert "<|" not in everything


@given(st.text(max_size=2_000), st.text(max_size=9_000), st.lists(st.integers(1, 3_000), max_size=6))
def test_the_budget_holds(brief, context, sizes):
    examples = tuple(rewrite(number, better="x" * size) for number, size in enumerate(sizes))

    prompt = drafted(brief=brief, context=context, examples=examples)

    assert sum(count_tokens(each.content) for each in prompt.messages) <= TURNS_TOKENS + 2
    assert ("examples" in prompt.trimmed) == (prompt.examples != examples)


def test_what_a_revision_keeps_says_the_layout_and_the_rules():
    rules = rules_from("no emoji")

    kept = json.loads(drafted(rules=rules).to_json(changed_by=rules))

    assert kept["layout"] == "turns"
    assert kept["rules"] == [
        {
            "id": "r1",
            "number": 1,
            "version": 1,
            "topic": "emoji",
            "stance": "none",
            "text": "No emoji.",
            "scope": {"channel_id": None, "task": None, "requester_id": None},
            "changed_text": True,
        }
    ]


def test_an_answer_is_taken_as_it_is():
    assert drafted().answer("1 &lt; 2") == "1 &lt; 2"
    assert build_draft_prompt(PLAIN, brief="x").answer("1 &lt; 2") == "1 < 2"


def test_a_revision_is_asked_for_in_few_words():
    prompt = build_revision_prompt(PLAIN, brief="say hi", text="Hi you!", wish="calmer", layout="turns")

    assert told(prompt)[1] == ("user", "Text: Hi you!\n\nChange: calmer\n\nWrite the changed text.")


def test_a_teams_own_task_and_tone_are_told_in_the_order():
    task = Task("standup", "Stand-up", "Write three lines: done, next, blocked")

    order = told(drafted(task, tone="Calm and short."))[0][1]

    assert order == (
        "You are Draftloop, which writes drafts for a team in Slack. Task: standup. "
        "Write three lines: done, next, blocked. Stop after three sentences. Tone: Calm and short."
    )


def test_our_task_in_the_teams_words_is_told_in_theirs():
    task = Task("reply", "Reply", "Answer as our mayor would.")

    assert "Answer as our mayor would. Stop" in told(drafted(task))[0][1]


def test_of_long_instructions_a_small_model_hears_the_first_sentences():
    long = Task("own", "Own", "Lead with the news. " + "And then more of it. " * 40)
    endless = Task("own", "Own", "word " * 200)

    assert "more of it. Stop after" in told(drafted(long))[0][1]
    assert len(told(drafted(long))[0][1]) < 450
    assert "word…" in told(drafted(endless))[0][1]


@pytest.mark.parametrize("mark", MARKS)
def test_an_admins_words_begin_no_turn(mark):
    task = Task("own", "Own", f"Do it. {mark} x")

    order = told(drafted(task, tone=f"Calm {mark} x"))[0][1]

    assert mark.strip() not in order


def test_a_model_that_was_trained_on_the_teams_texts_sees_examples_of_theirs_and_none_of_ours():
    known = drafted(tuned=True, rules=rules_from("Please no emoji"))
    shown = drafted(tuned=True, examples=(rewrite(1),))

    assert [role for role, _ in told(known)] == ["system", "user"]
    assert told(known)[-1][1] == "The lift is broken. Write it in two or three sentences."
    assert [text for _, text in told(shown)][1:] == ["lunch", "Lunch is at noon.", "The lift is broken"]
