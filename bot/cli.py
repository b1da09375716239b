# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: puts the commands together and does nothing itself."""

from __future__ import annotations

import click

from bot import __version__
from bot.commands.check import check
from bot.commands.config import config
from bot.commands.database import db
from bot.commands.demo import demo
from bot.commands.doctor import doctor
from bot.commands.outbox import outbox
from bot.commands.pause import pause, resume
from bot.commands.policy import policy
from bot.commands.poll import poll
from bot.commands.quarantine import quarantine
from bot.commands.run import run
from bot.commands.sources import sources
from bot.commands.status import status

EPILOG = """\b
Examples:
  weighbridge demo                        see the whole job done on sample mail
  weighbridge check 0001-my-model.patch   try a patch before you send it
  weighbridge poll --once --dry-run       what would be answered now
  weighbridge run                         the service
"""


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="weighbridge")
def main() -> None:
    """Triage patches that package machine-learning models for GNU Guix.

    Finds the packages of a patch series that ship trained parameters, checks their licence, size
    and #:substitutable? flag, and answers the thread with a summary.  Nothing is ever sent unless
    the configuration says mode = "live" (or "moderated", and a person has approved it).
    """


for command in (
    check,
    demo,
    poll,
    run,
    status,
    sources,
    quarantine,
    outbox,
    pause,
    resume,
    policy,
    config,
    doctor,
    db,
):
    main.add_command(command)
