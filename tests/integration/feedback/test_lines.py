"""Lines of a draft, improved by people: what is stored, once and exactly, and what is refused kindly."""

from dataclasses import replace
from itertools import count
from types import SimpleNamespace

import pytest

from bot.drafts.casting import Casting
from bot.drafts.phrasings import PhrasingGone, Phrasings
from bot.drafts.revise import Reviser
from bot.errors import FormError
from bot.feedback.acts import Recorded, Touch, Unchanged
from bot.feedback.budget import Budget
from bot.feedback.edits import NothingToEdit
from bot.feedback.ledger import Ledger
from bot.feedback.line_forms import LinesForm, LinesMoved
from bot.feedback.lines import LineRefused, Lines
from bot.feedback.recorder import Recorder
from bot.llm.openai_chat import OpenAIChat
from bot.runtime.durable import Durable
from bot.sandbox.blocks import view_problems
from bot.settings import Settings
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from storage.models import PhrasingRequest
from tests.factories import (
    CHANNEL,
    NOW,
    USER,
    WORKSPACE,
    make_draft,
    make_member,
    make_message,
    make_revision,
    make_workspace,
)

TEXT = "Hi all!\n\n- one\n  - two\n\n```\ncode\n```"
numbers = count(1)


@pytest.fixture
async def desk(sqlite_database):
    """The services that take lines, and a posted draft to work on."""
    settings, durable = Settings(_env_file=None), Durable(sqlite_database, executor_id="test")
    await durable.ensure_tables()
    clients, model = Clients(settings, sqlite_database), OpenAIChat(settings)
    messenger = Messenger(clients, database=sqlite_database)
    shared = {"durable": durable, "messenger": messenger, "clock": lambda: NOW}
    casting = Casting(sqlite_database, settings=settings, clock=lambda: NOW)
    recorder = Recorder(Ledger(), durable=durable, budget=Budget(asks_per_day=2))
    lines = Lines(sqlite_database, recorder=recorder, **shared)
    async with sqlite_database.begin() as unit:
        await make_workspace(unit)
        await make_member(unit)
        draft = await make_draft(unit, text=TEXT)
    yield SimpleNamespace(
        database=sqlite_database,
        lines=lines,
        phrasings=Phrasings(sqlite_database, lines=lines, models=model, casting=casting, **shared),
        reviser=Reviser(
            sqlite_database, models=model, casting=casting, messenger=messenger, clock=lambda: NOW
        ),
        draft=draft,
        form=LinesForm(draft.current_revision_id, CHANNEL, draft.message_ts),
    )
    await messenger.close()
    await model.close()
    await durable.close()


def touch(desk, *, user_id=USER, **more):
    number = next(numbers)
    at = Touch(WORKSPACE, f"view:V{number}", number, CHANNEL, desk.draft.message_ts, user_id)
    return replace(at, **more)


async def send(desk, span, *, key="V1", user_id=USER, form=None, **values):
    first, last = span
    picked = replace(form or desk.form, first=first, last=last)
    at = touch(desk, user_id=user_id, event_id=f"view:{key}")
    return await desk.lines.submit(at, form=picked, key=key, values=values)


async def stored(desk):
    async with desk.database.read() as unit:
        signals = await unit.feedback.signals_of_draft(desk.draft.id)
        return signals, await unit.corrections.of_workspace(WORKSPACE)


async def current_text(desk):
    async with desk.database.read() as unit:
        draft = await unit.drafts.get(desk.draft.id)
        return (await unit.drafts.revision(draft.current_revision_id)).text


async def change(desk, **columns):
    async with desk.database.begin() as unit:
        draft = await unit.drafts.lock(desk.draft.id)
        for name, value in columns.items():
            setattr(draft, name, value)


async def put_text(desk, text):
    """Somebody else's edit of the whole text."""
    async with desk.database.begin() as unit:
        revision = await make_revision(unit, desk.draft, text=text, kind="edited")
        (await unit.drafts.lock(desk.draft.id)).current_revision_id = revision.id


async def test_a_rewrite_is_one_signal_and_one_correction_of_the_whole_text(desk):
    outcome = await send(desk, (2, 3), better="- eins\n  - zwei")

    [signal], [correction] = await stored(desk)
    assert isinstance(outcome, Recorded)
    assert (signal.kind, signal.control, signal.status) == ("correction", "line:V1", "counted")
    assert signal.text == correction.text == "Hi all!\n\n- eins\n  - zwei\n\n```\ncode\n```"
    assert (correction.original, correction.revision_id) == (TEXT, desk.draft.current_revision_id)
    assert (correction.first_line, correction.last_line) == (2, 3)
    assert (correction.lines_before, correction.lines_after) == ("- one\n  - two", "- eins\n  - zwei")
    assert 0 < correction.edit_distance < 1


