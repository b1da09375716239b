# SPDX-License-Identifier: GPL-3.0-or-later
"""Guile's syntax as data, and a small evaluator of constant expressions: nothing is ever run."""
