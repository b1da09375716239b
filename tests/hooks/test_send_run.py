# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files are judged at which call of the hook, with and without what git tells of the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.hooks.send_run import Sending, sending
from bot.limits import DEFAULT_LIMITS
from tests.commands.author import AuthorsClone


def _counted(counter: int, total: int) -> dict[str, str]:
    """Return what git 2.41 sets (githooks(5))."""
    return {"GIT_SENDEMAIL_FILE_COUNTER": f"{counter}", "GIT_SENDEMAIL_FILE_TOTAL": f"{total}"}


@pytest.fixture
def outgoing(tmp_path: Path) -> list[Path]:
    """Return a cover letter and the ten patches of a series."""
    clone = AuthorsClone(tmp_path / "clone")
    for number in range(10):
        clone.commit({"a.scm": f"(define a {number})\n"}, f"Set a to {number}.")
    folder = tmp_path / "outgoing"
    clone.git("format-patch", "-q", "--cover-letter", "-o", str(folder), "upstream")
    return sorted(folder.iterdir())


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "memory"


def test_the_files_of_a_run_are_judged_at_its_last_call(tmp_path: Path, memory: Path) -> None:
    files = [tmp_path / name for name in ("a.patch", "é\udcff\n.patch", "b.patch")]
    calls = [sending(file, memory, _counted(n, 3)) for n, file in enumerate(files, start=1)]
    assert calls == [Sending((), False), Sending((), False), Sending(tuple(files), True)]
    assert not memory.exists()
    assert sending(files[0], memory, _counted(1, 1)) == Sending((files[0],), True)


def test_a_run_that_was_broken_off_is_forgotten(tmp_path: Path, memory: Path) -> None:
    files = [tmp_path / f"{name}.patch" for name in "abcd"]
    sending(files[0], memory, _counted(1, 3))
    assert sending(files[1], memory, _counted(1, 2)).files == ()
    assert sending(files[2], memory, _counted(2, 2)).files == (files[1], files[2])


def test_runs_that_got_mixed_up_fall_back_on_the_folder(outgoing: list[Path], memory: Path) -> None:
    sending(outgoing[1], memory, _counted(1, 3))
    now = sending(outgoing[2], memory, _counted(3, 3))
    assert now == Sending(tuple(outgoing), is_last=False)


@pytest.mark.parametrize("counter", ["", "x", "0", "-1", "4", "٣", "9" * 100])
def test_nonsense_counts_as_nothing_told(outgoing: list[Path], memory: Path, counter: str) -> None:
    told = {"GIT_SENDEMAIL_FILE_COUNTER": counter, "GIT_SENDEMAIL_FILE_TOTAL": "3"}
    assert sending(outgoing[1], memory, told).files == tuple(outgoing)
    assert not memory.exists()


def test_a_memory_that_cannot_be_written_falls_back_on_the_folder(outgoing: list[Path]) -> None:
    nowhere = Path("/nonexistent/memory")
    assert sending(outgoing[1], nowhere, _counted(1, 11)).files == tuple(outgoing)


def test_without_a_count_the_series_in_the_folder_is_judged(
    outgoing: list[Path], memory: Path
) -> None:
    assert [path.name[:4] for path in outgoing] == [f"{n:04}" for n in range(11)]
    assert sending(outgoing[0], memory, {}) == Sending(tuple(outgoing), is_last=False)
    assert sending(outgoing[10], memory, {}) == Sending(tuple(outgoing), is_last=True)


def test_other_files_of_the_folder_are_left_out(outgoing: list[Path], memory: Path) -> None:
    folder = outgoing[0].parent
    (folder / "0001-old.patch").write_text("Not a mail.\n")
    older = outgoing[1].read_text().replace("[PATCH 01/10]", "[PATCH v2 01/10]")
    (folder / "v2-0001.patch").write_text(older)
    (folder / "notes.txt").write_text(outgoing[1].read_text())
    assert sending(outgoing[1], memory, {}).files == tuple(outgoing)


@pytest.mark.parametrize(
    "subject", ["[PATCH 01/10]", "[PATCH]", "Hello"], ids=["twice", "not numbered", "no patch"]
)
def test_a_file_whose_place_is_not_told_is_judged_alone(
    outgoing: list[Path], memory: Path, subject: str
) -> None:
    other = outgoing[0].with_name("other.patch")
    other.write_text(outgoing[1].read_text().replace("[PATCH 01/10]", subject))
    assert sending(other, memory, {}).files == (other,)


def test_a_folder_of_too_many_files_is_not_searched_to_its_end(
    outgoing: list[Path], memory: Path
) -> None:
    few = replace(DEFAULT_LIMITS, series_members=3)
    assert sending(outgoing[1], memory, {}, few).files == tuple(outgoing[:3])
    assert sending(outgoing[9], memory, {}, few).files == (outgoing[9],)
