import pytest
from openai import AsyncOpenAI

from bot.drafts.prompt import build_draft_prompt, build_revision_prompt
from bot.learning.examples.examples import Example
from bot.llm.scripted import ScriptedEndpoint, scripted_answer
from bot.llm.style import Style, apply, style_of_pair, style_of_wish
from bot.team.tasks import TASKS

BRIEF = "announce that the office opens at 9 & closes at <six>"


def answer(prompt):
    return scripted_answer([{"role": each.role, "content": each.content} for each in prompt.messages])


def drafted(*examples, task="announcement"):
    return answer(build_draft_prompt(TASKS[task], brief=BRIEF, examples=examples))


def revised(text, wish):
    return answer(build_revision_prompt(TASKS["plain"], brief=BRIEF, text=text, wish=wish))


def test_the_same_prompt_gives_the_same_text_about_its_brief():
    assert drafted() == drafted()
    assert "The office opens at 9 & closes at <six>" in drafted()
    assert "!" in drafted()


def test_a_correction_among_the_examples_is_followed():
    first = drafted()
    correction = Example(
        "rewrite", "d1", "lunch", draft=first, better="Lunch is at noon.\n\n— The office team"
    )

    second = drafted(correction)

    assert "!" not in second
    assert "🎉" not in second
    assert len(second.split()) < len(first.split())
    assert second.endswith("— The office team")
    assert "Lunch" not in second


def test_a_wish_about_a_past_draft_is_followed_without_its_content():
    wish = Example(
        "instruction", "d1", "lunch", draft="Lunch!", wish="No emoji please, and mention the parking lot"
    )

    text = drafted(wish)

    assert "🎉" not in text
    assert "parking" not in text
    assert "!" in text


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("no exclamation marks please", "Hello. We ship 🎉 today."),
        ("please drop the emoji", "Hello! We ship today."),
        ("shorter!", "Hello!"),
        ('sign off with "The team"', "Hello! We ship 🎉 today.\n\nThe team"),
        ('replace "ship" with "release"', "Hello! We release 🎉 today."),
        ('say "launch" instead of "ship"', "Hello! We launch 🎉 today."),
        ("mention that docs follow tomorrow", "Hello! We ship 🎉 today. Docs follow tomorrow."),
        ("hm, make it sing", "Hello! We ship 🎉 today."),
    ],
)
def test_a_wish_changes_the_text(wish, expected):
    assert revised("Hello! We ship 🎉 today.", wish) == expected


def test_a_pair_teaches_only_what_changed():
    assert style_of_pair("Hi there! 🎉 We ship it today", "Hi there! We ship it today") == Style(
        emoji=False, exclamation=True, greeting=True
    )
    assert style_of_wish("thanks, looks good") == Style()
    assert apply(Style(), "As it is.") == "As it is."


async def test_the_endpoint_speaks_to_the_real_client_and_names_itself():
    endpoint = ScriptedEndpoint()
    client = AsyncOpenAI(base_url=await endpoint.start(), api_key="none", max_retries=0)

    models = await client.models.list()
    completion = await client.chat.completions.create(
        model="scripted", messages=[{"role": "user", "content": "<brief>\nhello\n</brief>"}]
    )

    assert [model.id for model in models.data] == ["scripted"]
    assert completion.model == "scripted"
    assert "Hello" in completion.choices[0].message.content
    await client.close()
    await endpoint.close()
