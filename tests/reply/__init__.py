# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of replies: decisions, mails, the outbox and its delivery."""
