# SPDX-License-Identifier: GPL-3.0-or-later
"""Alembic's entry point: migrates over the connection that ``bot.store.migrate`` hands in."""

from __future__ import annotations

from alembic import context

from bot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
