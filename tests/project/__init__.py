# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for the project as a whole."""
