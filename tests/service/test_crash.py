# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL at random moments, and several processes at once: each answer arrives exactly once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.schema import decisions
from tests.service.crashing import CrashPlan, CrashResult, crash


def assert_each_arrived_once(result: CrashResult) -> None:
    assert result.arrived == result.expected, result
    assert result.copies == Counter({1: result.expected}), result


def decisions_made(url: str) -> int:
    database = Database(url)
    with database.reading() as connection:
        made = connection.execute(select(func.count()).select_from(decisions)).scalar_one()
    database.close()
    return made


def test_killed_again_and_again(tmp_path: Path) -> None:
    assert_each_arrived_once(crash(tmp_path, CrashPlan(kills=12, mails=16)))


def test_four_processes_on_one_sqlite_file(tmp_path: Path) -> None:
    plan = CrashPlan(kills=0, mails=24, processes=4, fault_rate=0.3)
    assert_each_arrived_once(crash(tmp_path, plan))
    assert decisions_made(f"sqlite:///{tmp_path}/state/weighbridge.db") == 24


def test_four_processes_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    plan = CrashPlan(kills=0, mails=24, processes=4, fault_rate=0.3)
    assert_each_arrived_once(crash(tmp_path, plan, postgresql_url))
    assert decisions_made(postgresql_url) == 24


def test_four_processes_killed_together_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    plan = CrashPlan(kills=4, mails=16, processes=4)
    assert_each_arrived_once(crash(tmp_path, plan, postgresql_url))
