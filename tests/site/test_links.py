# SPDX-License-Identifier: GPL-3.0-or-later
"""Only http and https are linked to, whatever a stranger writes."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.site.links import archive_link, issue_link, safe_url

ARCHIVE = "https://archive.example.org/{message_id}/"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://example.org:8080/a/b?c=d&e#f",
        "https://huggingface.co/a/b/resolve/main/m.onnx",
        "https://example.org/ä",
        "https://example.org/a@b",
        "https://[2001:db8::1]/x",
    ],
)
def test_what_may_be_linked_to(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)",
        "javascript://example.org/%0aalert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "vbscript:x",
        "file:///etc/passwd",
        "magnet:?xt=urn:btih:0",
        "//example.org/x",
        "/x",
        "https:example.org",
        "https:///x",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://example.org/ x",
        "https://example.org/\n",
        'https://example.org/"onclick=alert(1)',
        "https://example.org/'",
        "https://example.org/<script>",
        "https://example.org/\\evil",
        "https://example.org/\u202egpj",
        "https://[::1",
        "https://example.org/" + "x" * 3_000,
    ],
)
def test_what_may_not(url: str) -> None:
    assert safe_url(url) == ""


_URLISH = st.text() | st.builds(
    "{}{}".format,
    st.sampled_from(["javascript:", "https://", "HTTP://", "data:", "https://a@", "\thttps://"]),
    st.text(),
)


@given(_URLISH)
def test_whatever_comes_out_is_plain_http(text: str) -> None:
    url = safe_url(text)
    if url:
        assert url == text
        assert urlsplit(url).scheme in {"http", "https"}
        assert not set(url) & set(" \t\r\n\"'<>`\\")


def test_a_mail_in_the_archive() -> None:
    assert archive_link(ARCHIVE, "a/b?c#d@example.org") == (
        "https://archive.example.org/a%2Fb%3Fc%23d@example.org/"
    )
    assert archive_link("", "a@example.org") == ""
    assert archive_link(ARCHIVE, "") == ""
    # What the store keeps in the place of a Message-ID that is too long leads nowhere.
    assert archive_link(ARCHIVE, "sha256:00") == ""


@given(st.text())
def test_no_message_id_leaves_the_archive(message_id: str) -> None:
    link = archive_link(ARCHIVE, message_id)
    assert link == "" or urlsplit(link).netloc == "archive.example.org"
    assert set(link) <= {chr(code) for code in range(33, 127)} - set("\"'<>`\\")


def test_an_issue() -> None:
    assert issue_link("https://debbugs.gnu.org/{issue}", 79119) == "https://debbugs.gnu.org/79119"
    assert issue_link("https://debbugs.gnu.org/{issue}", None) == ""
    assert issue_link("", 1) == ""
