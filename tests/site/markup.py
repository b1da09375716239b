# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a page as a browser does, and says what in it is not one of our own elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from justhtml import JustHTML

_ELEMENTS = (
    "html head meta title link body a header div img span nav ul li p main footer script "
    "h1 h2 h3 h4 section article form label input select option button ol table caption thead "
    "tbody tr th td time dl dt dd code pre em strong details summary q "
    "svg desc line text rect"
)
_ATTRIBUTES = (
    "lang charset http-equiv content name rel href type title class src alt width height id "
    "aria-label aria-labelledby aria-current aria-hidden tabindex role scope colspan datetime "
    "data-label data-verdict data-waits hidden open placeholder autocomplete spellcheck value "
    "x y x1 x2 y1 y2 dx text-anchor overflow xmlns"
)
ELEMENTS, ATTRIBUTES = frozenset(_ELEMENTS.split()), frozenset(_ATTRIBUTES.split())
_OWN_ADDRESSES = ("../", "#", "assets/", "series/", "rules/", "months/", "index", "feed.atom")
_PAGES = ("figures", "left-alone", "about")


def strange_parts(html: str) -> list[str]:
    """Return what is in a page that we did not put there; raises where it is no HTML.

    ``strict``: any error of parsing that the standard knows raises.
    """
    document = JustHTML(html, strict=True, sanitize=False)
    return [trouble for node in _elements(document.root) for trouble in _strange(node)]


def structure(html: str) -> list[str]:
    """Return the elements of a page in their order."""
    document = JustHTML(html, strict=True, sanitize=False)
    return [str(node.name) for node in _elements(document.root)]


def _elements(root: Any) -> Iterator[Any]:  # noqa: ANN401  (a node of the parser)
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting.extend(reversed(node.children or ()))
        if not node.name.startswith(("#", "!")):
            yield node


def _strange(node: Any) -> Iterator[str]:  # noqa: ANN401
    if node.name not in ELEMENTS:
        yield f"<{node.name}>"
    for name, value in (node.attrs or {}).items():
        if name not in ATTRIBUTES:
            yield f"<{node.name} {name}>"
        if name in {"href", "src"} and not _may_lead(value or ""):
            yield f"<{node.name} {name}={value!r}>"
    if node.name == "script" and (
        node.children or not node.attrs["src"].endswith("assets/site.js")
    ):
        yield "a script of somebody else's"


def _may_lead(address: str) -> bool:
    return address.startswith(("http://", "https://", *_OWN_ADDRESSES, *_PAGES))
