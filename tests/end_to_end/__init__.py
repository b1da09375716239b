# SPDX-License-Identifier: GPL-3.0-or-later
"""The command as a process, between real servers."""
