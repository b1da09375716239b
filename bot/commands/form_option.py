# SPDX-License-Identifier: GPL-3.0-or-later
"""The option ``--format`` of commands that print lines for a person or for a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Function = TypeVar("_Function", bound=Callable[..., Any])


def form_option(json_help: str) -> Callable[[_Function], _Function]:
    """Return what adds ``--format text|json``; the command takes it as ``form``.

    ``json_help`` says what a line is with json.
    """
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help=f"json: {json_help}",
    )
