# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages that are models because others are: however many, and in whatever circle."""

from __future__ import annotations

from bot.models.assess import assess
from tests.models.factory import added, origin, package, source

_NET = source("https://storage.lczero.org/files/networks/x")


def test_a_long_chain_of_heirs_is_followed_in_either_order() -> None:
    heirs = [
        package(f"p{n}", inherits=(f"p{n - 1}",), build_system="copy", synopsis="Speech model")
        for n in range(1, 400)
    ]
    packages = [package("p0", _NET, build_system="copy"), *heirs]
    for order in (packages, packages[::-1]):
        assert all(judged.is_model for judged in assess(tuple(map(added, order))))


def test_packages_that_inherit_from_each_other_are_judged() -> None:
    # What makes the first one a model is that the second is called one and is none.
    first = package(
        "a", inherits=("b-weights",), build_system="copy", synopsis="Speech recognition model"
    )
    second = package(
        "b",
        origin("input", "https://example.org/x.onnx"),
        variable="b-weights",
        inherits=("a",),
        build_system=None,
    )
    judged = assess((added(first), added(second)))
    assert [one.change.package.name for one in judged] == ["a", "b"]