async def test_the_same_window_sent_twice_is_one_correction(desk):
    await send(desk, (0, 0), better="Hello all.")
    await desk.reviser.rewrite((await stored(desk))[1][0].id, 1)

    again = await send(desk, (0, 0), better="Hello all.")

    signals, corrections = await stored(desk)
    assert again == Unchanged("known_already")
    assert (len(signals), len(corrections)) == (1, 1)


async def test_people_who_improve_different_lines_at_once_lose_nothing(desk):
    await send(desk, (0, 0), key="V1", better="Hello all.")
    await send(desk, (6, 6), key="V2", user_id="U0BEN", better="more code")

    for correction in (await stored(desk))[1]:
        await desk.reviser.rewrite(correction.id, 1)

    assert await current_text(desk) == "Hello all.\n\n- one\n  - two\n\n```\nmore code\n```"


async def test_a_line_that_moved_is_improved_where_it_stands_now(desk):
    await put_text(desk, f"News\n\n{TEXT}")

    await send(desk, (2, 2), better="- eins")

    correction = (await stored(desk))[1][0]
    assert correction.text == "News\n\nHi all!\n\n- eins\n  - two\n\n```\ncode\n```"
    assert (correction.first_line, correction.original) == (4, f"News\n\n{TEXT}")


async def test_a_line_that_somebody_else_changed_meanwhile_is_not_overwritten(desk):
    await put_text(desk, TEXT.replace("- one", "- uno"))

    with pytest.raises(LinesMoved):
        await send(desk, (2, 2), better="- eins")
    with pytest.raises(LinesMoved):
        await desk.lines.picked(touch(desk), form=desk.form, values=["2"])
    with pytest.raises(LinesMoved):
        await desk.phrasings.ask(touch(desk), form=desk.form, key="view:V2", values=["2"], wish="")

    assert await stored(desk) == ([], [])


async def test_an_indent_that_slack_trimmed_is_put_back(desk):
    await send(desk, (3, 3), better="- zwei\r\n")

    assert (await stored(desk))[1][0].lines_after == "  - zwei"


async def test_what_is_wrong_with_lines_is_an_instruction_that_names_them(desk):
    await send(desk, (0, 0), better="Hi all!", wish=" too loud ")

    [signal], [correction] = await stored(desk)
    assert correction.interpretation == "instruction"
    assert signal.text == correction.text == "In the line “Hi all!”: too loud"
    assert (correction.lines_before, correction.lines_after) == ("Hi all!", None)
    assert (correction.original, correction.edit_distance) == (TEXT, None)


async def test_a_window_without_anything_new_is_answered_beside_its_field(desk):
    answers = [
        ({"better": "Hi all! ", "wish": None}, "better"),
        ({"better": None, "wish": "  "}, "better"),
        ({"better": "Hello.", "wish": "too loud"}, "wish"),
        ({"wish": None}, "wish"),
    ]

    for values, field in answers:
        with pytest.raises(FormError) as refused:
            await send(desk, (0, 0), **values)
        assert list(refused.value.fields) == [field]

    assert await stored(desk) == ([], [])


async def test_lines_that_make_no_sense_together_are_answered_beside_the_list(desk):
    for picked in [(), ("0", "3"), ("1",), ("0", "99"), ("²", "-1", "x")]:
        with pytest.raises(FormError) as refused:
            await desk.lines.picked(touch(desk), form=desk.form, values=picked)
        assert list(refused.value.fields) == ["lines"]


async def test_picked_lines_are_shown_whole_with_what_comes_next_in_mind(desk):
    view = await desk.lines.picked(touch(desk), form=desk.form, values=["3", "2"])

    form = LinesForm.from_json(view["private_metadata"])
    assert view_problems(view) == []
    assert view["blocks"][0]["element"]["initial_value"] == "- one\n  - two"
    assert (form.first, form.last, form.revision_id) == (2, 3, desk.form.revision_id)


async def test_people_who_opted_out_bots_and_strangers_change_nothing(desk):
    async with desk.database.begin() as unit:
        await make_member(unit, "U0OUT", opted_out=True)
        await make_member(unit, "U0BOT2", is_bot=True)
        await make_member(unit, "U0GUEST", home_team_id="T0OTHER")

    for user_id in ("U0OUT", "U0BOT2", "U0GUEST"):
        with pytest.raises(LineRefused):
            await send(desk, (0, 0), key=user_id, user_id=user_id, better="Hello.")

    signals, corrections = await stored(desk)
    assert {(one.status, one.text) for one in signals} == {("ignored", None)}
    assert corrections == []


