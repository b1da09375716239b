# SPDX-License-Identifier: GPL-3.0-or-later
"""The option ``--policy`` that several commands take, and how its value completes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from bot.policy.names import DEFAULT_POLICY, policy_names

_Function = TypeVar("_Function", bound=Callable[..., Any])


def complete_policy(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the names that begin so; where none does, the shell completes files."""
    del context, parameter
    names = [CompletionItem(name) for name in policy_names() if name.startswith(incomplete)]
    return names or [CompletionItem(incomplete, type="file")]


def policy_option(function: _Function) -> _Function:
    """Add ``--policy NAME|FILE``; the command takes it as ``policy_name``."""
    add = click.option(
        "--policy",
        "policy_name",
        default=DEFAULT_POLICY,
        show_default=True,
        metavar="NAME|FILE",
        help="Rules to judge by; see 'weighbridge policy list'.",
        shell_complete=complete_policy,
    )
    return add(function)
