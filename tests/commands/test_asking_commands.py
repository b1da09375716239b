# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge ask`` and ``weighbridge audit``: what mail can do, on the machine."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import Weighbridge


def test_the_operator_asks_and_orders(weighbridge: Weighbridge, configuration: Path) -> None:
    at = ("--config", configuration)
    weighbridge("poll", "--once", *at)
    assert "79119 v1 fail" in weighbridge("ask", *at, "status").stdout
    waived = weighbridge("ask", *at, "waive", "79119", "license-missing", "they said so")
    assert (waived.returncode, waived.stderr) == (0, "")
    weighbridge("poll", "--once", *at)
    shown = weighbridge("status", *at, "79119").stdout
    assert "(waived by the operator: they said so)" in shown
    assert "waived license-missing by the operator" in (
        weighbridge("ask", *at, "status", "79119").stdout.replace("\n", " ")
    )


def test_status_shows_what_stands_for_an_issue(
    weighbridge: Weighbridge, configuration: Path
) -> None:
    at = ("--config", configuration)
    weighbridge("poll", "--once", *at)
    bare = weighbridge("status", *at, "79119").stdout
    for words in ("one series with", "waived", "muted", "subscribed"):
        assert words not in bare
    for order in (
        "waive 79119 license-missing@condor-7b-weights they said so",
        "mute 79115 it is known",
        "subscribe 79119",
        "link 79119 79115",
    ):
        assert weighbridge("ask", *at, order).returncode == 0
    shown = weighbridge("status", *at, "79119").stdout
    assert "issue 79119, one series with 79115\n" in shown
    assert "\n  79115 is muted by the operator: it is known\n" in shown
    assert "\n  waived license-missing@condor-7b-weights by the operator: they said so\n" in shown
    assert "\n  subscribed: 1\n" in shown
    by_mail = weighbridge("ask", *at, "status", "79115").stdout
    assert "79115 is muted by the operator: it is known\n" in by_mail
    assert "\nsubscribed: 1\n" in by_mail

    # What nobody has seen and is linked is known all the same.
    weighbridge("ask", *at, "link 79119 4711")
    assert "one series with 79115, 79119" in weighbridge("status", *at, "4711").stdout


def test_a_round_shows_letters_and_what_would_be_held(
    weighbridge: Weighbridge, configuration: Path
) -> None:
    text = configuration.read_text(encoding="utf-8").replace("dry-run", "moderated")
    text += f'[delivery]\nsink = "maildir"\npath = "{configuration.parent / "sent"}"\n'
    configuration.write_text(text, encoding="utf-8")
    at = ("--config", configuration)
    shown = weighbridge("poll", "--once", "--dry-run", *at).stdout
    assert "; it would be held, to 79119@debbugs.gnu.org, dara@example.org\nfirst answer;" in shown
    assert "; it would go to" not in shown
    assert "; it is held, to 79119@debbugs.gnu.org" in weighbridge("poll", "--once", *at).stdout

    weighbridge("ask", *at, "subscribe 79119")
    weighbridge("ask", *at, "waive 79119 license-missing they said so")
    news = "News of a result 1 of 1; "
    shown = weighbridge("poll", "--once", "--dry-run", *at).stdout
    assert f"{news}it would go to operator@example.org\n" in shown
    assert "waived by the operator" in " ".join(shown.partition(news)[2].split())
    assert "1 series triaged, 0 answered, 1 held, 0 left alone" in shown
    weighbridge("ask", *at, "hold")
    shown = weighbridge("poll", "--once", "--dry-run", *at).stdout
    assert f"{news}it would wait, to operator@example.org\nall mail is stopped: held by" in shown
    weighbridge("ask", *at, "resume")
    shown = weighbridge("poll", "--once", *at).stdout
    assert f"{news}it goes to operator@example.org\n" in shown
    assert len(list((configuration.parent / "sent" / "new").iterdir())) == 1


def test_a_slip_and_what_cannot_be_done_have_their_own_status(
    weighbridge: Weighbridge, configuration: Path
) -> None:
    slip = weighbridge("ask", "--config", configuration, "statsu")
    assert (slip.returncode, slip.stdout) == (2, "")
    assert 'did you mean "status' in slip.stderr
    unknown = weighbridge("ask", "--config", configuration, "recheck", "1")
    assert unknown.returncode == 3
    assert "Nothing is known of issue 1." in unknown.stdout


def test_everything_asked_for_is_in_the_audit_log(
    weighbridge: Weighbridge, configuration: Path
) -> None:
    at = ("--config", configuration)
    assert "no commands have come" in weighbridge("audit", *at).stdout
    weighbridge("ask", *at, "hold")
    weighbridge("ask", *at, "recheck", "1")
    weighbridge("ask", *at, "resume")
    assert (
        "done      hold\n    by the operator (on the machine)" in weighbridge("audit", *at).stdout
    )
    lines = weighbridge("audit", *at, "--format", "json").stdout.splitlines()
    assert [(json.loads(line)["command"], json.loads(line)["outcome"]) for line in lines] == [
        ("hold", "done"),
        ("recheck 1", "mistaken"),
        ("resume", "done"),
    ]
    assert "recheck 1" in weighbridge("audit", *at, "--issue", "1").stdout
    assert "hold" not in weighbridge("audit", *at, "--issue", "1").stdout
    for since in (
        "2025-01-01",
        "2025-01-01 14:30",
        "2025-01-01T14:30",
        "2025-01-01T14:30:00",
        "2025-01-01 14:30 UTC",
        "2025-01-01T14:30:00+00:00",
        "2025-01-01T15:30+01:00",
    ):
        assert "hold" in weighbridge("audit", *at, "--since", since).stdout
        later = since.replace("2025", "2999")
        assert "no commands" in weighbridge("audit", *at, "--since", later).stdout
    first = json.loads(lines[0])["at"]
    assert "hold" in weighbridge("audit", *at, "--since", first).stdout
    for wrong in ("yesterday", "2026-02-30", "0001-01-01T00:00+10:00"):
        slip = weighbridge("audit", *at, "--since", wrong)
        assert slip.returncode == 2
        assert "write 2026-03-01, '2026-03-01 14:30' or 2026-03-01T14:30:00" in slip.stderr
    newest = weighbridge("audit", *at, "--limit", "1", "--format", "json").stdout
    assert json.loads(newest)["command"] == "resume"
