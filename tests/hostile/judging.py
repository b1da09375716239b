# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way of mails through the program, without network and database."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.grouping import group_series
from bot.mail.parse import parse_message
from bot.mail.series import Series
from bot.policy.load import load_policy
from bot.reply.compose import Answer, Letterhead, compose
from bot.report.comparison import compare
from bot.report.json_form import report_to_json
from bot.report.markdown import markdown_text
from bot.report.report import Report
from bot.report.sarif import document_to_sarif
from bot.report.text import mail_text
from bot.triage import Triage
from bot.upstream.finder import OfflineFactFinder
from tests.mail.mails import OWN

_POLICY = load_policy()
_HEAD = Letterhead(
    name="Weighbridge",
    address="weighbridge@bot.example.org",
    list_address="patches@example.org",
    reply_to="patches@example.org",
    identity=OWN,
    version="test",
)


def series_of(mails: list[bytes], limits: Limits = DEFAULT_LIMITS) -> Series:
    """Return the one series that mails make."""
    (series,) = group_series([parse_message(raw, OWN, limits) for raw in mails])
    return series


def report_of(mails: list[bytes], limits: Limits = DEFAULT_LIMITS) -> Report:
    """Return what is reported of the series that mails make."""
    return Triage(_POLICY, OfflineFactFinder(), limits=limits)(series_of(mails, limits))


def all_forms(series: Series, report: Report) -> bytes:
    """Write a report in every form, compare it with itself, and return the mail that says it."""
    stored = report_to_json(report, all_packages=True)
    json.dumps([stored, document_to_sarif([report], [])])
    markdown_text(report)
    text = mail_text(report, compare(stored, report))
    answer = Answer(text, report.verdict, report.policy)
    return compose(series, answer, _HEAD, datetime(2026, 1, 1, tzinfo=UTC)).content
