# SPDX-License-Identifier: GPL-3.0-or-later
"""Why there is no answer; the text of each is fit to stand in a report."""

from __future__ import annotations


class AskingError(Exception):
    """There is no answer, and ``str`` of it says why, in one short clause."""


class NotAskedError(AskingError):
    """The question was not sent: the guard refused it."""


class NoAnswerError(AskingError):
    """The question was sent, and what came back is no answer."""


class UnreachableError(NoAnswerError):
    """No connection came about: asking the same host again at once is only waiting again."""
