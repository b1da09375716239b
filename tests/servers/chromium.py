# SPDX-License-Identifier: GPL-3.0-or-later
"""The real Chromium of the system, driven through its own protocol, and a web server for it."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.servers.process import require

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium_browser() -> Iterator[Browser]:
    """Yield a browser with an empty profile of its own; without Chromium the test is skipped."""
    require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(_FLAGS)
        )
        try:
            yield browser
        finally:
            browser.close()


_PAGE = Path(__file__).resolve().parents[2] / "docs" / "site.md"


def documented_policy() -> str:
    """Return the Content-Security-Policy that docs/site.md tells an operator to send."""
    (policy,) = re.findall(
        r'add_header Content-Security-Policy "([^"]+)"', _PAGE.read_text("utf-8")
    )
    return str(policy)


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Files of one directory, with the headers that docs/site.md tells an operator to set."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name there)
        """Say nothing."""

    policy = ""


@contextmanager
def web_server(directory: Path) -> Iterator[str]:
    """Serve ``directory`` on loopback; yield the URL of its root, with a slash at the end."""
    handler = type("Handler", (_Handler,), {"policy": documented_policy()})
    serve = functools.partial(handler, directory=str(directory))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()
