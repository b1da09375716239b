# SPDX-License-Identifier: GPL-3.0-or-later
"""Weighbridge: triage of mailed patches that package machine-learning models for GNU Guix."""

__version__ = "0.1.0"
