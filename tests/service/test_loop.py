# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing that bots, trackers and auto-responders say to each other makes them talk for ever."""

from __future__ import annotations

from pathlib import Path

from tests.servers.postfix import Postfix
from tests.service.talking import Talk


def test_each_bot_says_one_thing_about_each_patch(tmp_path: Path, postfix: Postfix) -> None:
    result = Talk(tmp_path, postfix).run(rounds=20, patches=4)
    assert result.patches == 4
    assert result.answers == {"bot-one@example.org": 4, "bot-two@example.net": 4}
    # Each answer reached the submitter, whose auto-responder answered it, and nobody answered that.
    assert result.responses == 8
