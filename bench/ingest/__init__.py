# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast an archive is read, beside what other parsers need for the same mails."""
