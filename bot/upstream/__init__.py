# SPDX-License-Identifier: GPL-3.0-or-later
"""What the world says of an origin: size, licence, revision; every request is guarded."""
