# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the bench."""

from __future__ import annotations

import json
import lzma
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import click

from bench.reading.fields import FIELDS, RIGHT, SKIP, UNKNOWN, WRONG, Row
from bench.reading.git_tree import GitTree
from bench.reading.packages import Read, read_packages
from bench.reading.patch_speed import print_patch_speed
from bench.reading.shapes import compare_shapes
from bench.reading.speed import print_speed

_PER_CLASS = 6


@click.command()
@click.option("--tree", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--table", type=click.Path(exists=True, path_type=Path))
@click.option("--commit", default="HEAD", show_default=True)
@click.option("--examples", type=click.Choice([*FIELDS]), help="Print what is wrong or unknown.")
@click.option("--shape", is_flag=True, help="Compare the reader's shapes with Guile's read.")
@click.option("--only", default="gnu/", help="Read the packages of these paths only.")
def main(  # noqa: PLR0913  (an argument for each option)
    *, tree: Path, table: Path | None, commit: str, examples: str | None, shape: bool, only: str
) -> None:
    """Read every package of a Guix tree and compare it with what Guile evaluated."""
    files = GitTree(tree, commit)
    if shape:
        compare_shapes(files)
    else:
        print_speed(files)
        print_patch_speed()
        if table is not None:
            _compare(files, _rows(table), examples, only)
    files.close()


def _rows(table: Path) -> list[Row]:
    with lzma.open(table, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _compare(files: GitTree, rows: list[Row], examples: str | None, only: str) -> None:
    started = time.perf_counter()
    read = read_packages(files, files.paths(only))
    seconds = time.perf_counter() - started
    known = [one for one in read if one.definition is not None]
    print(
        f"{len(known)} public packages read in {seconds:.1f} s;"
        f" {len(read) - len(known)} public names not known"
    )
    pairs, missing = _pair(
        known, [row for row in rows if row["location"].startswith(only) or only == "gnu/"]
    )
    print(f"{len(rows)} packages in the table; {len(missing)} of them not found\n")
    _print_fields(pairs, missing)
    if examples:
        _print_examples(pairs, examples)
        if examples == "name+version":
            _print_missing(missing, [one for one in read if one.definition is None])


def _pair(read: Iterable[Read], rows: list[Row]) -> tuple[list[tuple[Read, Row]], list[Row]]:
    """Pair what is read with what was evaluated, by place and name, then by name and version."""
    by_place: dict[tuple[str, str | None], list[Read]] = defaultdict(list)
    by_name: dict[tuple[str | None, str | None], list[Read]] = defaultdict(list)
    for one in read:
        if one.definition is None:
            continue
        by_place[one.location, one.definition.name].append(one)
        by_name[one.definition.name, one.definition.version].append(one)
    pairs, missing = [], []
    for row in rows:
        same = by_name[row["name"], row["version"]]
        place = by_place[row["location"], row["name"]]
        exact = [one for one in same if one in place] if len(same) > 1 else same
        candidates = exact or same or (place if len(place) == 1 else [])
        if candidates:
            pairs.append((candidates[0], row))
        else:
            missing.append(row)
    return pairs, missing


def _print_fields(pairs: list[tuple[Read, Row]], missing: list[Row]) -> None:
    print(
        f"{'field':<14} {'right':>7} {'wrong':>6} {'unknown':>8} {'not judged':>11}"
        f"  {'right':>8} {'wrong':>8}"
    )
    for name, judge in FIELDS.items():
        counts = Counter({UNKNOWN: len(missing)})
        for one, row in pairs:
            if one.definition is not None:
                counts[judge(one.definition, row)[0]] += 1
        total = counts[RIGHT] + counts[WRONG] + counts[UNKNOWN]
        print(
            f"{name:<14} {counts[RIGHT]:>7} {counts[WRONG]:>6} {counts[UNKNOWN]:>8}"
            f" {counts[SKIP]:>11}"
            f"  {counts[RIGHT] / total:>8.3%} {counts[WRONG] / total:>8.3%}"
        )


def _print_examples(pairs: list[tuple[Read, Row]], field: str) -> None:
    classes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one, row in pairs:
        if one.definition is None:
            continue
        verdict, text = FIELDS[field](one.definition, row)
        if verdict == WRONG:
            classes[verdict, ""].append(f"{one.path} {one.variable}: {text}")
        elif verdict == UNKNOWN:
            classes[verdict, text].append(f"{one.path} {one.variable}")
    for (verdict, reason), found in sorted(classes.items(), key=lambda item: -len(item[1])):
        print(f"\n{len(found)} {verdict}: {reason}")
        for text in found if verdict == WRONG else found[:_PER_CLASS]:
            print(f"    {text}")


def _print_missing(missing: list[Row], unread: list[Read]) -> None:
    print(f"\n{len(missing)} not found:")
    for row in missing:
        print(f"    {row['location']} {row['name']} {row['version']}")
    classes: dict[str, list[str]] = defaultdict(list)
    for one in unread:
        classes[one.reason].append(f"{one.path} {one.variable}")
    for reason, names in sorted(classes.items(), key=lambda item: -len(item[1])):
        print(f"\n{len(names)} public names not known: {reason}")
        for name in names[:_PER_CLASS]:
            print(f"    {name}")
