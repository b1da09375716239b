# SPDX-License-Identifier: GPL-3.0-or-later
"""The running bot: reading sources, triaging what is due, sending, and the schedule of it all."""
