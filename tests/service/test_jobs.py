# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run of a job ended is noted: also where nothing was raised."""

from __future__ import annotations

from bot.application import open_application
from bot.service.health import problems_of
from bot.service.jobs import observed
from bot.service.monitoring import JobCounts
from bot.service.status import overall_status
from bot.service.wiring import job_intervals
from tests.servers.faulty_smtp import FaultySmtp
from tests.servers.process import free_port
from tests.service.archive import MAILS, Archive, Clock


def test_a_server_that_takes_no_mail_is_a_problem_until_it_does(archive: Archive) -> None:
    archive.put(MAILS["06-torrent-without-licence"])
    smtp = {"host": "127.0.0.1", "port": free_port(), "security": "none"}
    config, clock, counts = archive.config(delivery={}, smtp=smtp), Clock(), JobCounts()

    def problems() -> tuple[str, ...]:
        observed(application, "deliver", application.deliver_once, counts)
        status = overall_status(application.database, "live")
        return problems_of(status, job_intervals(config), clock())

    with open_application(config, clock) as application:
        assert problems() == ()
        application.run_once()
        (problem,) = problems()
        assert "deliver has failed 1 times in a row" in problem
        assert "check smtp.host and smtp.port" in problem
        for _ in range(4):
            problems()
        with FaultySmtp().serving() as server:
            smtp["port"] = server.port
            application.config = archive.config(delivery={}, smtp=smtp)
            assert problems() == ()
            subjects = [content for content in server.contents if b"the job deliver" in content]
    assert len(server.taken) == 2
    assert len(subjects) == 1
    assert counts.by_job()["deliver"][2] == 5
