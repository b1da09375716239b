# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept between runs: SQLite by default, PostgreSQL by URL."""
