# SPDX-License-Identifier: GPL-3.0-or-later
"""Bars for the figures: lengths in per cent, so that a chart is as wide as the page that shows it.

A row is a line of text high whatever the width, so its words stay as large as the page's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Words: TypeAlias = Callable[[int], str]
"""Puts a value into words."""
_NICE = (1, 2, 5)
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar."""

    kind: str
    """Names its colour: ``fail``, ``off`` …"""
    value: int
    start: float
    """Per cent of the chart's width."""
    width: float
    shown: str
    """The value in words."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart."""

    label: str
    parts: tuple[Part, ...]
    total: int
    end: float
    """Where the bar ends, in per cent."""
    shown: str
    """The total in words."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars on one scale."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    """(per cent, value in words)."""


def chart(
    rows: Sequence[tuple[str, Mapping[str, int]]],
    words: Words,
    *,
    binary: bool = False,
) -> Chart:
    """Return a chart of ``rows``: (label, value of each kind, in the order of the parts).

    ``words`` puts a value into words; ``binary`` chooses round numbers of KiB, MiB and so on.
    """
    top = _top(max((sum(values.values()) for _, values in rows), default=0), binary=binary)
    step = top // _TICKS or 1
    ticks = tuple((100 * at / top, words(at)) for at in range(0, top + 1, step)) if top else ()
    return Chart(tuple(_bar(label, values, top, words) for label, values in rows), ticks)


def _bar(label: str, values: Mapping[str, int], top: int, words: Words) -> Bar:
    total = sum(values.values())
    end = round(100 * total / top, 3) if top else 0.0
    return Bar(label, tuple(_parts(values, top, words)), total, end, words(total))


def _parts(values: Mapping[str, int], top: int, words: Words) -> Iterator[Part]:
    start = 0.0
    for kind, value in values.items():
        if value > 0 and top:
            width = 100 * value / top
            yield Part(kind, value, round(start, 3), round(width, 3), words(value))
            start += width


def _top(largest: int, *, binary: bool) -> int:
    """The smallest round number that is no smaller: 1, 2 or 5 times a power, in five steps."""
    if largest <= 0:
        return 0
    if largest <= _TICKS:
        return largest
    unit = 1
    if binary:
        while largest > unit * 1024 * _TICKS:
            unit *= 1024
    power = unit
    while True:
        for nice in _NICE:
            if nice * power * _TICKS >= largest:
                return nice * power * _TICKS
        power *= 10
