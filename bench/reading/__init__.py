# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how much of Guix's packages is read, and whether it is read right."""
