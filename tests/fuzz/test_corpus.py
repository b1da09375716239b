# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file of the corpus still passes: what the fuzzer found once stays found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS, corpus_of

_CASES = [(name, path) for name in TARGETS for path in sorted(corpus_of(name).iterdir())]


@pytest.mark.parametrize(
    ("target", "path"), _CASES, ids=[f"{name}-{path.name}" for name, path in _CASES]
)
def test_corpus(target: str, path: Path) -> None:
    TARGETS[target](path.read_bytes())


def test_every_target_has_a_corpus() -> None:
    assert {name for name, _ in _CASES} == set(TARGETS)
