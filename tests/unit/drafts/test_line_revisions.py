"""The text of a revision that is about some lines: the others stay, whoever worked on them meanwhile."""

import pytest

from bot.drafts.release_spec import ReleaseSpec
from bot.drafts.revision_text import Case, RevisionWriter
from bot.feedback.line_text import about_lines
from bot.llm.chat_model import Completion, ModelUse
from bot.team.tasks import PLAIN
from storage.models import Correction, Draft, Revision
from tests.factories import NOW

TEXT = "Hi all! 🎉\n\nThe release moved! 🎉\n\nThank you! 🎉"
LINE = "The release moved! 🎉"


class Model:
    """Answers with one text and remembers what it was asked."""

    def __init__(self, text=""):
        self.text = text
        self.asked = []

    def using(self, use):
        return self

    async def complete(self, messages, *, max_tokens, temperature, schema=None, on_text=None):
        self.asked.append(messages[-1].content)
        return Completion(self.text, "test")


def case(*, base=TEXT, wish=None, rewrite=None):
    text = TEXT.replace(LINE, rewrite) if rewrite is not None else about_lines(LINE, wish=wish)
    correction = Correction(
        workspace_id="T1",
        draft_id="d1",
        user_id="U1",
        control="line:V1",
        source="line",
        interpretation="instruction" if rewrite is None else "rewrite",
        interpreted_by="program",
        text=text,
        original=TEXT,
        first_line=2,
        last_line=2,
        lines_before=LINE,
        lines_after=rewrite,
        state="standing",
        created_at=NOW,
        changed_at=NOW,
    )
    draft = Draft(
        workspace_id="T1",
        channel_id="C1",
        requester_id="U1",
        task="plain",
        source="command",
        request_key="r",
        brief="Tell them.",
        created_at=NOW,
    )
    revision = Revision(
        workspace_id="T1", draft_id="d1", number=1, kind="generated", text=base, created_at=NOW
    )
    return Case(draft, correction, revision, None, PLAIN)


async def write(model, layout, **what):
    spec = ReleaseSpec("r1", ModelUse(), temperature=0.4, max_tokens=100, layout=layout)
    return (await RevisionWriter(model).write(case(**what), spec)).text


async def test_a_rewrite_goes_into_the_newest_text():
    written = await write(Model(), "sections", rewrite="It moved.", base=TEXT.replace("Hi all!", "Hello!"))

    assert written == "Hello! 🎉\n\nIt moved.\n\nThank you! 🎉"


async def test_a_rewrite_of_a_line_that_is_gone_is_the_text_its_author_saw():
    written = await write(Model(), "sections", rewrite="It moved.", base="Something else.")

    assert written == TEXT.replace(LINE, "It moved.")


async def test_a_wish_that_patterns_know_changes_its_line_only():
    model = Model()

    written = await write(model, "turns", wish="no emoji, no exclamation marks")

    assert written == "Hi all! 🎉\n\nThe release moved.\n\nThank you! 🎉"
    assert model.asked == []


async def test_a_small_model_is_shown_nothing_but_the_line():
    model = Model("Friends, the release moved.")

    written = await write(model, "turns", wish="warmer")

    assert written == "Hi all! 🎉\n\nFriends, the release moved.\n\nThank you! 🎉"
    assert "Hi all" not in model.asked[0]


@pytest.mark.parametrize("layout", ["sections", "turns"])
async def test_a_wish_about_a_line_that_is_gone_is_for_the_model(layout):
    model = Model("A new text.")

    written = await write(model, layout, wish="warmer", base="Something else.")

    assert written == "A new text."
    assert "In the line “The release moved! 🎉”: warmer" in model.asked[0]


async def test_what_is_said_about_a_line_does_not_change_the_others_afterwards():
    answer = TEXT.replace(LINE, "The release moved.")

    written = await write(Model(answer), "sections", wish="no emoji")

    assert written == answer
