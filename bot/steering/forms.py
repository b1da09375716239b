# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that there are, and the form of each: one table for reading, help and the rights."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from bot.steering.command import Command, Mistake

_NEAR = 0.7
_MOST_WORDS = 120
_POLITE = frozenset({"please", "pls", "thanks", "thx", "now"})
_END = " \t.,;:!?"


@dataclass(frozen=True, slots=True)
class Slot:
    """One argument."""

    field: str
    """Of ``Command``; empty for ``code``, which fills two."""
    shown: str
    """As help writes it."""
    pattern: re.Pattern[str]
    what: str
    """For the sentence that asks for it."""
    optional: bool = False


_ISSUE_NUMBER = re.compile(r"(?:bug|issue)?#?([0-9]{1,9})(?:@[A-Za-z0-9.-]{1,100})?", re.IGNORECASE)
_ISSUE = Slot("issue", "ISSUE", _ISSUE_NUMBER, "the tracker's number, such as 62443")
_OTHER = Slot("other_issue", "ISSUE", _ISSUE_NUMBER, "a second number, such as 62501")
_CODE_NAME = re.compile(r"([a-z][a-z0-9-]{0,99})", re.IGNORECASE)
_REVISION = Slot(
    "revision", "[vN]", re.compile(r"v([0-9]{1,4})", re.IGNORECASE), "a revision, such as v2", True
)
_MAYBE_ISSUE = Slot("issue", "[ISSUE]", _ISSUE_NUMBER, _ISSUE.what, True)
_CODE = Slot("code", "CODE", _CODE_NAME, "the code of a finding, such as license-missing")
_FINDING = Slot(
    "code",
    "CODE[@PACKAGE]",
    re.compile(r"([a-z][a-z0-9-]{0,99})(?:@([A-Za-z0-9][A-Za-z0-9+._-]{0,199}))?", re.IGNORECASE),
    "the code of a finding, such as license-missing, or license-missing@my-model for one package",
)
_WHICH = Slot(
    "which",
    "failing|open|mine|held",
    re.compile(r"(failing|open|mine|held)", re.IGNORECASE),
    "which list: failing, open, mine or held",
)
_MAIL = Slot(
    "mail_id",
    "ID",
    re.compile(r"<?([!-;=?-~]{6,300})>?"),
    'the ID of a held mail, as "list held" shows it',
)
_REASON = Slot("reason", "REASON...", re.compile(r"(.+)"), "a reason, in your own words")
_MAYBE_REASON = Slot("reason", "[REASON...]", _REASON.pattern, _REASON.what, True)


@dataclass(frozen=True, slots=True)
class Form:
    """One command: its arguments, who may give it, and what it does."""

    name: str
    slots: tuple[Slot, ...]
    summary: str
    changes: bool = False
    """Whether it takes a maintainer."""

    @property
    def usage(self) -> str:
        """The command with its arguments."""
        return " ".join((self.name, *(slot.shown for slot in self.slots)))

    @property
    def takes_reason(self) -> bool:
        """Whether all words to the end of the paragraph belong to it."""
        return bool(self.slots) and self.slots[-1].field == "reason"


