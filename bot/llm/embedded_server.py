"""The embedded model's own process: `python embedded_server.py FILE NAME [ADAPTERS]`; see `bot.llm.embedded`.

It prints one line of JSON when it answers, and ends when its standard input closes: however its parent goes, by
itself or by a kill, no model stays behind. It imports nothing of ours, so that it starts from anywhere.

Every adapter in the folder ADAPTERS is loaded and switched off: a request without the field `lora` is answered by the
model as it is. When the folder changes, the process waits until it is idle and becomes a new one on the same port,
because llama.cpp loads adapters only at its start. Whoever asks in that half second finds nobody listening, which the
bot takes for what it is, and asks again.
"""

import http.client
import importlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

# Beside us: this process is started with `-P`, so that nothing from the folder it runs in is imported.
sys.path.append(str(Path(__file__).parent))
_ADAPTERS: Final[Any] = importlib.import_module("embedded_adapters")

CONTEXT: Final = 4096  # tokens: a prompt and its answer
_PATIENCE: Final = 60.0
_PORT: Final = "DRAFTLOOP_EMBEDDED_PORT"  # Set when the process starts anew.
_LLAMA: Final[Any] = importlib.import_module("xllamacpp")  # Only the demo installs it; it brings no types.


def _parameters(file: str, name: str, *, port: int) -> Any:
    """Set up a server for one small team: one thread (two hinder each other), one text after the other."""
    parameters = _LLAMA.CommonParams()
    parameters.model.path, parameters.model_alias = file, {name}
    parameters.n_ctx, parameters.n_parallel, parameters.cache_ram_mib = CONTEXT, 1, 0
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.n_threads_http = 2
    parameters.hostnames, parameters.port = ["127.0.0.1"], port
    # Nothing but the model: no page, no view of what others ask, no leave for other sites' pages, no network.
    parameters.ui = parameters.endpoint_slots = parameters.endpoint_props = False
    parameters.endpoint_metrics = True  # How many requests are under way; no texts.
    parameters.cors_origins, parameters.cors_origins_explicit = "", True
    parameters.offline = True
    parameters.verbosity = 1
    return parameters


def _serve(file: str, name: str, *, port: int, adapters: list[Path]) -> Any:
    """Start a server with the adapters; one that it cannot load is left out, the newest first.

    The base and the adapters in use must not go because a new one is of no use.
    """
    for count in range(len(adapters), -1, -1):
        parameters = _parameters(file, name, port=port)
        parameters.lora_adapters = [_switched_off(path) for path in adapters[:count]]
        # A request that names no adapter would go on from what an adapter made of the same prompt before it.
        parameters.cache_prompt = not count
        try:
            return _LLAMA.Server(parameters)
        except RuntimeError:
            if not count:
                raise
            sys.stderr.write(
                f"The adapter {adapters[count - 1].name} was left out: it could not be loaded.\n"
            )
    raise AssertionError


def _switched_off(path: Path) -> Any:
    adapter = _LLAMA.CommonAdapterLoraInfo()
    adapter.path, adapter.scale = str(path), 0.0
    return adapter


def _get(url: str, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_PATIENCE)
    connection.request("GET", path)
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def _wait(url: str) -> None:
    """Wait until the model is loaded: before that the server answers 503."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if _get(url, "/v1/models")[0] == http.client.OK:
            return
        time.sleep(0.05)
    sys.exit("The model was not loaded in time.")


def _start_anew_on_change(folder: Path, url: str, *, known: frozenset[str]) -> None:
    """Become a new process of the same id, pipes and port when the folder's adapters change."""
    _ADAPTERS.wait_for_others(folder, than=known)
    _ADAPTERS.wait_until_idle(lambda: _get(url, "/metrics")[1])
    environment = {**os.environ, _PORT: str(urlsplit(url).port)}
    os.execve(sys.executable, [sys.executable, "-P", *sys.argv], environment)  # noqa: S606 - ourselves


def _announce(server: Any, name: str) -> None:
    """Tell our parent that we answer. Whatever else is printed, also by llama.cpp, is no part of what it reads."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as line:
        os.dup2(2, 1)
        line.write(json.dumps({"url": server.listening_address, "model": name}) + "\n")


def main(file: str, name: str, folder: str | None = None) -> None:
    """Serve until standard input closes."""
    known = _ADAPTERS.names(Path(folder)) if folder else frozenset()
    adapters = _ADAPTERS.whole(Path(folder)) if folder else []
    server = _serve(file, name, port=int(os.environ.get(_PORT, "0")), adapters=adapters)
    _wait(server.listening_address)
    if _PORT not in os.environ:
        _announce(server, name)
    if folder:
        watch = {"known": known}
        args = (Path(folder), server.listening_address)
        threading.Thread(target=_start_anew_on_change, args=args, kwargs=watch, daemon=True).start()
    sys.stdin.buffer.read()
    os._exit(0)  # There is nothing to save, and a text half written is nobody's any more.


if __name__ == "__main__":
    main(*sys.argv[1:])
