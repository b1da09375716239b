# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys as pytest fixtures, made once for each run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.trust.domains import Domains, rsa_key
from tests.trust.openpgp_keys import GnuPG, all_sorts_of_keys


@pytest.fixture(scope="session")
def rsa_keys(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[bytes, bytes]]:
    directory = tmp_path_factory.mktemp("rsa")
    return {bits: rsa_key(directory, bits) for bits in (768, 1024, 2048)}


@pytest.fixture
def domains(rsa_keys: dict[int, tuple[bytes, bytes]]) -> Domains:
    return Domains(rsa_keys)


@pytest.fixture(scope="session")
def gpg() -> Iterator[GnuPG]:
    with all_sorts_of_keys() as keys:
        yield keys
