"""What the demo's Slack and bot cost without a model: memory, and the processor's time while nothing happens.

Run by `make bench`. The demo runs as people start it, with the scripted model. The goal (asserted): at most 250 MB,
also after a draft and a digest with its picture, and next to no processor time when idle.
"""

import time
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from tests.fakes.demo_process import kept_ids, running_demo

MOST_MEGABYTES = 250
MOST_SECONDS = 1.0  # of processor time, in IDLE_SECONDS
IDLE_SECONDS = 20
BRIEF = "Tell the team that the release moved to Thursday"


def megabytes(process: psutil.Process) -> float:
    return round(process.memory_info().rss / 2**20, 1)


def processor_seconds(process: psutil.Process) -> float:
    used = process.cpu_times()
    return used.user + used.system


@pytest.mark.parametrize("samples", ["with samples", "empty"])
def test_sandbox_and_bot_without_a_model(benchmark, capsys, tmp_path, samples):
    folder = tmp_path / "kept"
    with running_demo(folder, *(["--empty"] if samples == "empty" else [])) as demo:
        process = psutil.Process(demo.process.pid)
        figures = {"samples": samples, "megabytes_after_start": megabytes(process)}

        time.sleep(3)  # What the start set going comes to rest.
        before = processor_seconds(process)
        benchmark.pedantic(time.sleep, args=(IDLE_SECONDS,), rounds=1)
        figures["idle_processor_seconds_in_20"] = round(processor_seconds(process) - before, 2)

        draft_and_digest(demo, folder)
        figures["megabytes_after_a_draft_and_a_digest"] = megabytes(process)
        demo.stop()

    benchmark.extra_info |= figures
    with capsys.disabled():
        print(f"\n{figures}")  # noqa: T201 - The figures are what this is for.
    assert figures["megabytes_after_a_draft_and_a_digest"] <= MOST_MEGABYTES
    assert figures["idle_processor_seconds_in_20"] <= MOST_SECONDS


def draft_and_digest(demo, folder):
    people, channels = kept_ids(folder)
    ana, playground = people["Ana"], channels["playground"]
    demo.do(ana, "command", channel=playground, text=f"/draft {BRIEF}")
    draft = demo.wait_for_message(ana, playground, "draft_use")
    ts = draft.partition('data-ts="')[2].partition('"')[0]
    demo.do(ana, "react", channel=playground, ts=ts, name="+1")
    demo.do(ana, "jump", to=(datetime.now(UTC) + timedelta(days=7)).isoformat())
    demo.wait_for_message(ana, playground, "/files/")
