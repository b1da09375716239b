# SPDX-License-Identifier: GPL-3.0-or-later
"""A static site about what is in the database: reads the store, writes files."""
