# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out a command of the operator, who sits at the machine and needs no proof."""

from __future__ import annotations

from bot.application import Application
from bot.service.steering import circumstances
from bot.service.steering_wiring import make_steering_rules
from bot.steering.asking import Asker, Outcome
from bot.steering.audit_log import Told, log_outcomes
from bot.steering.command import Command
from bot.steering.handling import carry_out_or_answer


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
        log_outcomes(connection, Told("", asker.name, "on the machine", now), [outcome], ())
    return outcome
