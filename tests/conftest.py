# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test may use."""

from __future__ import annotations

pytest_plugins = ["tests.servers.fixtures", "tests.trust.fixtures"]
