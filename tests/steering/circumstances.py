# SPDX-License-Identifier: GPL-3.0-or-later
"""A bot, a maintainer and a stranger to try commands with."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.policy.load import load_policy
from bot.reply.decide import Manners
from bot.steering.asking import Asker, Circumstances

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MAINTAINER = Asker("mina@example.org", "Mina Maintainer")
STRANGER = Asker("stefan@example.net", "")
MANNERS = Manners(
    needs_issue=True,
    max_age=None,
    moderated=False,
    per_hour=10,
    per_day=40,
    per_thread_per_day=3,
    per_person_per_day=8,
)
AROUND = Circumstances(
    now=NOW,
    mode="live",
    policy=load_policy("guix"),
    manners=MANNERS,
    message_id_prefix="weighbridge.",
    bot_name="weighbridge",
    bot_address="bot@example.org",
)
