# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out a command of the operator, who sits at the machine and needs no proof."""

from __future__ import annotations

from datetime import datetime

from bot.application import Application
from bot.report.clean import one_line
from bot.service.steering import circumstances
from bot.service.steering_wiring import make_steering_rules
from bot.steering.asking import Asker, Outcome
from bot.steering.audit_log import detail_of
from bot.steering.command import Command
from bot.steering.handling import carry_out_or_answer
from bot.store.audit import AuditEntry, add_entries


def ask_as_operator(application: Application, command: Command) -> Outcome:
    """Carry ``command`` out at once, with its entry in the audit log.

    Raises ``ConfigError`` where the policy cannot be used, and ``StoreError``.
    """
    config, now = application.config, application.clock()
    rules = make_steering_rules(config, rehearsal=application.rehearsal)
    around = circumstances(rules, now, application.problems())
    asker = Asker((config.bot.operator or "").lower(), "the operator")
    with application.database.writing() as connection:
        outcome = carry_out_or_answer(connection, command, asker, around)
        add_entries(connection, _entry(command, outcome, asker, now))
    return outcome


def _entry(command: Command, outcome: Outcome, asker: Asker, now: datetime) -> AuditEntry:
    return AuditEntry(
        at=now,
        message_id="",
        who=asker.name,
        proof="on the machine",
        command=one_line(command.written, 400),
        issue=command.issue,
        outcome=outcome.result,
        detail=detail_of(outcome),
    )
