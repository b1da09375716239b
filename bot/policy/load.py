# SPDX-License-Identifier: GPL-3.0-or-later
"""Find, read, merge and check policies; every mistake at once, each with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.builtin_config import builtin_config_directory
from bot.policy.merge import as_tuples, merged_tables
from bot.policy.mistakes import Layer, describe, duplicates, place_of
from bot.policy.model import Policy
from bot.policy.names import DEFAULT_POLICY, policy_names
from bot.toml_document import TomlDocument, TomlSyntaxError

_MAXIMUM_BYTES = 1_000_000
_MAXIMUM_DEPTH = 8


class PolicyError(ValueError):
    """The policy cannot be used; the message holds one line for each mistake."""


def load_policy(name_or_file: str = DEFAULT_POLICY) -> Policy:
    """Return the policy of that name, or that a file of that path holds.

    A name with a slash or ending in ``.toml`` is a file.  Raises ``PolicyError`` with all
    mistakes, each as ``FILE:LINE: PLACE: what is wrong``.
    """
    layers = _chain(_path_of(name_or_file, None))
    merged: dict[str, Any] = {}
    for layer in reversed(layers):
        merged = merged_tables(merged, layer.document.values)
    mistakes = duplicates(layers)
    try:
        policy = Policy.model_validate(as_tuples(merged))
    except ValidationError as error:
        mistakes += [describe(item, merged, layers) for item in error.errors()]
        raise PolicyError("\n".join(sorted(mistakes, key=place_of))) from error
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


def _chain(path: Path) -> list[Layer]:
    """Return the file and what it extends, the nearest first."""
    layers: list[Layer] = []
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


def _read(path: Path) -> Layer:
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
        return Layer(path, TomlDocument(text))
    except TomlSyntaxError as error:
        raise PolicyError(f"{path}:{error.line or 1}: {error}") from error
