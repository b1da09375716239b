# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may give which command, and what is missing where somebody may not."""

from __future__ import annotations

from bot.steering.asking import Asker, Circumstances
from bot.steering.command import Command
from bot.steering.forms import FORMS
from bot.steering.lines import wrapped
from bot.trust.proof import Proof


def refusal(command: Command, asker: Asker, proof: Proof, around: Circumstances) -> str:
    """Return why ``command`` is not carried out, in a few words to the asker; empty: it is.

    Everybody whose address is proven may ask, and subscribe that address.  What changes something
    takes a maintainer, a proof that covers what is ordered and when, and the name of the bot that
    it is for, so that it cannot be sent once more to another.
    """
    if not FORMS[command.name].changes:
        return ""
    if not asker.maintainer:
        return (
            f"{command.name} takes a maintainer, in a signed mail:\n"
            "the operator of this bot keeps the list of them."
        )
    if not proof.may_change:
        return "\n".join(
            (
                f"{command.name} takes a signature over the whole mail: your own",
                "(OpenPGP), or your domain's (DKIM). What has come proves",
                "your address only:",
                *wrapped(proof.lacks or "it is not signed so", "  "),
            )
        )
    if not (command.named or proof.names_bot):
        return "\n".join(
            (
                f"{command.name} must say whom it is for: write the line as",
                f"  @{around.bot_name} {command.name} ...",
                "Your signature covers no recipient that is this bot.",
            )
        )
    return ""
