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
    "near_duplicate": "there already",
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
    "no_trainer": "this trainer is no longer set up",
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
        await self._send(run, workspace, build_report(run, version))

    async def _send(self, run: TrainingRun, workspace: Workspace, text: str) -> None:
        key = f"retrain:{run.id}:report"
        channel_id = workspace.admin_channel_id or self._admin_channel
        if channel_id and await self._post(run, channel_id, text, key):
            return
        if run.requested_by:
            await self._messenger.direct(workspace.id, user_id=run.requested_by, text=text, key=f"{key}:dm")
        else:
            log.warning("report_has_no_channel", run=run.id, state=run.state)

    async def _post(self, run: TrainingRun, channel_id: str, text: str, key: str) -> bool:
        """Post in the admin channel; False when Slack refuses: we were removed, or it is archived."""
        try:
            await self._messenger.post(run.workspace_id, channel_id=channel_id, text=text, key=key)
        except SlackRefused as error:
            log.warning("report_refused", run=run.id, channel=channel_id, code=error.code)
            return False
        return True


def build_report(run: TrainingRun, version: DatasetVersion | None) -> str:
    """Build the message about a run that ended."""
    if run.state == "short":
        return _build_short(run)
    headline = {
        "succeeded": "*Retraining finished.*",
        "failed": f"*Retraining failed:* {_ending(run.failure)}.",
        "cancelled": "*Retraining was cancelled.*",
    }.get(
        run.state,
        f"*I do not know how the retraining ended:* {_ending(run.failure)}. It does not count as a success.",
    )
    figures = _figures(run.result)
    lines = [headline, *([f"The trainer reports: {figures}."] if figures else []), _dataset_line(version)]
    if run.state != "succeeded":
        lines.append("Nothing was lost; `/draftloop retrain` tries again.")
    return "\n".join(line for line in lines if line)


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


def _dataset_line(version: DatasetVersion | None) -> str:
    if version is None:
        return ""
    manifest = version.manifest
    counts = ", ".join(f"{manifest['rows'][kind]} {name}" for kind, name in _KIND_NAMES.items())
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
