# SPDX-License-Identifier: GPL-3.0-or-later
"""One module per check; each takes a model, the facts and the policy and gives findings."""