@pytest.mark.parametrize("what", ["hidden", "erased", "failed", "elsewhere", "another draft"])
async def test_there_is_nothing_to_improve_without_a_text_of_ours(desk, what):
    at, form = touch(desk), desk.form
    if what == "hidden":
        await change(desk, hidden_at=NOW)
    elif what == "erased":
        async with desk.database.begin() as unit:
            (await unit.drafts.revision(form.revision_id)).text = ""
    elif what == "elsewhere":
        at = replace(at, workspace_id="T0OTHER")
    else:
        async with desk.database.begin() as unit:
            other = await make_draft(unit, text=None if what == "failed" else "Other.")
            message = await make_message(unit, other)
        form, at = replace(form, message_ts=message.ts), replace(at, message_ts=message.ts)

    with pytest.raises(NothingToEdit):
        await desk.lines.submit(at, form=replace(form, first=0, last=0), key="V1", values={"better": "x"})
    if what != "another draft":
        with pytest.raises(NothingToEdit):
            await desk.lines.open(at, trigger_id="unused", wants="fix")
    assert await stored(desk) == ([], [])


async def offered(desk, **columns):
    """A request of the usual person whose phrasings are there."""
    async with desk.database.begin() as unit:
        request = PhrasingRequest(
            workspace_id=WORKSPACE,
            request_key=f"view:P{next(numbers)}",
            draft_id=desk.draft.id,
            revision_id=desk.draft.current_revision_id,
            channel_id=CHANNEL,
            message_ts=desk.draft.message_ts,
            first_line=0,
            last_line=0,
            **{
                "user_id": USER,
                "options": '["Hello.", "Good day."]',
                "state": "offered",
                "created_at": NOW,
                **columns,
            },
        )
        assert await unit.phrasings.add(request)
    return request.id


async def state_of(desk, request_id):
    async with desk.database.read() as unit:
        request = await unit.phrasings.find(request_id)
        return request.state, request.correction_id


async def test_a_chosen_phrasing_is_the_persons_correction_once(desk):
    request_id = await offered(desk)

    await desk.phrasings.choose(touch(desk), request_id=request_id, number=1)
    await desk.phrasings.choose(touch(desk), request_id=request_id, number=0)

    [signal], [correction] = await stored(desk)
    assert (signal.user_id, signal.kind, signal.control) == (USER, "correction", f"line:{request_id}")
    assert correction.text == TEXT.replace("Hi all!", "Good day.")
    assert await state_of(desk, request_id) == ("chosen", correction.id)


async def test_nobody_chooses_for_somebody_else_or_from_another_workspace(desk):
    request_id = await offered(desk)

    for stranger in (touch(desk, user_id="U0BEN"), touch(desk, workspace_id="T0OTHER")):
        with pytest.raises(PhrasingGone):
            await desk.phrasings.choose(stranger, request_id=request_id, number=0)
        with pytest.raises(PhrasingGone):
            await desk.phrasings.dismiss(stranger, request_id=request_id)
        with pytest.raises(PhrasingGone):
            await desk.phrasings.retry(stranger, request_id=request_id, attempt=1)

    assert await stored(desk) == ([], [])


async def test_there_is_nothing_to_choose_unless_it_is_offered(desk):
    requests = [await offered(desk, state=state) for state in ("asked", "failed", "dismissed")]

    for request_id in requests:
        with pytest.raises(PhrasingGone):
            await desk.phrasings.choose(touch(desk), request_id=request_id, number=0)

    assert await stored(desk) == ([], [])


async def test_a_choice_that_is_refused_can_be_made_later(desk):
    async with desk.database.begin() as unit:
        await make_member(unit, "U0OUT", opted_out=True)
    refused = await offered(desk, user_id="U0OUT")
    moved = await offered(desk)

    with pytest.raises(LineRefused):
        await desk.phrasings.choose(touch(desk, user_id="U0OUT"), request_id=refused, number=0)
    await put_text(desk, "Something else.")
    with pytest.raises(LinesMoved):
        await desk.phrasings.choose(touch(desk), request_id=moved, number=0)

    assert await state_of(desk, refused) == await state_of(desk, moved) == ("offered", None)


async def test_the_same_window_asks_for_phrasings_once(desk):
    for _ in range(2):
        await desk.phrasings.ask(touch(desk), form=desk.form, key="view:V9", values=["0"], wish=" ")

    async with desk.database.read() as unit:
        found = await unit.phrasings.of_draft(desk.draft.id)
    assert [(one.state, one.wish, one.first_line, one.user_id) for one in found] == [("asked", None, 0, USER)]


async def test_lines_too_long_to_compare_are_answered_beside_the_list(desk):
    async with desk.database.begin() as unit:
        draft = await make_draft(unit, text="w" * 40_000)
    form = LinesForm(draft.current_revision_id, CHANNEL, draft.message_ts)
    at = touch(desk, message_ts=draft.message_ts)

    with pytest.raises(FormError) as refused:
        await desk.phrasings.ask(at, form=form, key="view:V9", values=["0"], wish="")

    assert list(refused.value.fields) == ["lines"]


async def test_a_failure_that_comes_late_takes_nothing_back(desk):
    request_id = await offered(desk)

    await desk.phrasings.explain(request_id, 1, "It was late.")

    assert await state_of(desk, request_id) == ("offered", None)
