# SPDX-License-Identifier: GPL-3.0-or-later
"""Series of very many mails."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.hostile.mails import MODULE, changed_file, hunk, new_file, patch_mail
from tests.hostile.packages import model

_EACH = 40


def _added(number: int) -> str:
    lines = [line for one in range(_EACH) for line in model(f"m{number}-{one}")]
    return new_file([*MODULE, *lines], f"gnu/packages/f{number}.scm")


def _to_one_file(number: int) -> str:
    """One patch that adds models at the end of what the others added."""
    lines = ["+" + line for one in range(_EACH) for line in model(f"m{number}-{one}")]
    return changed_file([hunk(number * 1_000 + 1, [" ", " ", *lines])])


def _to_one_package(number: int) -> str:
    lines = [
        "   (package",
        '     (name "big-model")',
        f'-    (version "{number}")',
        f'+    (version "{number + 1}")',
        "     (source (origin",
        "               (method url-fetch)",
        f'-              (uri "https://huggingface.co/a/b/resolve/{number}/m.onnx")',
        f'+              (uri "https://huggingface.co/a/b/resolve/{number + 1}/m.onnx")',
    ]
    return changed_file([hunk(11, lines, "(define-public big-model")])


def _series(diff: Callable[[int], str]) -> Callable[[int], list[bytes]]:
    return lambda count: [patch_mail(diff(n), n + 1, count) for n in range(count)]


Made = tuple[Callable[[int], list[bytes]], int, int]

CASES: Mapping[str, Made] = {
    "a series that adds files": (_series(_added), 100, 4),
    "a series that adds to one file": (_series(_to_one_file), 100, 4),
    "a series that changes one package": (_series(_to_one_package), 100, 10),
    "a long series that changes one package": (_series(_to_one_package), 1_000, 10),
}
"""By name: what makes it, its full size and a small one."""
