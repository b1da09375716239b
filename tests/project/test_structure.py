# SPDX-License-Identifier: GPL-3.0-or-later
"""The rooms know what they may know (docs/architecture.md), and nothing imports in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "bot").rglob("*.py"))
}

MUST_NOT_KNOW = {
    "sources": {
        "repository",
        "patch",
        "scheme",
        "guix",
        "models",
        "checks",
        "report",
        "reply",
        "store",
    },
    "repository": {
        "patch",
        "mail",
        "scheme",
        "guix",
        "models",
        "checks",
        "report",
        "reply",
        "store",
    },
    "hooks": {"patch", "mail", "scheme", "guix", "models", "checks", "report", "reply", "store"},
    "mail": {"scheme", "guix", "models", "checks", "report", "reply", "store", "sources"},
    "patch": {"scheme", "guix", "models", "checks", "report", "reply", "store", "sources"},
    "scheme": {"guix", "patch", "mail", "models", "checks", "report", "reply", "store"},
    "guix": {"models", "checks", "report", "reply", "store", "mail", "sources"},
    "models": {"checks", "policy", "report", "reply", "store", "mail", "sources", "upstream"},
    "upstream": {"mail", "checks", "report", "reply", "store", "sources", "policy"},
    "checks": {"mail", "sources", "report", "reply", "store", "service"},
    "report": {"reply", "store", "sources", "service", "scheme"},
    "reply": {
        *("scheme", "patch", "sources", "upstream", "service", "triage", "steering", "trust"),
        "site",
    },
    "trust": {
        *("scheme", "guix", "patch", "models", "upstream", "policy", "checks", "report", "reply"),
        *("store", "sources", "service", "config", "steering", "site"),
    },
    "steering": {
        *("scheme", "patch", "guix", "models", "sources", "upstream", "service", "triage", "site"),
    },
    "store": {
        *("mail", "scheme", "patch", "guix", "models", "sources", "reply", "service"),
        *("steering", "trust", "site"),
    },
    "site": {
        "sources",
        "mail",
        "patch",
        "scheme",
        "guix",
        "models",
        "upstream",
        "reply",
        "service",
        "triage",
        "config",
        "trust",
        "steering",
    },
    "triage": {"store", "service", "reply", "sources", "config"},
}

ONLY_IN = {
    "aiosmtplib": {"reply"},
    "apscheduler": {"service"},
    "dkim": {"reply", "trust"},
    "dns": {"service", "trust"},
    "jinja2": {"site"},
    "mailparser": {"mail"},
    "publicsuffixlist": {"trust"},
    "requests": {"upstream", "sources"},
    "sqlalchemy": {"store"},
    "unidiff": {"patch"},
}
"""Distributions, and the rooms that may import them."""

TYPES = {"sqlalchemy.Connection", "sqlalchemy"}
"""What the store hands out, and others may name."""


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def _imports(path: Path) -> Iterator[str]:
    """Yield the full name of every module imported (and what is taken out of it)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in for_types_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _own_imports(module: str) -> set[str]:
    return {name for name in _imports(MODULES[module]) if name in MODULES and name != module}


@pytest.mark.parametrize("room", sorted(MUST_NOT_KNOW))
def test_a_room_imports_nothing_that_it_must_not_know(room: str) -> None:
    found = [
        f"{module} imports {imported}"
        for module in MODULES
        if _room(module) == room
        for imported in _own_imports(module)
        if _room(imported) in MUST_NOT_KNOW[room]
    ]
    assert not found


@pytest.mark.parametrize("distribution", sorted(ONLY_IN))
def test_a_library_stays_behind_its_room(distribution: str) -> None:
    users = {
        _room(module)
        for module, path in MODULES.items()
        for imported in set(_imports(path)) - TYPES
        if imported.split(".")[0] == distribution
    }
    assert users <= ONLY_IN[distribution]


def test_no_module_imports_itself_in_a_circle() -> None:
    # Importing a.b runs a/__init__ too, but a package's docstring-only __init__ closes no circle.
    graph = {module: _own_imports(module) for module in MODULES}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle
