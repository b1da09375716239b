# SPDX-License-Identifier: GPL-3.0-or-later
"""Log lines: text for a person at a terminal, one JSON object a line otherwise.

What is said about an event stands in the fields that the call passes as ``extra``.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from bot.report.clean import one_line

_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, event, and the fields of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


class TextFormatter(logging.Formatter):
    """Time, level, event and fields, on one line whatever strangers put into a subject."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback follows only at the level of debugging."""
        fields = "".join(
            f"  {name}={one_line(str(value), 300)!r}"
            if isinstance(value, str)
            else f"  {name}={value}"
            for name, value in _fields(record).items()
        )
        stamp = f"{datetime.fromtimestamp(record.created, UTC):%H:%M:%S}"
        line = f"{stamp} {record.levelname.lower():7} {record.getMessage()}{fields}"
        if record.exc_info and logging.getLogger().isEnabledFor(logging.DEBUG):
            line += "\n" + self.formatException(record.exc_info)
        return line


def configure_logging(
    stream: TextIO | None = None, *, as_json: bool | None = None, level: int = logging.INFO
) -> None:
    """Send all log lines to ``stream`` (standard error): JSON unless that is a terminal."""
    stream = stream or sys.stderr
    as_json = not stream.isatty() if as_json is None else as_json
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # These log each run of each job, and each connection.
    for name in ("apscheduler", "alembic", "aiosmtplib", "urllib3", "mailparser"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(record).items()
        if name not in _USUAL and value is not None
    }
