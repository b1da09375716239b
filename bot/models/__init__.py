# SPDX-License-Identifier: GPL-3.0-or-later
"""Does this package ship trained parameters, and on what evidence."""
