"""Runs that earlier versions began: frozen, handed over once, followed to their end, told. New ones are `pipeline`."""

from bot.errors import BotError
from bot.runtime.durable import Retry, sleep, step
from bot.services import Services

SUBMIT_PAUSES = (0, 5, 15, 60, 300, 900)  # seconds before each try to reach the trainer
FIRST_PAUSE = 2.0  # seconds until the first look; each pause is half as long again …
LONGEST_PAUSE = 60.0  # … up to this
PATIENT = Retry(tries=24, first_pause=1, longest_pause=600)  # about three hours: the end must be told


async def run_retrain(run_id: str, *, services: Services) -> None:
    """Take one training run from asked to reported, whatever breaks on the way."""
    try:
        await _train(run_id, services)
    except BotError as error:
        await step("break off", services.training.following.break_off, run_id, error.sentence, retry=PATIENT)
    await step("report", services.training.reports.report, run_id, retry=PATIENT)


async def _train(run_id: str, services: Services) -> None:
    state = await step("freeze", services.training.following.freeze, run_id)
    if state == "frozen":
        state = await _submit(run_id, services)
    if state in {"submitted", "running"}:
        await _follow(run_id, services)


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
        state = await step(f"look {look}", services.training.following.look_to_the_end, run_id)
        look, pause = look + 1, min(pause * 1.5, LONGEST_PAUSE)
