# SPDX-License-Identifier: GPL-3.0-or-later
"""The author's own git repository: what is in it and has not been sent."""
