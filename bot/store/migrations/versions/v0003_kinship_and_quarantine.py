# SPDX-License-Identifier: GPL-3.0-or-later
"""Find related mails by name, and keep mails aside that cannot be read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.kinship import name_key

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; mails stored before get the names that their rows still tell."""
    op.create_table(
        "kinship",
        sa.Column("name_key", sa.String(length=32), nullable=False),
        sa.Column("message_key", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("name_key", "message_key", name=op.f("pk_kinship")),
    )
    op.create_index(op.f("ix_kinship_message_key"), "kinship", ["message_key"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("quarantine_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.Column("content_key", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("quarantine_id", name=op.f("pk_quarantine")),
    )
    op.create_index(op.f("ix_quarantine_content_key"), "quarantine", ["content_key"], unique=True)
    _name_what_is_stored()


def _name_what_is_stored() -> None:
    messages = sa.table(
        "messages",
        sa.column("message_key"),
        sa.column("issue"),
        sa.column("thread_root"),
        sa.column("content"),
    )
    kinship = sa.table("kinship", sa.column("name_key"), sa.column("message_key"))
    connection = op.get_bind()
    columns = (messages.c.message_key, messages.c.issue, messages.c.thread_root)
    rows = connection.execute(sa.select(*columns).where(messages.c.content.is_not(None))).all()
    for key, issue, root in rows:
        names = {f"mail {key}"}
        names |= {f"issue {issue}"} if issue is not None else set()
        names |= {f"mail {root}"} if root else set()
        named = [{"name_key": name_key(name), "message_key": key} for name in names]
        connection.execute(sa.insert(kinship), named)
