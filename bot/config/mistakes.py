# SPDX-License-Identifier: GPL-3.0-or-later
"""Mistakes in a configuration, each as one line: the key's path, what is wrong, what is allowed."""

from __future__ import annotations

import difflib
import re
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_SECRET_KEY = re.compile(r"(?:^|_)(?:password|passwd|secret|token|api_?key|private_key)$")
_URL_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]{0,30}://[^/\s:@]{0,200}:[^/\s@]{1,200}@")
_ADVICE = {
    "password": "put it into the environment (WEIGHBRIDGE_SMTP_PASSWORD) or into a file "
    "(smtp.password_file)",
    "database": "put the URL into the environment (WEIGHBRIDGE_DATABASE_URL) or into a file "
    "(WEIGHBRIDGE_DATABASE_URL_FILE)",
}


def find_secrets(table: dict[str, Any]) -> list[str]:
    """Return one mistake for each secret that stands in the TOML itself, without repeating it."""
    mistakes = []
    waiting: list[tuple[str, object]] = [("", table)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((f"{path}.{key}".lstrip("."), part) for key, part in value.items())
        elif isinstance(value, list):
            waiting.extend((f"{path}.{index}", part) for index, part in enumerate(value))
        elif _is_secret(path.rpartition(".")[2], value):
            key = path.rpartition(".")[2]
            advice = _ADVICE.get(key, "put it into the environment or into a file")
            mistakes.append(f"{path}: a secret must not stand in this file; {advice}")
    return sorted(mistakes)


def _is_secret(key: str, value: object) -> bool:
    if not isinstance(value, str):
        return False
    return bool(_SECRET_KEY.search(key) or _URL_PASSWORD.match(value))


def describe_mistakes(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """Return one line for each error of ``error``; values are not repeated where they may be long.

    ``model`` is the model at the top; it tells which keys are allowed where one is unknown.
    """
    lines = []
    for detail in error.errors(include_url=False):
        location = [part for part in detail["loc"] if not _is_union_tag(part)]
        path = ".".join(str(part) for part in location) or "configuration"
        lines.append(f"{path}: {_reason(detail, model)}")
    return list(dict.fromkeys(lines))


def _is_union_tag(part: int | str) -> bool:
    """Tell whether pydantic put the name of a union's member into the path."""
    return isinstance(part, str) and (
        part.startswith(("literal[", "function-")) or part == "datetime"
    )


def _reason(detail: ErrorDetails, model: type[BaseModel]) -> str:
    if detail["type"] == "extra_forbidden":
        return _unknown_key(detail["loc"], model)
    if detail["type"] == "missing":
        return "is missing"
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    shown = detail["input"]
    if isinstance(shown, str | int | float | bool) and len(str(shown)) <= 60:
        return f"{message} (it is {shown!r})"
    return message


def _unknown_key(location: tuple[int | str, ...], model: type[BaseModel]) -> str:
    allowed = _allowed_keys(location[:-1], model)
    close = difflib.get_close_matches(str(location[-1]), allowed, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    return f"unknown key{hint}; allowed here: {', '.join(allowed)}"


def _allowed_keys(location: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    current = model
    for part in location:
        if isinstance(part, str):
            inner = _field_model(current, part)
            if inner is None:
                return []
            current = inner
    return sorted(
        field.alias or name
        for name, field in current.model_fields.items()
        if not _SECRET_KEY.search(name)
    )


def _field_model(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    """Return the model behind ``key``, also inside ``X | None`` or ``tuple[X, ...]``."""
    for name, field in model.model_fields.items():
        if key in (name, field.alias):
            candidates = (field.annotation, *getattr(field.annotation, "__args__", ()))
            for candidate in candidates:
                if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                    return candidate
    return None
