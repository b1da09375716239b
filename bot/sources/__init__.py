# SPDX-License-Identifier: GPL-3.0-or-later
"""Where mail comes from: one module per kind of archive behind one small interface."""
