# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge every package of a clone's tip as if one patch had added it.

    python -m bench.whole_tree --repo CLONE

A patch list shows few models; this shows what is taken for one among all packages that there
are, and which come nearest to it.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.history.tally import Tally
from bot.guix.changes import package_changes
from bot.limits import DEFAULT_LIMITS
from bot.models.assess import assess
from bot.models.assessment import ModelPackage
from bot.patch.change import Basis, ChangeKind, FileChange, FileText, Region
from bot.patch.tree import Tip, Tree

_LIMITS = replace(
    DEFAULT_LIMITS,
    packages_per_series=1_000_000,
    series_characters=1_000_000_000,
    evaluation_steps_per_series=1_000_000_000,
    data_per_series=1_000_000_000,
)


def main() -> None:
    """Read the arguments, judge file by file, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.whole_tree", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--repo", type=Path, required=True, help="a clone of Guix")
    parser.add_argument("--branch", default="HEAD")
    parser.add_argument("--path", default="gnu/packages", help="folder (default gnu/packages)")
    parser.add_argument("--near", type=int, default=50, help="points from which to list the rest")
    options = parser.parse_args()
    tally = Tally("whole tree")
    near: list[str] = []
    with Tree(options.repo, options.branch) as tree:
        for path in _scheme_files(options.repo, options.branch, options.path):
            near += _judge_file(tree.tip(), path, tally, options.near)
    print(tally.text())
    print(f"not models, with {options.near} points or more: {len(near)}")
    print("\n".join(f"  {line}" for line in near))


def _scheme_files(repository: Path, branch: str, folder: str) -> Iterator[str]:
    command = ["git", "-C", str(repository), "ls-tree", "-r", "--name-only", "-z", branch, folder]
    listed = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    yield from (path for path in listed.split("\0") if path.endswith(".scm"))


def _judge_file(tree: Tip, path: str, tally: Tally, near: int) -> Iterator[str]:
    text = tree.text(path)
    if text is None:
        tally.errors.append(f"{path} is not in the clone")
        return
    start = time.perf_counter()
    reading = package_changes((_added(path, text),), limits=_LIMITS)
    judged = assess(reading.changes)
    tally.add_time(path, time.perf_counter() - start)
    tally.add_problems(reading.problems)
    tally.add_packages(path.rpartition("/")[2], "", judged)
    for model in judged:
        if not model.is_model and _points(model) >= near:
            yield f"{model.change.package.name} {_points(model)}: {model.reason[:200]}"


def _points(model: ModelPackage) -> int:
    return sum(item.weight for item in model.evidence)


def _added(path: str, text: str) -> FileChange:
    lines = tuple(range(1, text.count("\n") + 1))
    after = FileText((Region(1, text, "", lines),), complete=True)
    return FileChange(ChangeKind.ADDED, path, None, None, after, Basis.WHOLE, message_id=path)


if __name__ == "__main__":
    main()
