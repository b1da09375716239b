# SPDX-License-Identifier: GPL-3.0-or-later
"""Transfer encodings: the quick way gives what the lenient one gives."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st
from mailparser.utils import decode_base64_payload  # type: ignore[import-untyped]

from bot.mail.plain_text import transfer_decoded

_DAMAGE = st.sampled_from([b"", b"=", b"\n", b"\r\n", b"A", b" ", b"-", b"\xff", b"====", b"QQ=="])


@given(st.binary(max_size=60), st.lists(st.tuples(st.integers(0, 90), _DAMAGE), max_size=3))
def test_base64_is_decoded_as_mail_clients_do(
    content: bytes, damage: list[tuple[int, bytes]]
) -> None:
    payload = base64.encodebytes(content)
    for place, inserted in damage:
        payload = payload[:place] + inserted + payload[place:]
    lenient = decode_base64_payload(payload.decode("ascii", "ignore"))
    assert transfer_decoded(payload, "base64") == lenient
    if not damage:
        assert lenient == content
