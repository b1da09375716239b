# SPDX-License-Identifier: GPL-3.0-or-later
"""Health, metrics and the daily mail: what is wrong is said, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from bot.application import open_application
from bot.service.daily import digest_text
from bot.service.health import problems_of
from bot.service.monitoring import JobCounts, Observation, metrics_text, serve_monitoring
from bot.service.status import OverallStatus
from bot.store.control import Pause
from bot.store.facts import StoredFactCache
from bot.store.jobs import JobRecord, job_started
from bot.upstream.cache import KeptAnswer
from tests.reply.made import NOW
from tests.servers.process import free_port
from tests.service.archive import MAILS, Archive, Clock

MINUTE = timedelta(minutes=1)
EVERY = {"triage": MINUTE}
WELL = JobRecord("triage", NOW - MINUTE, NOW - MINUTE, None, 0, "")
STATUS = OverallStatus(
    mode="live",
    database="sqlite:///x",
    pause=None,
    sources=(),
    jobs=(WELL,),
    series_waiting=2,
    mails={"pending": 1, "failed": 0},
    oldest_pending=NOW - 5 * MINUTE,
    commands_waiting=3,
)


def test_all_is_well() -> None:
    assert problems_of(STATUS, EVERY, NOW) == ()
    assert problems_of(replace(STATUS, jobs=()), EVERY, NOW) == ()


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (replace(WELL, failures=3, last_error="no route"), "failed 3 times in a row: no route"),
        (replace(WELL, started_at=NOW - 31 * MINUTE, succeeded_at=None), "it hangs"),
        (replace(WELL, started_at=NOW - 31 * MINUTE, succeeded_at=NOW - 30 * MINUTE), "not run"),
    ],
)
def test_a_job_that_fails_hangs_or_does_not_run(record: JobRecord, words: str) -> None:
    (problem,) = problems_of(replace(STATUS, jobs=(record,)), EVERY, NOW)
    assert words in problem


def test_mail_that_could_not_be_delivered() -> None:
    (problem,) = problems_of(replace(STATUS, mails={"failed": 2}), EVERY, NOW)
    assert problem.startswith("2 mails could not be delivered: weighbridge outbox list")


@contextmanager
def probed(observation: Observation | None) -> Iterator[str]:
    def observe() -> Observation:
        if observation is None:
            raise OSError("no database")
        return observation

    port = free_port()
    server = serve_monitoring(port, observe)
    assert server is not None
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        server.server_close()


def test_probes_are_answered() -> None:
    counts = JobCounts()
    counts.add('poll:a"b', 1.5, failed=True)
    with probed(Observation(STATUS, (), counts, NOW)) as url:
        healthy = requests.get(f"{url}/healthz", timeout=5)
        metrics = requests.get(f"{url}/metrics", timeout=5)
        assert requests.get(f"{url}/", timeout=5).status_code == 404
    assert (healthy.status_code, healthy.json()) == (200, {"healthy": True, "problems": []})
    lines = metrics.text.splitlines()
    for line in (
        "weighbridge_healthy 1",
        "weighbridge_commands_waiting 3",
        'weighbridge_outbox_mails{state="pending"} 1',
        "weighbridge_oldest_pending_seconds 300.0",
        'weighbridge_job_lag_seconds{job="triage"} 60.0',
        'weighbridge_job_seconds_sum{job="poll:ab"} 1.500',
        'weighbridge_job_failures_total{job="poll:ab"} 1',
    ):
        assert line in lines


def test_a_problem_and_a_lost_database_are_unhealthy() -> None:
    with probed(Observation(STATUS, ("triage hangs",), JobCounts(), NOW)) as url:
        answer = requests.get(f"{url}/healthz", timeout=5)
    assert (answer.status_code, answer.json()["problems"]) == (503, ["triage hangs"])
    with probed(None) as url:
        assert requests.get(f"{url}/healthz", timeout=5).status_code == 503


def test_a_taken_port_only_turns_monitoring_off() -> None:
    with probed(Observation(STATUS, (), JobCounts(), NOW)) as url:
        assert serve_monitoring(int(url.rpartition(":")[2]), lambda: None) is None  # type: ignore[arg-type,return-value]


def test_every_metric_has_its_meaning_and_type() -> None:
    text = "".join(metrics_text(Observation(STATUS, (), JobCounts(), NOW)))
    names = {line.split("{")[0].split(" ")[0] for line in text.splitlines() if line[0] != "#"}
    for name in names:
        assert f"# TYPE {name} " in text


def test_the_daily_mail_says_what_needs_a_person() -> None:
    paused = replace(STATUS, pause=Pause("too loud", NOW))
    text = digest_text(paused, (), ("triage hangs",), NOW)
    assert "Mail is stopped since 2026-03-01 12:00 UTC: too loud" in text
    assert "- triage hangs" in text
    assert "Outbox: 1 pending." in text


def test_publishers_old_answers_are_forgotten_unless_they_cannot_change(archive: Archive) -> None:
    clock = Clock()
    with open_application(archive.config(), clock) as application:
        cache = StoredFactCache(application.database)
        for key, immutable in (("moves", False), ("stays", True)):
            answer = KeptAnswer('{"ok": 1}', "https://example.org/", clock.now, immutable)
            cache.put(key, answer)
        application.daily()
        assert cache.get("moves") is not None
        clock.now += timedelta(days=1_000)
        application.daily()
        assert cache.get("moves") is None
        assert cache.get("stays") is not None


def test_once_a_day_old_mail_is_forgotten_and_the_operator_told(archive: Archive) -> None:
    archive.put(MAILS["06-torrent-without-licence"])
    clock = Clock()
    with open_application(archive.config(), clock) as application:
        application.daily()
        application.run_once()
        application.daily()
        application.run_once()
        assert len(archive.sent_mails()) == 1
        clock.now += timedelta(days=1)
        for _ in range(2):
            application.daily()
            application.run_once()
        assert len(archive.sent_mails()) == 2
        (digest,) = (m for m in archive.sent_mails() if m["Subject"] == "the day of the bot")
        assert "Answered:\n- 79119: " in str(digest.get_payload())
        clock.now += timedelta(days=200)
        application.daily()
        outcome = application.run_once()
        assert outcome.replies == ()
    assert len(archive.sent_mails()) == 2


def test_the_operator_is_told_of_a_job_that_hangs_once(archive: Archive) -> None:
    clock = Clock()
    with open_application(archive.config(), clock) as application:
        with application.database.writing() as connection:
            job_started(connection, "triage", clock())
        application.tell_of_hanging()
        assert application.run_once().sent == ()
        clock.now += timedelta(minutes=31)
        for _ in range(2):
            application.tell_of_hanging()
            application.run_once()
    (notice,) = archive.sent_mails()
    assert notice["Subject"] == "a job hangs"
    assert "triage has been running since" in str(notice.get_payload())
