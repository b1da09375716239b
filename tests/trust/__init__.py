# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of who is believed by mail."""
