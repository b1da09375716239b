# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests; the folders mirror the rooms of ``bot``."""
