# SPDX-License-Identifier: GPL-3.0-or-later
"""What the header fields of a MIME part say about its content (RFC 2045, RFC 2183, RFC 3676)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message as MimePart
from functools import lru_cache

from bot.mail.header_block import HeaderBlock

_TEXT_NAME = re.compile(r"\.(?:patch|diff|txt|eml|mbox)\Z", re.IGNORECASE)
_FILE_NAME = re.compile(r"filename\*?\d?\*?=\s?\"?([^\";]{1,300})", re.IGNORECASE)
_TEXT_TYPES = frozenset(
    {
        "application/octet-stream",
        "application/x-patch",
        "application/x-diff",
        "application/patch",
        "application/diff",
        "application/mbox",
        "application/x-mbox",
    }
)
_NOT_ASCII = re.compile(
    r"utf-?(?:7|16|32)|ucs|hz|iso-2022|ebcdic|cp037|cp500|cp1140", re.IGNORECASE
)
_PLAIN_ENCODINGS = frozenset({"", "7bit", "8bit", "binary"})
_USUAL_LENGTH = 200


@dataclass(frozen=True, slots=True)
class PartForm:
    """How one part is to be read; what follows ``searchable`` is said of text only."""

    content_type: str
    """As the standard library reads it: ``text/plain`` where it is broken."""
    is_text: bool
    """It may hold a patch: text, or a file of no or a fitting type."""
    searchable: bool
    """ASCII in it stands there as it is."""
    encoding: str = ""
    """The transfer encoding, in lower case."""
    charset: str = ""
    flowed: bool = False
    delsp: bool = False
    """A flowed line may be broken anywhere."""
    attached: bool = False
    """It is an attachment or has a file name."""
    not_ascii: bool = False
    """Its charset may write even ASCII in other bytes."""


def form_of(part: MimePart) -> PartForm:
    """Read the fields of a part; whatever they are, nothing is raised."""
    kind = part.get_content_type()
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    declared = str(part.get("content-type", "")).lower()
    odd = "delsp" in declared or bool(_NOT_ASCII.search(declared))
    searchable = encoding in _PLAIN_ENCODINGS and not odd
    if not _may_be_text(part, kind):
        return PartForm(kind, is_text=False, searchable=searchable)
    charset = _parameter(part, "charset")
    disposition = str(part.get("content-disposition", "")).strip().lower()
    return PartForm(
        content_type=kind,
        is_text=True,
        searchable=searchable,
        encoding=encoding,
        charset=charset,
        flowed=_parameter(part, "format").lower() == "flowed",
        delsp=_parameter(part, "delsp").lower() == "yes",
        attached=disposition.startswith("attachment") or bool(_name(part)),
        not_ascii=bool(_NOT_ASCII.search(charset)),
    )


def read_form(header: HeaderBlock) -> PartForm:
    """Read the form of a part with the header ``header``."""
    values = (
        header.first("content-type"),
        header.first("content-transfer-encoding"),
        header.first("content-disposition"),
    )
    return _known(*values) if sum(map(len, values)) <= _USUAL_LENGTH else _form(*values)


def _form(content_type: str, encoding: str, disposition: str) -> PartForm:
    part: MimePart = MimePart()
    for name, value in (
        ("content-type", content_type),
        ("content-transfer-encoding", encoding),
        ("content-disposition", disposition),
    ):
        if value:
            part[name] = value
    return form_of(part)


_known = lru_cache(maxsize=500)(_form)
"""Nearly all mails of a list say the same ten things."""


def _may_be_text(part: MimePart, kind: str) -> bool:
    if kind == "text/html":
        return False
    return kind.startswith("text/") or kind in _TEXT_TYPES or bool(_TEXT_NAME.search(_name(part)))


def content_type_parameter(header: HeaderBlock, name: str) -> str:
    """Return a parameter of the Content-Type of a part with the header ``header``."""
    part: MimePart = MimePart()
    if value := header.first("content-type"):
        part["content-type"] = value
    return _parameter(part, name)


def _parameter(part: MimePart, name: str) -> str:
    """Return a parameter of a part's Content-Type as one string, "" where absent or broken."""
    if name not in str(part.get("content-type", "")).lower():
        return ""
    try:
        value = part.get_param(name, "")
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""
    if isinstance(value, tuple):  # RFC 2231: (charset, language, value)
        value = value[2]
    return str(value)


def _name(part: MimePart) -> str:
    found = _FILE_NAME.search(str(part.get("content-disposition", "")))
    return (found[1] if found else _parameter(part, "name")).strip()
