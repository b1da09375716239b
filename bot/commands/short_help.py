# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command is for, in a few words, read off its source without importing it.

To import all of them takes more than a second: too long for a list that a shell shows at the
press of a key.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from importlib.abc import InspectLoader
from importlib.util import find_spec

import click


@lru_cache(maxsize=64)
def short_help(place: str, length: int) -> str:
    """Return the first sentence of the docstring of the function at "module:attribute".

    Cut to ``length`` characters.  Empty where the installation has no sources, or the command is
    made in another way.
    """
    module, _, attribute = place.partition(":")
    for node in ast.parse(_source(module)).body:
        if isinstance(node, ast.FunctionDef) and node.name == attribute:
            return click.Command(None, help=ast.get_docstring(node)).get_short_help_str(length)
    return ""


def _source(module: str) -> str:
    spec = find_spec(module)
    loader = spec.loader if spec else None
    return (loader.get_source(module) if isinstance(loader, InspectLoader) else None) or ""
