# SPDX-License-Identifier: GPL-3.0-or-later
"""Who a sender provably is: signatures of domains and of people, and what they cover."""
