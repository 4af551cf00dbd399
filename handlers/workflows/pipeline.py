"""The pipeline: enough data? → freeze → train → challenger → offline gate → blind trial → decision → report."""

from itertools import count
from typing import Final

from bot.errors import BotError
from bot.runtime.durable import Retry, sleep, step
from bot.services import Services

SUBMIT_PAUSES: Final = (0, 5, 15, 60, 300, 900)  # seconds before each try to reach the trainer
FIRST_PAUSE: Final = 2.0  # seconds until the first look; each pause is half as long again …
LONGEST_PAUSE: Final = 60.0  # … up to this
BETWEEN_ADVANCES: Final = 3600.0  # seconds a trial goes on by itself; a vote ends the pause …
AFTER_A_VOTE: Final = 660.0  # … and is settled, when nobody changes it, after ten minutes
PATIENT: Final = Retry(tries=24, first_pause=1, longest_pause=600)  # about three hours: the end must be told
VERY_PATIENT: Final = Retry(tries=60, first_pause=1, longest_pause=900)  # a model that is away for a night


async def run_pipeline(run_id: str, *, services: Services) -> None:
    """Take one training run from asked to reported, whatever breaks on the way."""
    try:
        await _train(run_id, services)
        await _challenge(run_id, services)
    except BotError as error:
        pipeline = services.releases.pipeline
        await step("break off", pipeline.break_off, run_id, error.sentence, retry=PATIENT)
    await step("report", services.releases.news.report, run_id, retry=PATIENT)
    await step("clean again", services.training.following.clean, run_id)
    await step("next", services.training.runs.start_after, run_id)


async def _train(run_id: str, services: Services) -> None:
    following = services.training.following
    state = await step("freeze", following.freeze, run_id)
    if state == "frozen":
        state = await _submit(run_id, services)
    if state in {"submitted", "running"}:
        await _follow(run_id, services)
        await step("clean", following.clean, run_id)


async def _submit(run_id: str, services: Services) -> str:
    for attempt, pause in enumerate(SUBMIT_PAUSES):
        await sleep(pause)
        state: str = await step(f"submit {attempt}", services.training.following.submit, run_id)
        if state != "frozen":
            return state
    last: str = await step("give up", services.training.following.give_up, run_id)
    return last


async def _follow(run_id: str, services: Services) -> None:
    state, look, pause = "submitted", 0, FIRST_PAUSE
    while state in {"submitted", "running"}:
        await sleep(pause)
        state = await step(f"look {look}", services.training.following.look, run_id)
        look, pause = look + 1, min(pause * 1.5, LONGEST_PAUSE)


async def _challenge(run_id: str, services: Services) -> None:
    pipeline = services.releases.pipeline
    state = await step("challenger", pipeline.make_challenger, run_id, retry=PATIENT)
    if state == "trained":
        state = await _gate(run_id, services)
    if state == "gated":
        state = await _try(run_id, services)
    if state == "decided":
        await step("promote", pipeline.promote, run_id, retry=PATIENT)
        await step("finish", pipeline.finish, run_id)


async def _gate(run_id: str, services: Services) -> str:
    pipeline = services.releases.pipeline
    slices = await step("gate", pipeline.plan_gate, run_id, retry=VERY_PATIENT)
    for number in range(slices):
        await step(f"gate {number}", pipeline.measure, run_id, number, retry=VERY_PATIENT)
    state: str = await step("gate decision", pipeline.close_gate, run_id)
    return state


async def _try(run_id: str, services: Services) -> str:
    """Open the trial once there is room for it, and go on with it until it is decided."""
    pipeline, state, votes, pause = services.releases.pipeline, "gated", 0, BETWEEN_ADVANCES
    for number in count():
        if state == "gated":
            state = await step(f"trial {number}", pipeline.open_trial, run_id, retry=VERY_PATIENT)
        if state == "trying":
            state = await step(f"advance {number}", pipeline.advance, run_id, retry=VERY_PATIENT)
        if state not in {"gated", "trying"}:
            return state
        heard = await step(f"wait {number}", pipeline.wait, run_id, pause, votes)
        votes, pause = heard, AFTER_A_VOTE if heard != votes else BETWEEN_ADVANCES
    raise AssertionError  # One cannot count to the end.
