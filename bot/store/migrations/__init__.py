# SPDX-License-Identifier: GPL-3.0-or-later
"""Alembic migrations, shipped as part of the package."""
