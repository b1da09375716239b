# SPDX-License-Identifier: GPL-3.0-or-later
"""Guix package definitions, read out of Scheme, and what a patch changes in them."""
