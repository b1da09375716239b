# SPDX-License-Identifier: GPL-3.0-or-later
"""A page of Chromium that notes everything that a page of ours must not do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Dialog, Page

_LISTEN = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error("CSP violation: " + event.violatedDirective + " " + event.blockedURI);
});
"""


@dataclass
class Watched:
    """A page, and what went on in it."""

    page: Page
    base: str
    requests: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    """Dialogs, errors of scripts, violations of the policy, requests that failed."""

    def go(self, path: str) -> None:
        """Open a page of the site."""
        self.page.goto(self.base + path)

    @property
    def elsewhere(self) -> list[str]:
        """Requests that did not go to the site itself."""
        return [url for url in self.requests if not url.startswith(self.base)]

    def overflow(self) -> int:
        """How many pixels of the page lie beyond the window's right edge."""
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(width))


@contextmanager
def watched(
    browser: Browser,
    base: str,
    *,
    width: int = 1280,
    scripts: bool = True,
) -> Iterator[Watched]:
    """Yield a page in a context of its own; ``base`` is the URL of the site."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=scripts
    )
    page = context.new_page()
    found = Watched(page, base)

    def refuse(dialog: Dialog) -> None:
        found.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", refuse)
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("requestfailed", lambda request: found.trouble.append(f"failed: {request.url}"))
    page.on("pageerror", lambda error: found.trouble.append(f"error: {error}"))
    page.on("console", lambda message: found.trouble.append(f"{message.type}: {message.text}"))
    page.on("popup", lambda _: found.trouble.append("a window was opened"))
    page.add_init_script(_LISTEN)
    try:
        yield found
    finally:
        context.close()
