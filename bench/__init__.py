# SPDX-License-Identifier: GPL-3.0-or-later
"""Measurements over real input, each run with one command."""
