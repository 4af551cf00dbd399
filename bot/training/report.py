"""What the admins are told when a training run ends, in a few plain sentences."""

from collections.abc import Mapping
from typing import Any

from bot.logs import get_logger
from bot.slack.messenger import Messenger, SlackRefused
from bot.slack.text import escape
from bot.training.consent import ConsentMissing, TooManyOrganisations
from storage.engine import Database
from storage.models import DatasetVersion, TrainingRun, Workspace

log = get_logger(__name__)

_KIND_NAMES = {"sft": "accepted or rewritten texts", "preference": "pairs", "kto": "texts with thumbs alone"}
_REASONS = {
    "withdrawn": "withdrawn",
    "superseded": "replaced by something later",
    "opted_out": "from people who opted out",
    "quarantined": "on hold until an admin has looked",
    "ignored": "not counted",
    "talk": "just talk",
    "instruction": "a wish without a text",
    "near_duplicate": "nearly the same as others",
    "empty": "without a text",
    "unchanged": "the same as the draft",
    "flagged": "flagged as a problem",
    "hidden": "of hidden drafts",
    "contested": "with opinions split evenly",
    "settled": "settled by a correction or an approval",
    "person_share": "above one person's share",
}
_ENDINGS = {
    "exit_code": "its command ended with exit code {code}",
    "timeout": "it took longer than it may",
    "lost": "its process is gone and left no word",
    "no_such_run": "its files are gone",
    "bad_result": "it ended, but its result cannot be read",
    "no_answer": "it did not say how the run ended in time",
    "paused": "the job is paused there, and nobody resumed it in time",
    "unknown_state": "the trainer calls its state by a word that I do not know, and time is up",
    "cancel_unconfirmed": "I told it to stop, and it never said that it did",
    "bad_adapter": "the adapter it left is not a GGUF file",
    "no_trainer": "this trainer is no longer set up",
}


_HEADLINES = {
    "succeeded": "*Retraining finished.*",
    "failed": "*Retraining failed:* {ending}.",
    "cancelled": "*Retraining was cancelled.*",
    "unknown": "*I do not know how the retraining ended:* {ending}. It does not count as a success.",
}
_TRY_AGAIN = "Nothing was lost; `/draftloop retrain` tries again."
_WHAT_TO_DO = {
    "failed": _TRY_AGAIN,
    "cancelled": _TRY_AGAIN,
    "unknown": f"The job may still be running at the trainer: please look there, and stop it if it is. {_TRY_AGAIN}",
}


class RunReports:
    """Posts the end of a run in the admin channel, once; where that is not possible, whoever asked gets it."""

    def __init__(self, database: Database, *, messenger: Messenger, admin_channel: str | None = None) -> None:
        self._database = database
        self._messenger = messenger
        self._admin_channel = admin_channel

    async def report(self, run_id: str) -> None:
        """Tell how the run ended."""
        async with self._database.read() as unit:
            run = await unit.runs.get(run_id)
            workspace = await unit.workspaces.get(run.workspace_id)
            version = await unit.datasets.get(run.dataset_version_id) if run.dataset_version_id else None
        await self.tell(run, workspace, text=build_report(run, version))

    async def tell(
        self, run: TrainingRun, workspace: Workspace, *, text: str, blocks: list[dict[str, Any]] | None = None
    ) -> None:
        """Post what became of a run where admins read it, or tell whoever asked for it; once."""
        key = f"retrain:{run.id}:report"
        channel_id = workspace.admin_channel_id or self._admin_channel
        if channel_id and await self._post(run, channel_id, text=text, blocks=blocks, key=key):
            return
        if run.requested_by:
            await self._messenger.direct(
                workspace.id, user_id=run.requested_by, text=text, blocks=blocks, key=f"{key}:dm"
            )
        else:
            log.warning("report_has_no_channel", run=run.id, state=run.state)

    async def _post(self, run: TrainingRun, channel_id: str, **message: Any) -> bool:
        """Post in the admin channel; False when Slack refuses: we were removed, or it is archived."""
        try:
            await self._messenger.post(run.workspace_id, channel_id=channel_id, **message)
        except SlackRefused as error:
            log.warning("report_refused", run=run.id, channel=channel_id, code=error.code)
            return False
        return True


def build_report(run: TrainingRun, version: DatasetVersion | None) -> str:
    """Build the message about a run that ended."""
    return "\n".join(build_lines(run, version))


def build_lines(run: TrainingRun, version: DatasetVersion | None) -> list[str]:
    """Build the lines of that message, the most telling one first."""
    if run.state == "short":
        return [_build_short(run)]
    figures = _figures(run.result)
    lines = [
        _HEADLINES.get(run.state, _HEADLINES["unknown"]).format(ending=_ending(run.failure)),
        f"The trainer reports: {figures}." if figures else "",
        build_dataset_line(version),
        _WHAT_TO_DO.get(run.state, ""),
    ]
    return [line for line in lines if line]


def _build_short(run: TrainingRun) -> str:
    if run.failure == "too_few_rows":
        return _build_too_few(run.result)
    sentence = {
        "nothing_new": "Nothing new was taught since the last successful run, so I did not train again.",
        ConsentMissing.code: ConsentMissing.sentence,
        TooManyOrganisations.code: TooManyOrganisations.sentence,
    }[run.failure or ConsentMissing.code]
    return f"*Not retrained.* {sentence}"


def _build_too_few(result: Mapping[str, Any]) -> str:
    minimum, have = result["minimum"], max(result[kind] for kind in _KIND_NAMES)
    counts = ", ".join(f"{result[kind]} {name}" for kind, name in _KIND_NAMES.items())
    left_out = _left_out(result.get("excluded", {}))
    return (
        f"*Not retrained: not enough to learn from yet.* A run needs {minimum} rows of one kind; the most there are is "
        f"{have} ({counts}), so {minimum - have} are missing. Rewrites in the thread, edits and approvals count."
        + (f"\nLeft out: {left_out}." if left_out else "")
    )


def _left_out(excluded: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {_REASONS.get(reason, reason)}" for reason, n in excluded.items())


def build_dataset_line(version: DatasetVersion | None) -> str:
    """Say what a run learned from."""
    if version is None:
        return ""
    manifest = version.manifest
    rows = manifest["rows"]
    counts = (
        ", ".join(f"{rows[kind]} {name}" for kind, name in _KIND_NAMES.items() if rows[kind]) or "no rows"
    )
    left_out = _left_out(manifest["excluded"])
    return (
        f"Dataset version {version.number} ({version.content_hash[:12]}): {counts}; "
        f"{manifest['split']['held_out']} held out." + (f" Left out: {left_out}." if left_out else "")
    )


def _figures(result: Mapping[str, Any]) -> str:
    return escape(", ".join(f"{name} {value}" for name, value in list(result.items())[:10]))


def _ending(failure: str | None) -> str:
    if failure and failure.startswith("exit_"):
        return _ENDINGS["exit_code"].format(code=failure.removeprefix("exit_"))
    return _ENDINGS.get(failure or "", escape((failure or "the trainer gave no reason").rstrip(".")))
