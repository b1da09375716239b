# SPDX-License-Identifier: GPL-3.0-or-later
"""No regular expression is one that the Python of Debian 12 (3.11.2) gets wrong.

Up to Python 3.11.4 a possessive repeat gives wrong results where what it repeats has to go back:
where it holds alternatives or repeats that are not possessive themselves.  An atomic group around
a greedy repeat is right everywhere (https://github.com/python/cpython/issues/106052).
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import bot

_PARSER: Any = import_module("re._parser")
_GOING_BACK = {"BRANCH", "MAX_REPEAT", "MIN_REPEAT"}


def _patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if ".migrations." in module.name or module.name.endswith("__main__"):
            continue
        for name, value in vars(import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                yield f"{module.name}.{name}", value


def _operations(parsed: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  (of a private module)
    """Yield the operations of a parsed expression, and those inside them."""
    stack = [parsed]
    while stack:
        one = stack.pop()
        if isinstance(one, _PARSER.SubPattern):
            for operation, arguments in one:
                yield str(operation), arguments
                stack.append(arguments)
        elif isinstance(one, tuple | list):
            stack.extend(one)


def _goes_wrong(pattern: str | bytes, flags: int) -> bool:
    return any(
        operation == "POSSESSIVE_REPEAT"
        and any(inner in _GOING_BACK for inner, _ in _operations(arguments))
        for operation, arguments in _operations(_PARSER.parse(pattern, flags))
    )


def test_no_possessive_repeat_is_of_something_that_goes_back() -> None:
    patterns = dict(_patterns())
    assert len(patterns) > 100
    wrong = [name for name, one in patterns.items() if _goes_wrong(one.pattern, one.flags)]
    assert not wrong, "write (?>(?:…)*) for (?:…)*+"


def test_what_goes_wrong_is_seen() -> None:
    assert _goes_wrong(r"x(?:[^}\\]|\\.)*+", 0)
    assert _goes_wrong(r"(?:ab?c)*+", 0)
    assert not _goes_wrong(r"(?>(?:[^}\\]|\\.)*)", 0)
    assert not _goes_wrong(r"[a-z]++(?:\\.[^x]*+)*+", 0)
