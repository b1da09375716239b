# SPDX-License-Identifier: GPL-3.0-or-later
"""The bundled sample archive."""
