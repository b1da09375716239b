# SPDX-License-Identifier: GPL-3.0-or-later
"""Claims of killed processes are freed; those of living ones and of other machines are not."""

from __future__ import annotations

import os
import subprocess
import sys

from bot.service.workers import is_gone, worker_name


def test_this_process_is_here() -> None:
    assert not is_gone(worker_name())


def test_an_earlier_process_of_this_number_is_gone() -> None:
    assert is_gone(worker_name().rpartition(":")[0] + ":00000000")


def test_a_process_that_was_killed_is_gone_and_a_living_one_is_not() -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    name = worker_name().replace(f":{os.getpid()}:", f":{process.pid}:")
    assert not is_gone(name)
    process.kill()
    process.wait()
    assert is_gone(name)


def test_nothing_is_known_of_another_machine() -> None:
    assert not is_gone("elsewhere/pid:[1]/boot:999999:abcdef")
    assert not is_gone("nonsense")
