# SPDX-License-Identifier: GPL-3.0-or-later
"""How the pipeline does on the patches that a Guix clone's history is made of."""
