# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is answered, with which headers, whether at all; the outbox; SMTP."""
