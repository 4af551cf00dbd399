"""The buttons about releases and trials, in their screens and in messages; who may decide is asked at each press."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.releases.desk import Deed
from bot.releases.release_place import ReleasePlace
from bot.services import Services
from bot.slack.blocks.release_news import decided_news
from handlers.payloads import ButtonPress, HomePress, NewsPress

_DEEDS: dict[str, Deed] = {
    "release_promote": "promote",
    "release_keep": "keep",
    "release_roll_back": "roll_back",
}


async def on_home_releases(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Releases and trials* in the Home tab."""
    press = ButtonPress.from_body(body)
    await services.releases.desk.open(
        press.workspace_id, user_id=press.user_id, trigger_id=press.trigger_id or ""
    )
    await ack()


async def on_release_open(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Open*: the release's page, on top of the list."""
    press = ButtonPress.from_body(body)
    await services.releases.desk.open_release(
        press.workspace_id,
        user_id=press.user_id,
        trigger_id=press.trigger_id or "",
        place=ReleasePlace(press.value, list_id=press.view_id),
    )
    await ack()


async def on_trials_open(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Trials*: on top of the list of releases."""
    press = ButtonPress.from_body(body)
    await services.releases.desk.open_trials(
        press.workspace_id, user_id=press.user_id, trigger_id=press.trigger_id or "", on_top=True
    )
    await ack()


async def on_release_decide(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Promote*, *Keep the old one*, *Roll back*: on a release's page, or in a message about it."""
    press = NewsPress.from_body(body)
    desk = services.releases.desk
    told = await desk.decide(
        press.workspace_id, user_id=press.user_id, release_id=press.value, deed=_DEEDS[press.action_id]
    )
    await ack()
    if press.view_id:
        place = replace(ReleasePlace.from_json(press.private_metadata), release_id=press.value)
        await desk.refresh(
            press.workspace_id, user_id=press.user_id, view_id=press.view_id, place=place, notice=told
        )
        return
    await services.messenger.update(
        press.workspace_id,
        channel_id=press.channel_id or "",
        ts=press.message_ts or "",
        text=press.text,
        blocks=decided_news(press.blocks, told=told, by=press.user_id),
    )


async def on_release_retrain(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Retrain now* and *Cancel the run*, in the list of releases."""
    press = ButtonPress.from_body(body)
    await services.admins.require(press.workspace_id, user_id=press.user_id)
    told = (
        await services.training.desk.cancel(press.workspace_id, user_id=press.user_id)
        if press.action_id == "release_cancel_run"
        else await services.training.desk.start(press.workspace_id, user_id=press.user_id, key=press.event_id)
    )
    await ack()
    await services.releases.desk.refresh_list(
        press.workspace_id, user_id=press.user_id, view_id=press.view_id or "", notice=told
    )


async def on_trial_end(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Stop it*: in the list of trials, or in the Home tab."""
    press = HomePress.from_body(body)
    desk = services.releases.desk
    await desk.stop_trial(press.workspace_id, user_id=press.user_id, trial_id=press.value)
    await ack()
    notice = "*It is stopped.* Its votes stay in the ledger, and the live release stays live."
    if press.on_screen is not None:
        await services.home.show(
            press.workspace_id, user_id=press.user_id, on_screen=press.on_screen, notice=notice
        )
        return
    await desk.refresh_trials(
        press.workspace_id, user_id=press.user_id, view_id=press.view_id or "", notice=notice
    )
