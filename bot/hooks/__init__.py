# SPDX-License-Identifier: GPL-3.0-or-later
"""Git's hooks by which a package author has patches judged without asking for it."""
