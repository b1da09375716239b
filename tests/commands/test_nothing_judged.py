# SPDX-License-Identifier: GPL-3.0-or-later
"""Input in which there is nothing to judge: ``check`` says what it read, why not, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

import bot.samples
from tests.commands.author import AuthorsClone
from tests.commands.conftest import Weighbridge

SAMPLES = Path(bot.samples.__file__).parent
ADVICE = "weighbridge check --range origin/master.."
MAIL = "From: a@example.org\nSubject: Hello\nMessage-ID: <1@example.org>\n\n"
OF_THE_README = """\
diff --git a/README b/README
--- a/README
+++ b/README
@@ -1 +1 @@
-a
+b
"""


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (f"{MAIL}Hello.\n", "no patch in it"),
        (OF_THE_README, "the patch touches no Scheme file"),
        (OF_THE_README.replace("README", "gnu/a.scm"), "there is no package definition"),
    ],
)
def test_what_was_read_and_why_it_is_nothing(
    weighbridge: Weighbridge, given: str, reason: str
) -> None:
    done = weighbridge("check", "--offline", stdin=given)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Nothing to judge: what was read adds or changes no package.\n")
    assert reason in done.stdout
    assert ADVICE in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_what_cannot_be_read(weighbridge: Weighbridge) -> None:
    done = weighbridge("check", "--offline", stdin="only words\n")
    assert done.returncode == 3
    assert "it is neither a mail nor a patch" in done.stderr
    assert done.stdout.startswith("Nothing was judged: no mail and no patch could be read.\n")
    assert ADVICE in done.stdout


def test_packages_that_are_no_models(weighbridge: Weighbridge) -> None:
    patch = SAMPLES / "01-inference-port" / "01.eml"
    done = weighbridge("check", "--offline", patch)
    assert done.stdout.startswith("Nothing to judge: no package in it is taken for a model.\n")
    assert "--all-packages" in done.stdout
    why = weighbridge("check", "--offline", "--all-packages", patch).stdout
    assert "tern-cpp is not taken for a model" in why
    assert "To see why" not in why


def test_many_are_not_all_listed(weighbridge: Weighbridge, tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.eml").write_text(MAIL.replace("1@", f"{number}@"), "utf-8")
    done = weighbridge("check", "--offline", tmp_path)
    assert done.stdout.count("no patch in it") == 5
    assert "and 4 more: --all-packages lists what was left alone" in done.stdout
    listed = weighbridge("check", "--offline", "--all-packages", tmp_path).stdout
    assert listed.count("no patch in it") == 9


def test_a_clean_working_tree(weighbridge: Weighbridge, tmp_path: Path) -> None:
    author = AuthorsClone(tmp_path / "guix")
    done = weighbridge("check", "--offline", "--worktree", "--repository", author.path)
    assert done.returncode == 0
    assert done.stdout.startswith("Nothing to judge: there is no change.\n")


def test_a_report_stands_for_itself(weighbridge: Weighbridge) -> None:
    done = weighbridge("check", "--offline", SAMPLES / "03-vosk-model" / "01.eml")
    assert "Nothing" not in done.stdout
