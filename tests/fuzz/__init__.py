# SPDX-License-Identifier: GPL-3.0-or-later
"""Coverage-guided fuzzing, and the corpus that it starts from."""
