"""The embedded model's own process: `python embedded_server.py FILE NAME`; see `bot.llm.embedded`.

It prints one line of JSON when it answers, and ends when its standard input closes: however its parent goes, by
itself or by a kill, no model stays behind. It imports nothing of ours, so that it starts from anywhere.
"""

import http.client
import importlib
import json
import os
import sys
import time
from typing import Any, Final
from urllib.parse import urlsplit

CONTEXT: Final = 4096  # tokens: a prompt and its answer
_PATIENCE: Final = 60.0
_LLAMA: Final[Any] = importlib.import_module("xllamacpp")  # Only the demo installs it; it brings no types.


def _parameters(file: str, name: str) -> Any:
    """Set up a server for one small team: one thread (two hinder each other), one text after the other."""
    parameters = _LLAMA.CommonParams()
    parameters.model.path, parameters.model_alias = file, {name}
    parameters.n_ctx, parameters.n_parallel, parameters.cache_ram_mib = CONTEXT, 1, 0
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.n_threads_http = 2
    parameters.hostnames, parameters.port = ["127.0.0.1"], 0
    # Nothing but the model: no page, no view of what others ask, no leave for other sites' pages, no network.
    parameters.ui = parameters.endpoint_slots = parameters.endpoint_props = False
    parameters.cors_origins, parameters.cors_origins_explicit = "", True
    parameters.offline = True
    parameters.verbosity = 1
    return parameters


def _wait(url: str) -> None:
    """Wait until the model is loaded: before that the server answers 503."""
    place, deadline = urlsplit(url), time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(place.netloc, timeout=_PATIENCE)
        connection.request("GET", "/v1/models")
        status = connection.getresponse().status
        connection.close()
        if status == http.client.OK:
            return
        time.sleep(0.05)
    sys.exit("The model was not loaded in time.")


def main(file: str, name: str) -> None:
    """Serve until standard input closes."""
    line = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Whatever else is printed is no part of what our parent reads.
    server = _LLAMA.Server(_parameters(file, name))
    _wait(server.listening_address)
    line.write(json.dumps({"url": server.listening_address, "model": name}) + "\n")
    line.close()
    sys.stdin.buffer.read()
    os._exit(0)  # There is nothing to save, and a text half written is nobody's any more.


if __name__ == "__main__":
    main(*sys.argv[1:])
