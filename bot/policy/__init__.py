# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules as data: thresholds, severities and what counts as free, each with its source."""
