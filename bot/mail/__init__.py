# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes to messages, messages to series: all that is known of mail and nothing of Scheme."""
