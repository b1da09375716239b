# SPDX-License-Identifier: GPL-3.0-or-later
"""What people ask of the bot, and order it to do, by mail."""
