# SPDX-License-Identifier: GPL-3.0-or-later
"""guix.scm agrees with pyproject.toml and with the lock: read as Weighbridge reads packages.

Whether Guix itself takes it is not tested: that needs Guix's modules, which no package of Debian 12
has whole.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import bot
from bot.checks.nix_base32 import sha256_hex
from bot.guix.package import PackageDefinition
from tests.guix.reading import definitions
from tests.scheme.guile_oracle import guile_readings, require_guile

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "guix.scm").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
OWN_NAMES = {"python-sqlalchemy": "python-sqlalchemy-2"}
"""Guix's variables that are not called as the package is."""


def _variable(requirement: str) -> str:
    name = "python-" + re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower()
    return OWN_NAMES.get(name, name)


REQUIRED = {_variable(line): line for line in PROJECT["project"]["dependencies"]}
PACKAGES: dict[str, PackageDefinition] = {
    str(variable): package for variable, package in definitions(TEXT, header="").items()
}
OWN = sorted(set(PACKAGES) - {"weighbridge"})


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def test_nothing_of_it_is_unknown_but_the_checkout() -> None:
    unknown = {(name, item.field) for name in PACKAGES for item in PACKAGES[name].unknown}
    assert unknown == {("weighbridge", "source")}


def test_the_inputs_are_what_the_project_requires() -> None:
    package = PACKAGES["weighbridge"]
    assert package.version == bot.__version__
    build = {_variable(line) for line in PROJECT["build-system"]["requires"]}
    assert set(package.inputs) == {*REQUIRED, *build, "git-minimal", "gnupg"}


@pytest.mark.parametrize("variable", OWN)
def test_a_package_that_guix_lacks_is_required_and_new_enough(variable: str) -> None:
    lowest = re.search(r">=([\d.]+)", REQUIRED[variable])
    assert lowest is not None
    assert _number(PACKAGES[variable].version or "") >= _number(lowest[1])


@pytest.mark.parametrize("variable", OWN)
def test_its_hash_is_that_of_the_lock_where_the_version_is(variable: str) -> None:
    package = PACKAGES[variable]
    (source,) = package.origins
    written = sha256_hex(source.hash or "")
    assert written
    name = variable.removeprefix("python-")
    lock = (ROOT / "constraints" / "run.txt").read_text("utf-8")
    locked = re.search(rf"^{name}==(\S+) .*\n((?: +--hash=.*\n)+)", lock, re.MULTILINE)
    assert locked is not None
    if locked[1] == package.version:
        assert f"--hash=sha256:{written}" in locked[2]


@pytest.mark.guile
def test_guile_reads_it_to_its_end(tmp_path: Path) -> None:
    require_guile()
    (reading,) = guile_readings([TEXT], tmp_path)
    assert len(reading) > len(PACKAGES)
    assert "error" not in reading