FORMS = MappingProxyType(
    {
        form.name: form
        for form in (
            Form("help", (), "this text"),
            Form("status", (_MAYBE_ISSUE, _REVISION), "how all stands, or one issue"),
            Form("report", (_ISSUE, _REVISION), "the whole last report"),
            Form("explain", (_CODE,), "what a finding means, and who says so"),
            Form("policy", (), "the rules that patches are judged by"),
            Form("list", (_WHICH,), "series that fail, are open, or are yours; mail that is held"),
            Form("subscribe", (_ISSUE,), "a mail when the result of an issue changes"),
            Form("unsubscribe", (_ISSUE,), "no more of these mails"),
            Form("recheck", (_ISSUE,), "judge its newest revision again, now", changes=True),
            Form(
                "waive",
                (_ISSUE, _FINDING, _REASON),
                "accept a finding: it stays visible and no longer fails",
                changes=True,
            ),
            Form("unwaive", (_ISSUE, _FINDING), "take a waiver back", changes=True),
            Form("ignore", (_ISSUE, _REASON), "leave an issue alone for good", changes=True),
            Form("unignore", (_ISSUE,), "look at it again", changes=True),
            Form("mute", (_ISSUE, _MAYBE_REASON), "judge it, but mail nothing to it", changes=True),
            Form("unmute", (_ISSUE,), "mail to it again", changes=True),
            Form("approve", (_MAIL,), "let a held mail go", changes=True),
            Form("reject", (_MAIL, _MAYBE_REASON), "take a held mail back for good", changes=True),
            # No reason behind it: "Hold on a second" must not stop all mail.
            Form("hold", (), "stop all mail to lists and authors", changes=True),
            Form("resume", (), "let mail go again", changes=True),
            Form("link", (_ISSUE, _OTHER), "two issues are about one series", changes=True),
            Form("unlink", (_ISSUE,), "orders for it count for it alone again", changes=True),
        )
    }
)
"""By name, in the order in which help shows them."""


def form_of(word: str) -> Form | None:
    """Return the command that ``word`` names, whatever its case and end."""
    return FORMS.get(word.strip(_END).lower())


def begins_command(text: str) -> bool:
    """Say whether a line is a command, or the beginning of one that goes on in the next line."""
    understood = understand(" ".join(text.split()), named=False)
    if isinstance(understood, Command):
        return True
    words = text.split()[:2]
    form = form_of(words[0]) if words else None
    if form is None or len(words) < 2 or not form.slots or form.slots[0].field != "issue":
        return False
    return _match(form.slots[0], words[1]) is not None


def nearest(word: str) -> str:
    """Return the name of the command that ``word`` nearly is; empty where it is none."""
    near = get_close_matches(word.strip(_END).lower()[:40], FORMS, n=1, cutoff=_NEAR)
    return near[0] if near else ""


def understand(written: str, named: bool) -> Command | Mistake:
    """Return the command that ``written`` (without the bot's name) is, or what is wrong with it."""
    words = written.split()[:_MOST_WORDS]
    form = form_of(words[0]) if words else None
    if form is None:
        return Mistake(written, _suggestion(words[0] if words else ""))
    arguments = words[1:]
    if not form.takes_reason:
        arguments = [word for word in arguments if word.strip(_END).lower() not in _POLITE]
    values: dict[str, Any] = {}
    for slot in form.slots:
        if slot.field == "reason":
            arguments = [" ".join(arguments)] if arguments else []
        found = _match(slot, arguments[0]) if arguments else None
        if found is None:
            if slot.optional:
                continue
            return Mistake(written, f"{form.name} needs {slot.what}: {form.usage}")
        arguments = arguments[1:]
        values |= found
    if arguments:
        return Mistake(written, f'{form.name} does not take "{arguments[0][:60]}": {form.usage}')
    return Command(form.name, written, named, **values)


def _match(slot: Slot, word: str) -> dict[str, Any] | None:
    found = slot.pattern.fullmatch(word.strip() if slot.field == "reason" else word.strip(_END))
    if found is None:
        return None
    if slot.field in ("issue", "other_issue", "revision"):
        number = int(found[1])
        return {slot.field: number} if number else None
    if slot.field == "code" and slot.pattern.groups == 2:
        return {"code": found[1].lower(), "package": found[2] or ""}
    value = found[1].lower() if slot.field in ("code", "which") else found[1]
    return {slot.field: value}


def _suggestion(word: str) -> str:
    near = nearest(word)
    if near:
        return f'did you mean "{FORMS[near].usage}"?'
    return 'this is no command; "help" lists them'


def help_lines(forms: Sequence[Form]) -> list[str]:
    """Return two short lines for each command, indented: readable on a phone, and no command
    where the mail is quoted without marks."""
    return [line for form in forms for line in (f"  {form.usage}", f"      {form.summary}")]
