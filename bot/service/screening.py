# SPDX-License-Identifier: GPL-3.0-or-later
"""Which patches are left alone without being triaged, so that they cost a row and no more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.service.intake import NOTHING_SAID
from bot.service.reading import ReadMail
from bot.store.kinship import stored_names


def without_unrelated(connection: Connection, read: Sequence[ReadMail]) -> list[ReadMail]:
    """Set aside the mails of which nothing can come.

    That is a patch that stands alone, is a first revision, does not speak of a model, and shares
    its change with no mail of a series, stored or among ``read``.  A later revision is never set
    aside by itself: it may say that a model is gone.
    """
    candidates = [one for one in read if not one.set_aside and _is_unpromising(one)]
    others = (one for one in read if not one.set_aside and not _is_unpromising(one))
    related = {name for one in others for name in one.names}
    asked = {name for one in candidates for name in one.names}
    related |= stored_names(connection, asked - related)
    return [_screened(one, related) for one in read]


def _is_unpromising(read: ReadMail) -> bool:
    return read.stands_alone and not read.promising


def _screened(read: ReadMail, related: set[str]) -> ReadMail:
    if read.set_aside or not _is_unpromising(read) or not related.isdisjoint(read.names):
        return read
    # What dataclasses.replace does, in a third of the time: this is most of the mail of a list.
    return ReadMail(read.raw, read.message, NOTHING_SAID, read.promising, read.names)
