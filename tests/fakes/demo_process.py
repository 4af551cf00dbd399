"""`draftloop demo --page` as a process, driven over HTTP as its page drives it."""

import json
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from time import monotonic, sleep
from urllib.parse import urlencode
from urllib.request import Request, urlopen

DRAFTLOOP = Path(sys.executable).parent / "draftloop"
READY = "Ctrl-C stops it."
PATIENCE = 90.0


class DemoProcess:
    """A demo that runs; what it prints is in `lines`."""

    def __init__(self, folder: Path, *options: str) -> None:
        words = [DRAFTLOOP, "demo", "--page", "--model", "scripted", "--no-browser", "--port", "0"]
        self.process = subprocess.Popen(
            [*words, "--folder", folder, *options],
            cwd=folder.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._coming: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    @property
    def url(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+", self.output)
        assert found, self.output
        return found[0]

    def wait_for_line(self, words: str) -> None:
        """Read on until a line holds these words."""
        deadline = monotonic() + PATIENCE
        while not any(words in line for line in self.lines):
            try:
                self.lines.append(self._coming.get(timeout=max(0.0, deadline - monotonic())))
            except Empty:
                raise AssertionError(f"It did not say {words!r} but:\n{self.output}") from None

    def screen(self, **query: str) -> dict:
        """What one person sees."""
        with urlopen(f"{self.url}/screen?{urlencode({**query, 'peek': '1'})}", timeout=10) as answer:
            return json.load(answer)

    def do(self, who: str, verb: str, **more: object) -> dict:
        """Let somebody do something on the page."""
        body = json.dumps({"as": who, "verb": verb, **more}).encode()
        asked = Request(f"{self.url}/do", data=body, headers={"Content-Type": "application/json"})
        with urlopen(asked, timeout=20) as answer:
            done = json.load(answer)
        assert done["ok"], done
        return done

    def messages(self, who: str, channel: str) -> list[str]:
        return [item["html"] for item in self.screen(**{"as": who, "in": channel})["lists"]["messages"]]

    def wait_for_message(self, who: str, channel: str, words: str) -> str:
        """Look at a channel until a message holds these words; return its HTML."""
        deadline = monotonic() + PATIENCE
        while monotonic() < deadline:
            for html in self.messages(who, channel):
                if words in html:
                    return html
            sleep(0.1)
        raise AssertionError(f"{words!r} did not come; there is {self.messages(who, channel)}")

    def stop(self, *signals: signal.Signals) -> int:
        """Send signals, one after the other, and return the exit code."""
        for number in signals or (signal.SIGINT,):
            self.process.send_signal(number)
            sleep(0.05)
        code = self.process.wait(timeout=30)
        while not self._coming.empty():
            self.lines.append(self._coming.get())
        return code

    def _read(self) -> None:
        for line in self.process.stdout:
            self._coming.put(line.rstrip("\n"))


@contextmanager
def running_demo(folder: Path, *options: str, ready: str = READY):
    """Start a demo, wait until it said so, and end it whatever happens."""
    demo = DemoProcess(folder, *options)
    try:
        demo.wait_for_line(ready)
        yield demo
    finally:
        demo.process.kill()
        demo.process.wait()
        demo.process.stdout.close()


def kept_ids(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The ids of people and channels by name, from the file the demo keeps its Slack in."""
    kept = json.loads((folder / "slack.json").read_text())
    people = {member["name"]: member["user_id"] for member in kept["members"]}
    return people, {channel["name"]: channel["id"] for channel in kept["channels"]}
