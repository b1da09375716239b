# SPDX-License-Identifier: GPL-3.0-or-later
"""The flag, in every form that it is written and not written in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.checks.finding import Finding, Status
from bot.checks.substitutable import check_substitutable
from bot.guix.package import PackageDefinition, PackageOrigin, UnknownField
from bot.models.assessment import ModelPackage
from tests.checks.factory import GOOD, GUIX, NET, PROGRAM, UNFLAGGED, facts, model


def _one(judged: ModelPackage) -> Finding:
    (finding,) = check_substitutable(judged, facts(), GUIX)
    assert finding.check == "substitutable"
    assert finding.source.startswith("https://")
    assert finding.rule in GUIX.rules_by_id
    return finding


@pytest.mark.parametrize(
    ("definition", "code", "status"),
    [
        (GOOD, "substitutable-ok", Status.PASS),
        (replace(GOOD, substitutable=True), "substitutable-true", Status.WARN),
        (replace(GOOD, substitutable="conditional"), "substitutable-conditional", Status.UNKNOWN),
        (replace(GOOD, substitutable="unknown"), "substitutable-unknown", Status.UNKNOWN),
        (UNFLAGGED, "substitutable-missing", Status.WARN),
        (replace(UNFLAGGED, build_system="gnu"), "substitutable-missing", Status.WARN),
        (replace(UNFLAGGED, build_system="trivial"), "substitutable-use-copy", Status.WARN),
        (replace(UNFLAGGED, build_system="pyproject"), "substitutable-not-accepted", Status.NOTE),
        (replace(UNFLAGGED, build_system=None), "substitutable-unknown", Status.UNKNOWN),
        (
            replace(UNFLAGGED, unknown=(UnknownField("arguments", "not shown"),)),
            "substitutable-unknown",
            Status.UNKNOWN,
        ),
    ],
)
def test_what_the_definition_says(definition: PackageDefinition, code: str, status: Status) -> None:
    finding = _one(model(definition))
    assert (finding.code, finding.status) == (code, status)


@pytest.mark.parametrize("build_system", ["trivial", "python", "pyproject", "cargo", "perl", "ant"])
def test_the_flag_is_never_advised_where_it_is_not_taken(build_system: str) -> None:
    finding = _one(model(replace(UNFLAGGED, build_system=build_system)))
    assert build_system in finding.message
    assert "copy-build-system" in finding.hint
    if finding.scheme:
        assert finding.scheme.startswith("    (build-system copy-build-system)\n")


@pytest.mark.parametrize("build_system", GUIX.substitutable.build_systems)
def test_it_is_advised_where_it_is_taken(build_system: str) -> None:
    assert len(GUIX.substitutable.build_systems) == 12
    finding = _one(model(replace(UNFLAGGED, build_system=build_system)))
    assert finding.code == "substitutable-missing"


def test_the_lines_to_write_fit_what_is_there() -> None:
    without = _one(model(UNFLAGGED))
    assert without.scheme == "    (arguments\n     (list\n      #:substitutable? #f))"
    assert without.line == 22
    beside = _one(
        model(
            replace(
                UNFLAGGED,
                argument_keywords=("install-plan",),
                field_lines=(*UNFLAGGED.field_lines, ("arguments", 23)),
            )
        )
    )
    assert beside.scheme == "      #:substitutable? #f"
    assert beside.line == 23
    assert "before #:install-plan" in beside.hint


def test_arguments_of_the_parent_are_kept() -> None:
    child = replace(
        UNFLAGGED,
        inherits=("vosk-model-small-eo",),
        argument_keywords=("install-plan",),
        field_lines=(("name", 13), ("license", 31)),
    )
    finding = _one(model(child))
    assert "come from vosk-model-small-eo" in finding.hint
    assert finding.scheme == (
        "    (arguments\n"
        "     (substitute-keyword-arguments (package-arguments vosk-model-small-eo)\n"
        "       ((#:substitutable? _ #f)\n"
        "        #f)))"
    )
    changing = replace(child, field_lines=(*child.field_lines, ("arguments", 20)))
    assert _one(model(changing)).scheme.startswith("       ((#:substitutable? _ #f)")
    odd = _one(model(replace(child, inherits=('a") (evil',))))
    assert not odd.scheme
    bare = _one(model(replace(child, argument_keywords=())))
    assert bare.hint.endswith("Add the field:")
    assert bare.scheme == without_arguments()


def without_arguments() -> str:
    return _one(model(UNFLAGGED)).scheme


@pytest.mark.parametrize(
    ("origin", "file"),
    [
        (
            replace(GOOD.origins[0], method="url-fetch", uris=("https://a.example/x/a.bin",)),
            "a.bin",
        ),
        (replace(GOOD.origins[0], method="url-fetch", file_name="b-1.bin"), "b-1.bin"),
        (GOOD.origins[0], "."),
        (replace(PROGRAM, method="git-fetch"), "."),
        (replace(GOOD.origins[0], method="url-fetch", uris=("https://a.example/a.tar.gz",)), "."),
        (replace(GOOD.origins[0], method="url-fetch", file_name='a"))'), None),
    ],
)
def test_copy_build_system_is_told_what_to_install(origin: PackageOrigin, file: str | None) -> None:
    finding = _one(model(replace(UNFLAGGED, build_system="trivial", origins=(origin,))))
    plan = f'#~\'(("{file}" "share/{GOOD.name}/"))))'
    assert (plan in finding.scheme) is (file is not None)
    assert finding.scheme.count("(") == finding.scheme.count(")")


def test_a_program_keeps_its_substitutes_whatever_its_arguments_are() -> None:
    reason = (UnknownField("arguments", "the patch does not show it"),)
    engine = replace(UNFLAGGED, origins=(PROGRAM, NET), build_system="gnu", unknown=reason)
    assert _one(model(engine, (1,))).code == "substitutable-program"


def test_a_program_keeps_its_substitutes() -> None:
    engine = replace(UNFLAGGED, origins=(PROGRAM, NET), build_system="gnu")
    finding = _one(model(engine, (1,)))
    assert (finding.code, finding.status) == ("substitutable-program", Status.NOTE)
    assert not finding.scheme


def test_an_inherited_true_says_from_where() -> None:
    fields = tuple(pair for pair in GOOD.field_lines if pair[0] != "substitutable?")
    child = replace(GOOD, substitutable=True, inherits=("parent",), field_lines=fields)
    assert "inherited from parent" in _one(model(child)).message


def test_the_reason_of_the_unknown_is_told() -> None:
    odd = replace(UNFLAGGED, unknown=(UnknownField("substitutable?", "parent is not shown"),))
    assert "parent is not shown" in _one(model(odd)).message
