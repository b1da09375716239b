# SPDX-License-Identifier: GPL-3.0-or-later
"""What the way of one hostile mail through the program costs, stage by stage."""
