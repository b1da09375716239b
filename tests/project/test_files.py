# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that people and machines rely on are there, and say what they must."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

import bot

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted(path for top in ("bot", "tests", "bench") for path in (ROOT / top).rglob("*.py"))
LOCKS = sorted((ROOT / "constraints").glob("*.txt"))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PYTHON, ids=_name)
def test_each_module_begins_with_its_licence_and_its_purpose(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if not text:
        return  # an empty __init__.py has nothing to license
    lines = [line for line in text.splitlines()[:2] if not line.startswith("#!")]
    assert lines[0] == "# SPDX-License-Identifier: GPL-3.0-or-later"
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", LOCKS, ids=_name)
def test_a_lock_file_has_hashes_and_names_no_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    requirements = [part for part in re.split(r"\n(?! )", text) if "==" in part]
    assert requirements
    assert all("--hash=sha256:" in requirement for requirement in requirements)


def test_the_lock_holds_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        declared += extra
    names = {_normal(re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]) for line in declared}
    locked = {
        _normal(line.split("==")[0].split("[")[0])
        for line in (ROOT / "constraints" / "dev.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line and not line.startswith(" ")
    }
    assert names <= locked, "run make lock"


def _normal(name: str) -> str:
    """Return the normalised name of a distribution (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_version_is_said_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project.get("version", bot.__version__) == bot.__version__


def test_the_licence_is_the_gpl() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "Version 3, 29 June 2007" in text
