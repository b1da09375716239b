# SPDX-License-Identifier: GPL-3.0-or-later
"""What people ask and order by mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of commands by mail, and keep the text of reports."""
    op.create_table(
        "accepted",
        sa.Column("nonce_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("nonce_key", name=op.f("pk_accepted")),
    )
    op.create_table(
        "audit",
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("message_id", sa.String(length=300), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index(op.f("ix_audit_issue"), "audit", ["issue"], unique=False)
    op.create_table(
        "command_mails",
        sa.Column("mail_number", sa.Integer(), nullable=False),
        sa.Column("content_key", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asker", sa.String(length=300), nullable=False),
        sa.Column("asker_domain", sa.String(length=300), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("mail_number", name=op.f("pk_command_mails")),
    )
    op.create_index(
        op.f("ix_command_mails_asker_domain_done_at"),
        "command_mails",
        ["asker_domain", "done_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_command_mails_content_key"), "command_mails", ["content_key"], unique=True
    )
    op.create_index(op.f("ix_command_mails_state"), "command_mails", ["state"], unique=False)
    op.create_table(
        "issue_links",
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("linked_to", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("issue", name=op.f("pk_issue_links")),
    )
    op.create_index(op.f("ix_issue_links_linked_to"), "issue_links", ["linked_to"], unique=False)
    op.create_table(
        "orders",
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("issue", "kind", name=op.f("pk_orders")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("issue", "address", name=op.f("pk_subscriptions")),
    )
    op.create_table(
        "waivers",
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("package", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("issue", "code", "package", name=op.f("pk_waivers")),
    )
    op.add_column("reports", sa.Column("text", sa.Text(), nullable=True))
