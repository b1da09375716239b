# SPDX-License-Identifier: GPL-3.0-or-later
"""Mistakes in a policy, each with the file and the line that it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.policy.merge import KEYED, id_of
from bot.toml_document import TomlDocument


@dataclass(frozen=True, slots=True)
class Layer:
    """One file of the chain of ``extends``."""

    path: Path
    document: TomlDocument


def duplicates(layers: Sequence[Layer]) -> list[str]:
    """Return a line for each id that one file gives twice."""
    mistakes = []
    for layer in layers:
        for key in KEYED:
            seen: set[str] = set()
            tables = layer.document.values.get(key, [])
            for place, table in enumerate(tables if isinstance(tables, list) else []):
                name = id_of(table)
                if name in seen:
                    line = layer.document.line_of((key, place, "id"))
                    mistakes.append(f"{layer.path}:{line}: {key} {name}: stands here twice")
                elif name is not None:
                    seen.add(name)
    return mistakes


def describe(error: Any, merged: dict[str, Any], layers: Sequence[Layer]) -> str:  # noqa: ANN401
    """Say where a mistake stands: in the nearest file of the chain that writes the place."""
    path = tuple(error["loc"])
    name = None
    if len(path) > 1 and path[0] in KEYED and isinstance(path[1], int):
        table = merged[path[0]][path[1]]
        name = id_of(table)
    for layer in layers:
        local = _local_path(path, name, layer)
        line = layer.document.line_of(local) if local else None
        if line is not None:
            return f"{layer.path}:{line}: {_place(path, name)}: {_reason(error)}"
    return f"{layers[0].path}:1: {_place(path, name)}: {_reason(error)}"


def place_of(mistake: str) -> tuple[str, int]:
    """The file and the line that a mistake begins with, to sort by."""
    file, line, _rest = mistake.split(":", 2)
    return file, int(line) if line.isdigit() else 0


def _local_path(
    path: tuple[str | int, ...],
    name: str | None,
    layer: Layer,
) -> tuple[str | int, ...] | None:
    """The same place in one file: merging by id has changed the index."""
    if len(path) < 2 or path[0] not in KEYED:
        return path
    tables = layer.document.values.get(str(path[0]), [])
    for place, table in enumerate(tables if isinstance(tables, list) else []):
        if name is not None and id_of(table) == name:
            return (path[0], place, *path[2:])
    if isinstance(tables, list) and name is None:
        unnamed = [place for place, table in enumerate(tables) if id_of(table) is None]
        return (path[0], unnamed[0], *path[2:]) if unnamed else None
    return None


def _place(path: Sequence[str | int], name: str | None) -> str:
    steps = [str(step) for step in path]
    if name is not None:
        steps[1] = str(name)
    return " ".join(steps)


def _reason(error: Any) -> str:  # noqa: ANN401
    kind = error["type"]
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is not a key that a policy has"
    given = error.get("input")
    message = str(error["msg"]).removeprefix("Input ").replace("String should", "should")
    if isinstance(given, (str, int, float, bool)):
        return f"{str(given)[:60]!r} {message}"
    return message
