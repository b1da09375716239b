# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: names the commands and does nothing itself."""

from __future__ import annotations

import click

from bot import __version__
from bot.commands.program import Program

COMMANDS = {
    "check": "bot.commands.check:check",
    "install-hook": "bot.commands.install_hook:install_hook",
    "run-hook": "bot.commands.run_hook:run_hook",
    "completions": "bot.commands.completions:completions",
    "demo": "bot.commands.demo:demo",
    "poll": "bot.commands.poll:poll",
    "run": "bot.commands.run:run",
    "status": "bot.commands.status:status",
    "site": "bot.commands.site:site",
    "sources": "bot.commands.sources:sources",
    "quarantine": "bot.commands.quarantine:quarantine",
    "outbox": "bot.commands.outbox:outbox",
    "ask": "bot.commands.ask:ask",
    "audit": "bot.commands.audit:audit",
    "pause": "bot.commands.pause:pause",
    "resume": "bot.commands.pause:resume",
    "policy": "bot.commands.policy:policy",
    "config": "bot.commands.config:config",
    "doctor": "bot.commands.doctor:doctor",
    "db": "bot.commands.database:db",
}

EPILOG = """\b
Examples:
  weighbridge demo                        see the whole job done on sample mail
  weighbridge check 0001-my-model.patch   try a patch before you send it
  weighbridge poll --once --dry-run       what would be answered now
  weighbridge run                         the service
"""


class Weighbridge(Program):
    """The commands of ``weighbridge``."""

    places = COMMANDS


@click.group(
    cls=Weighbridge,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="weighbridge")
def main() -> None:
    """Triage patches that package machine-learning models for GNU Guix.

    Finds the packages of a patch series that ship trained parameters, checks their licence, size
    and #:substitutable? flag, and answers the thread with a summary.  Nothing is ever sent unless
    the configuration says mode = "live" (or "moderated", and a person has approved it).
    """
