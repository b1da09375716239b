# SPDX-License-Identifier: GPL-3.0-or-later
"""The hook of ``git send-email``: the real one, to a real SMTP server on loopback.

Debian 12 has git 2.39, whose hook learns nothing of the run; what later ones tell it is given in
``test_send_run.py`` as githooks(5) has it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from tests.commands.author import MISSING
from tests.hooks.conftest import Author, Completed
from tests.servers.faulty_smtp import FaultySmtp
from tests.servers.process import require


@pytest.fixture
def smtp() -> Iterator[FaultySmtp]:
    with FaultySmtp().serving() as server:
        yield server


@pytest.fixture(autouse=True)
def _send_email() -> None:
    programs = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True)
    require(Path(programs.stdout.strip()) / "git-send-email")


def _send(author: Author, smtp: FaultySmtp, *what: str | Path, **variables: str) -> Completed:
    options = (
        "--to=list@example.org",
        "--from=ada@example.org",
        "--confirm=never",
        "--smtp-server=127.0.0.1",
        f"--smtp-server-port={smtp.port}",
    )
    return author.git("send-email", *options, *what, **variables)


def _subjects(smtp: FaultySmtp) -> list[str]:
    mails = map(message_from_bytes, smtp.contents)
    return [str(make_header(decode_header(mail["Subject"]))) for mail in mails]


def test_a_series_that_fails_is_not_sent_and_it_says_how_to_go_on(
    author: Author, smtp: FaultySmtp
) -> None:
    author.clone.add("plover-a")
    author.clone.add("plover-b", MISSING)
    assert author.weighbridge("install-hook").returncode == 0
    done = _send(author, smtp, "upstream")
    assert done.returncode != 0
    assert smtp.contents == []
    assert done.stdout.count("Verdict: fail") == 1
    assert "license" in done.stdout
    assert "WEIGHBRIDGE_SKIP=1 git send-email" in done.stdout
    assert "has not come" not in done.stdout, "the series is judged whole"
    assert "verified, it is the very file" in done.stdout

    assert _send(author, smtp, "upstream", WEIGHBRIDGE_SKIP="1").returncode == 0
    assert _subjects(smtp) == ["[PATCH 1/2] gnu: Add plover-a.", "[PATCH 2/2] gnu: Add plover-b."]


def test_advice_is_told_once_and_the_series_is_sent(author: Author, smtp: FaultySmtp) -> None:
    author.clone.add("plover-a")
    author.clone.add("plover-b")
    author.weighbridge("install-hook")
    author.git("config", "format.thread", "shallow")  # as Guix has it: with Message-IDs
    outgoing = author.home / "outgoing"
    author.git("format-patch", "-q", "--cover-letter", "-o", outgoing, "upstream")
    cover = outgoing / "0000-cover-letter.patch"
    cover.write_text(cover.read_text().replace("*** SUBJECT HERE ***", "Add nets."))
    done = _send(author, smtp, outgoing)
    assert done.returncode == 0, done.stdout
    assert [subject[:11] for subject in _subjects(smtp)] == [
        "[PATCH 0/2]",
        "[PATCH 1/2]",
        "[PATCH 2/2]",
    ]
    assert done.stdout.count("weighbridge: ") == 1
    assert "2 packages ship trained parameters: 1 not known" in done.stdout


def test_a_patch_without_a_model_is_met_with_silence(author: Author, smtp: FaultySmtp) -> None:
    author.clone.commit({"README": "Hello.\n"}, "Add a README.")
    author.clone.git("format-patch", "-q", "-1", "-o", str(author.home))
    author.weighbridge("install-hook")
    done = _send(author, smtp, author.home / "0001-Add-a-README.patch")
    assert done.returncode == 0
    assert "weighbridge" not in done.stdout
    assert _subjects(smtp) == ["[PATCH] Add a README."]


def test_a_repository_without_a_commit_judges_too(author: Author, tmp_path: Path) -> None:
    author.clone.add("plover-a", MISSING)
    author.clone.git("format-patch", "-q", "-1", "-o", str(author.home))
    (patch,) = author.home.glob("*.patch")
    author.run("git", "init", "-q", tmp_path / "fresh")
    done = author.weighbridge("run-hook", "sendemail-validate", patch, cwd=tmp_path / "fresh")
    assert done.returncode == 65, done.stdout
    assert "Verdict: fail" in done.stdout


@pytest.mark.parametrize("strict", [False, True])
def test_a_broken_weighbridge_stops_no_mail_unless_asked_to(
    author: Author, smtp: FaultySmtp, strict: bool, tmp_path: Path
) -> None:
    author.clone.add("plover-a", MISSING)
    author.weighbridge("install-hook", *(["--strict"] if strict else []))
    hook = author.hooks / "sendemail-validate"
    broken = tmp_path / "weighbridge"
    broken.write_text("#!/bin/sh\nexec python3 -c 'import no_such_module'\n")
    broken.chmod(0o755)
    script = hook.read_text()
    program = script.partition("program=")[2].partition("\n")[0]
    hook.write_text(script.replace(program, str(broken)))
    done = _send(author, smtp, "upstream")
    assert "it broke (exit status 1): nothing is judged" in done.stdout
    assert (len(smtp.contents), done.returncode == 0) == ((0, False) if strict else (1, True))


def test_a_weighbridge_that_has_gone_is_looked_for_on_path(
    author: Author, smtp: FaultySmtp, tmp_path: Path
) -> None:
    author.clone.add("plover-a", MISSING)
    author.weighbridge("install-hook")
    hook = author.hooks / "sendemail-validate"
    script = hook.read_text()
    program = script.partition("program=")[2].partition("\n")[0]
    hook.write_text(script.replace(program, "/nonexistent/weighbridge"))
    done = _send(author, smtp, "upstream", PATH="/usr/bin:/bin")
    assert "it is not installed any more: nothing is judged" in done.stdout
    assert len(smtp.contents) == 1
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "weighbridge").symlink_to(program)
    done = _send(author, smtp, "upstream", PATH=f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert "Verdict: fail" in done.stdout
    assert len(smtp.contents) == 1
