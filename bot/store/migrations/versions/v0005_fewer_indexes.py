# SPDX-License-Identifier: GPL-3.0-or-later
"""Drop indexes that no query uses: each cost as much for every mail as storing the mail."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_messages_author_email_dated_at"), table_name="messages")
    op.drop_index(op.f("ix_messages_thread_root"), table_name="messages")
    op.drop_index(op.f("ix_kinship_message_key"), table_name="kinship")
