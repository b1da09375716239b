# SPDX-License-Identifier: GPL-3.0-or-later
"""The person behind what Mailman and Debbugs make of From."""

from __future__ import annotations

import pytest

from bot.mail.message import Address
from tests.mail.mails import PATCH_BODY, parsed

ADA = Address("Ada Example", "ada@example.org")
REWRITTEN = "Ada Example via Guix-patches via <guix-patches@gnu.org>"


@pytest.mark.parametrize(
    "headers",
    [
        {"Reply-To": "Ada Example <ada@example.org>"},
        {"Resent-From": "Ada Example <ada@example.org>"},
        {"X-Original-From": "Ada Example <ada@example.org>"},
        {"Reply-To": "77@debbugs.gnu.org, ada@example.org"},
        {
            "Reply-To": "Bob Other <bob@example.net>, Ada Example <ada@example.org>",
            "Resent-From": "guix-patches@gnu.org",
        },
    ],
)
def test_a_rewritten_from(headers: dict[str, str]) -> None:
    assert parsed(headers={"From": REWRITTEN, **headers}).author == ADA


def test_the_list_title_form() -> None:
    headers = {
        "From": '"Ada Example via \\"Development of GNU Guix\\"" <guix-devel@gnu.org>',
        "Reply-To": "ada@example.org",
    }
    assert parsed(headers=headers).author == ADA


def test_the_in_body_from_is_the_last_resort() -> None:
    body = "From: Ada Example <ada@example.org>\n\n" + PATCH_BODY
    assert parsed(body=body, headers={"From": REWRITTEN}).author == ADA
    assert parsed(body=body, headers={"From": "bob@example.net"}).author.email == "bob@example.net"


def test_never_the_list() -> None:
    headers = {"From": REWRITTEN, "Reply-To": "guix-patches@gnu.org, 7@debbugs.gnu.org"}
    assert parsed(headers=headers).author == Address("Ada Example", "")


def test_encoded_names() -> None:
    author = parsed(headers={"From": "=?utf-8?q?Ad=C3=A9la=0A_X?= <adela@example.org>"}).author
    assert author == Address("Adéla X", "adela@example.org")


@pytest.mark.parametrize("value", ["nobody", "<>", "a@b@c <x y>", '"unclosed <a@example.org>', "@"])
def test_broken_from(value: str) -> None:
    assert parsed(headers={"From": value}).author.email in ("", "a@example.org")


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("ada@example.org", Address("", "ada@example.org")),
        ("<ada@example.org>", Address("", "ada@example.org")),
        ("Ada E. Example <ada+x@example.org>", Address("Ada E. Example", "ada+x@example.org")),
        ('"Example, Ada" <ada@example.org>', Address("Example, Ada", "ada@example.org")),
        ("ada@example.org (Ada Example)", Address("Ada Example", "ada@example.org")),
        ("ada@example.org <ada@example.org>", Address("", "ada@example.org")),
        ("Ada <a..b@example.org>", Address("", "")),
        ("Ada <ada@example.org>, Bob <bob@example.org>", Address("Ada", "ada@example.org")),
    ],
)
def test_forms_of_addresses(value: str, address: Address) -> None:
    assert parsed(headers={"From": value}).author == address
