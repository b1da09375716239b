# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep what hosts answered about the origins of packages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of facts."""
    op.create_table(
        "facts",
        sa.Column("fact_key", sa.String(length=64), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("immutable", sa.Boolean(), nullable=False),
        sa.Column("learnt_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("fact_key", name=op.f("pk_facts")),
    )
    op.create_index(op.f("ix_facts_learnt_at"), "facts", ["learnt_at"], unique=False)
