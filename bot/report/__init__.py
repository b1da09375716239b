# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a series and its forms: mail, terminal, JSON and others."""
