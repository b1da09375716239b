# SPDX-License-Identifier: GPL-3.0-or-later
"""``/healthz`` and ``/metrics`` on a loopback port.

The metrics are in Prometheus' text format
(https://prometheus.io/docs/instrumenting/exposition_formats/).
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bot.service.status import OverallStatus

_log = logging.getLogger("weighbridge.monitoring")


@dataclass
class JobCounts:
    """How often the jobs of this process ran, for how long, and how often they failed."""

    _counts: dict[str, tuple[int, float, int]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, job: str, seconds: float, *, failed: bool) -> None:
        """Count one run."""
        with self._lock:
            runs, total, failures = self._counts.get(job, (0, 0.0, 0))
            self._counts[job] = (runs + 1, total + seconds, failures + failed)

    def by_job(self) -> dict[str, tuple[int, float, int]]:
        """Return (runs, seconds, failures) of each job."""
        with self._lock:
            return dict(self._counts)


@dataclass(frozen=True, slots=True)
class Observation:
    """What a probe is told."""

    status: OverallStatus
    problems: tuple[str, ...]
    counts: JobCounts
    now: datetime


def serve_monitoring(port: int, observe: Callable[[], Observation]) -> ThreadingHTTPServer | None:
    """Answer on 127.0.0.1 from a thread of its own; None where the port is taken.

    The service works without it; that the port is taken is logged.
    """

    class Handler(_Handler):
        observation = staticmethod(observe)

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        _log.warning("monitoring is off", extra={"port": port, "reason": str(error)})
        return None
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True, name="monitoring").start()
    return server


class _Handler(BaseHTTPRequestHandler):
    observation: Callable[[], Observation]
    timeout = 10

    def do_GET(self) -> None:
        """Answer one probe."""
        if self.path not in ("/healthz", "/metrics"):
            self._answer(404, "text/plain", "There are /healthz and /metrics.\n")
            return
        try:
            seen = self.observation()
        # A probe must be told that the database is gone, not be left without an answer.
        except Exception as error:  # noqa: BLE001
            self._answer(503, "application/json", _health((f"{type(error).__name__}: {error}",)))
            return
        if self.path == "/metrics":
            self._answer(200, "text/plain; version=0.0.4", "".join(metrics_text(seen)))
        else:
            self._answer(503 if seen.problems else 200, "application/json", _health(seen.problems))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (inherited)
        """Say nothing: a probe comes every few seconds."""

    def _answer(self, code: int, kind: str, text: str) -> None:
        content = text.encode()
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _health(problems: tuple[str, ...]) -> str:
    return json.dumps({"healthy": not problems, "problems": problems}) + "\n"


def metrics_text(seen: Observation) -> Iterator[str]:
    """Yield the metrics, each with what it means."""
    status = seen.status
    yield _head("weighbridge_healthy", "gauge", "1 where nothing is wrong.")
    yield f"weighbridge_healthy {int(not seen.problems)}\n"
    yield _head("weighbridge_paused", "gauge", "1 while somebody has stopped all mail.")
    yield f"weighbridge_paused {int(status.pause is not None)}\n"
    yield _head("weighbridge_series_waiting", "gauge", "Series that settle or wait for triage.")
    yield f"weighbridge_series_waiting {status.series_waiting}\n"
    yield _head("weighbridge_commands_waiting", "gauge", "Mails whose commands wait.")
    yield f"weighbridge_commands_waiting {status.commands_waiting}\n"
    yield _head("weighbridge_outbox_mails", "gauge", "Mails in each state of the outbox.")
    for state, count in status.mails.items():
        yield f"weighbridge_outbox_mails{_labels(state=state)} {count}\n"
    yield _head("weighbridge_oldest_pending_seconds", "gauge", "Age of the oldest pending mail.")
    yield f"weighbridge_oldest_pending_seconds {_age(status.oldest_pending, seen.now)}\n"
    yield _head("weighbridge_job_lag_seconds", "gauge", "Time since each job last succeeded.")
    for record in status.jobs:
        lag = _age(record.succeeded_at, seen.now)
        yield f"weighbridge_job_lag_seconds{_labels(job=record.job)} {lag}\n"
    yield from _job_metrics(seen.counts)


def _job_metrics(counts: JobCounts) -> Iterator[str]:
    rows = sorted(counts.by_job().items())
    yield _head("weighbridge_job_seconds", "summary", "Time that runs of each job took.")
    for job, (runs, seconds, _) in rows:
        yield f"weighbridge_job_seconds_count{_labels(job=job)} {runs}\n"
        yield f"weighbridge_job_seconds_sum{_labels(job=job)} {seconds:.3f}\n"
    yield _head("weighbridge_job_failures_total", "counter", "Runs of each job that failed.")
    for job, (_, _, failures) in rows:
        yield f"weighbridge_job_failures_total{_labels(job=job)} {failures}\n"


def _head(name: str, kind: str, meaning: str) -> str:
    return f"# HELP {name} {meaning}\n# TYPE {name} {kind}\n"


def _labels(**labels: str) -> str:
    quoted = (
        f'{name}="{value.replace(chr(92), "").replace(chr(34), "").replace(chr(10), " ")}"'
        for name, value in labels.items()
    )
    return "{" + ",".join(quoted) + "}"


def _age(then: datetime | None, now: datetime) -> float:
    return round((now - then).total_seconds(), 1) if then else 0.0
