# SPDX-License-Identifier: GPL-3.0-or-later
"""The author's own repository, read with the real git."""
