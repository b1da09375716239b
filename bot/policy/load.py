# SPDX-License-Identifier: GPL-3.0-or-later
"""Find, read, merge and check policies; every mistake at once, each with its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.builtin_config import builtin_config_directory
from bot.policy.model import Policy
from bot.toml_document import TomlDocument, TomlSyntaxError

DEFAULT_POLICY = "guix"
_MAXIMUM_BYTES = 1_000_000
_MAXIMUM_DEPTH = 8
_KEYED = ("rules", "licenses")
"""Lists of tables that are merged by ``id``; every other table is merged key by key."""


class PolicyError(ValueError):
    """The policy cannot be used; the message holds one line for each mistake."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """One file of the chain of ``extends``."""

    path: Path
    document: TomlDocument


def policy_names() -> tuple[str, ...]:
    """Return the names of the policies that come with Weighbridge."""
    directory = builtin_config_directory() / "policies"
    return tuple(sorted(path.stem for path in directory.glob("*.toml")))


def load_policy(name_or_file: str = DEFAULT_POLICY) -> Policy:
    """Return the policy of that name, or that a file of that path holds.

    A name with a slash or ending in ``.toml`` is a file.  Raises ``PolicyError`` with all
    mistakes, each as ``FILE:LINE: PLACE: what is wrong``.
    """
    layers = _chain(_path_of(name_or_file, None))
    merged: dict[str, Any] = {}
    for layer in reversed(layers):
        merged = _merge(merged, layer.document.values)
    mistakes = _duplicates(layers)
    try:
        policy = Policy.model_validate(_as_tuples(merged))
    except ValidationError as error:
        mistakes += [_describe(item, merged, layers) for item in error.errors()]
        raise PolicyError("\n".join(mistakes)) from error
    if mistakes:
        raise PolicyError("\n".join(mistakes))
    return policy


def _path_of(name: str, beside: Path | None) -> Path:
    if "/" in name or name.endswith(".toml"):
        path = Path(name).expanduser()
        return beside.parent / path if beside and not path.is_absolute() else path
    if name not in policy_names():
        raise PolicyError(
            f"there is no policy {name!r}: choose one of {', '.join(policy_names())}, "
            "or give the path of a file that ends in .toml"
        )
    return builtin_config_directory() / "policies" / f"{name}.toml"


def _chain(path: Path) -> list[_Layer]:
    """Return the file and what it extends, the nearest first."""
    layers: list[_Layer] = []
    while True:
        layer = _read(path)
        layers.append(layer)
        parent = layer.document.values.get("extends")
        if not isinstance(parent, str):
            return layers
        line = layer.document.line_of(("extends",)) or 1
        try:
            path = _path_of(parent, layer.path)
        except PolicyError as error:
            raise PolicyError(f"{layer.path}:{line}: extends: {error}") from error
        if path.resolve() in {known.path.resolve() for known in layers}:
            raise PolicyError(f"{layer.path}:{line}: extends: the policies extend each other")
        if len(layers) == _MAXIMUM_DEPTH:
            raise PolicyError(
                f"{layer.path}:{line}: extends: more than {_MAXIMUM_DEPTH} files deep"
            )


def _read(path: Path) -> _Layer:
    try:
        content = path.read_bytes()[: _MAXIMUM_BYTES + 1]
        text = content.decode()
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path}: is not UTF-8 text") from error
    if len(content) > _MAXIMUM_BYTES:
        raise PolicyError(f"{path}: is larger than {_MAXIMUM_BYTES} bytes")
    try:
        return _Layer(path, TomlDocument(text))
    except TomlSyntaxError as error:
        raise PolicyError(f"{path}:{error.line or 1}: {error}") from error


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if key in _KEYED and isinstance(value, list) and isinstance(below, list):
            merged[key] = _merge_by_id(below, value)
        elif isinstance(value, dict) and isinstance(below, dict):
            merged[key] = {**below, **value}
        else:
            merged[key] = value
    return merged


def _id_of(table: object) -> str | None:
    name = table.get("id") if isinstance(table, dict) else None
    return name if isinstance(name, str) else None


def _merge_by_id(base: list[Any], over: list[Any]) -> list[Any]:
    """A table with a known id changes the keys that it names and leaves the others."""
    merged = list(base)
    places = {_id_of(table): place for place, table in enumerate(merged)}
    places.pop(None, None)
    for table in over:
        name = _id_of(table)
        if name in places:
            merged[places[name]] = {**merged[places[name]], **table}
        else:
            merged.append(table)
    return merged


def _duplicates(layers: Sequence[_Layer]) -> list[str]:
    mistakes = []
    for layer in layers:
        for key in _KEYED:
            seen: set[str] = set()
            tables = layer.document.values.get(key, [])
            for place, table in enumerate(tables if isinstance(tables, list) else []):
                name = _id_of(table)
                if name in seen:
                    line = layer.document.line_of((key, place, "id"))
                    mistakes.append(f"{layer.path}:{line}: {key} {name}: stands here twice")
                elif name is not None:
                    seen.add(name)
    return mistakes


def _as_tuples(value: Any) -> Any:  # noqa: ANN401  (any TOML value)
    """Lists as tuples: the models are strict, and frozen values hold tuples."""
    if isinstance(value, dict):
        return {key: _as_tuples(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_as_tuples(item) for item in value)
    return value


def _describe(error: Any, merged: dict[str, Any], layers: Sequence[_Layer]) -> str:  # noqa: ANN401
    """Say where a mistake stands: in the nearest file of the chain that writes the place."""
    path = tuple(error["loc"])
    name = None
    if len(path) > 1 and path[0] in _KEYED and isinstance(path[1], int):
        table = merged[path[0]][path[1]]
        name = _id_of(table)
    for layer in layers:
        local = _local_path(path, name, layer)
        line = layer.document.line_of(local) if local else None
        if line is not None:
            return f"{layer.path}:{line}: {_place(path, name)}: {_reason(error)}"
    return f"{layers[0].path}:1: {_place(path, name)}: {_reason(error)}"


def _local_path(
    path: tuple[str | int, ...],
    name: str | None,
    layer: _Layer,
) -> tuple[str | int, ...] | None:
    """The same place in one file: merging by id has changed the index."""
    if len(path) < 2 or path[0] not in _KEYED:
        return path
    tables = layer.document.values.get(str(path[0]), [])
    for place, table in enumerate(tables if isinstance(tables, list) else []):
        if name is not None and _id_of(table) == name:
            return (path[0], place, *path[2:])
    if isinstance(tables, list) and name is None:
        unnamed = [place for place, table in enumerate(tables) if _id_of(table) is None]
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
