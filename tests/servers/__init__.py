# SPDX-License-Identifier: GPL-3.0-or-later
"""Real servers on loopback, each in a temporary directory of its own."""
