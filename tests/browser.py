"""Chromium as the program that people open a page with: driven through its own pipe, without a library."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_START = """
import fcntl, os, sys
spare = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]  # 3 and 4 may be among them
os.dup2(spare[0], 3)
os.dup2(spare[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Gives Chromium the ends of the pipes under the numbers that it expects (--remote-debugging-pipe), then becomes it."""


class Browser:
    """One running Chromium; messages of the DevTools protocol go through a pair of pipes, each ended by a zero byte."""

    def __init__(self, folder: Path) -> None:
        program = next(filter(None, map(shutil.which, _NAMES)), None)
        if program is None:
            pytest.skip("no Chromium is installed")
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()

        # In a container there is neither a second user for its sandbox nor much of /dev/shm.
        options = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
        options += [f"--user-data-dir={folder / 'profile'}", "--remote-debugging-pipe", "about:blank"]
        with (folder / "chromium.log").open("wb") as log:
            command = [sys.executable, "-c", _START, str(theirs_in), str(theirs_out), program, *options]
            self._process = subprocess.Popen(command, pass_fds=(theirs_in, theirs_out), stdout=log, stderr=log)
        os.close(theirs_in)
        os.close(theirs_out)
        self._read, self._sent = b"", 0
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """The result of one command; what happens meanwhile goes to events."""
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": params} | ({} if session is None else {"sessionId": session})
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._sent:
            self.events.append(answer)
        assert "error" not in answer, answer
        found: dict[str, Any] = answer["result"]
        return found

    def wait(self, method: str) -> None:
        """Until an event of that name has come."""
        while all(event.get("method") != method for event in self.events):
            self.events.append(self._next())

    def close(self) -> None:
        self.call("Browser.close")
        self._process.wait(timeout=120)
        os.close(self._in)
        os.close(self._out)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            got = os.read(self._in, 1 << 16)
            assert got, "the browser has gone"
            self._read += got
        message, _, self._read = self._read.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


class Tab:
    """One page, opened at a size."""

    def __init__(self, browser: Browser, page: Path, width: int, height: int) -> None:
        self._browser = browser
        self._target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.call("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"]
        browser.events.clear()
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Page.navigate", url=page.as_uri())
        browser.wait("Page.loadEventFired")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **params)

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression; the page's own policy doesn't hold for it."""
        answer = self.call("Runtime.evaluate", expression=f"JSON.stringify({expression})", awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return json.loads(answer["result"]["value"])

    def complaints(self) -> list[str]:
        """What the console shows: errors, warnings, exceptions, breaches of the policy."""
        found = []
        for event in self._browser.events:
            params = event.get("params", {})
            if event.get("method") == "Log.entryAdded":
                found.append(params["entry"]["text"])
            elif event.get("method") == "Runtime.exceptionThrown":
                found.append(str(params["exceptionDetails"]))
            elif event.get("method") == "Runtime.consoleAPICalled":
                found.append(str(params["args"]))
        return found

    def requests(self) -> list[str]:
        """The addresses that were asked for."""
        return [event["params"]["request"]["url"] for event in self._browser.events if event.get("method") == "Network.requestWillBeSent"]

    def picture(self) -> bytes:
        """The whole page as a PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def pdf(self) -> bytes:
        """The page as it is printed."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"])

    def close(self) -> None:
        self._browser.call("Target.closeTarget", targetId=self._target)


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A Chromium with an empty profile in *folder*; skips where none is installed."""
    running = Browser(folder)
    try:
        yield running
    finally:
        running.close()
