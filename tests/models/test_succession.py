# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches of one series that touch one package."""

from __future__ import annotations

from dataclasses import replace

from bot.guix.package import PackageChange
from bot.models.assess import assess
from bot.models.succession import together
from bot.patch.change import Basis
from tests.models.factory import added, changed, moved, package, removed, source

_MODEL = package(
    "vosk-model-xx",
    source("https://alphacephei.com/vosk/models/vosk-model-xx.zip"),
    build_system="copy",
)
_FIXED = replace(_MODEL, substitutable=False)


def _in_mails(*changes: PackageChange) -> list[PackageChange]:
    return [replace(change, message_id=f"{n}@example.org") for n, change in enumerate(changes)]


def test_added_then_put_right_is_added_as_the_last_leaves_it() -> None:
    fix = replace(changed(_MODEL, ("arguments",)), after=_FIXED, basis=Basis.LOCATED)
    (model,) = assess(_in_mails(added(_MODEL), fix))
    assert model.needs_report
    assert (model.change.kind, model.change.before) == ("added", None)
    assert model.change.after is _FIXED
    assert model.change.basis is Basis.LOCATED


def test_changed_there_and_back_needs_no_report() -> None:
    there = replace(changed(_MODEL, ("arguments",)), after=_FIXED)
    back = replace(changed(_FIXED, ("arguments",)), after=_MODEL)
    (model,) = assess(_in_mails(there, back))
    assert model.change.kind == "changed"
    assert not model.needs_report


def test_added_and_removed_again_is_nothing() -> None:
    assert together(_in_mails(added(_MODEL), removed(_MODEL))) == ()
    gone = together(_in_mails(changed(_MODEL, ("license",)), removed(_MODEL)))
    assert [(change.kind, change.before) for change in gone] == [("removed", _MODEL)]


def test_added_and_then_moved_is_added() -> None:
    (change,) = together(_in_mails(added(_MODEL), moved(_MODEL)))
    assert change.kind == "added"


def test_what_cannot_be_joined_stays() -> None:
    one_mail = [added(_MODEL), changed(_MODEL, ("license",))]
    assert together(one_mail) == tuple(one_mail)
    partial = _in_mails(added(_MODEL), changed(_MODEL, ("license",), partial=True))
    assert together(partial) == tuple(partial)
    nameless = replace(_MODEL, variable=None, name=None)
    twice = _in_mails(added(nameless), changed(nameless, ("license",)))
    assert together(twice) == tuple(twice)
    others = _in_mails(added(_MODEL), added(package("other")))
    assert together(others) == tuple(others)
