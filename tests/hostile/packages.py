# SPDX-License-Identifier: GPL-3.0-or-later
"""Definitions of packages, small ones and endless ones, as lines of text."""

from __future__ import annotations

from collections.abc import Iterable

from tests.hostile.mails import lines_of

HUB = "https://huggingface.co/example/net/resolve/" + "a" * 40
DIGEST = "0" * 52


def package(
    name: str, *fields: str, uri: str = "", license_field: str = "license:asl2.0"
) -> list[str]:
    """Return a package; ``fields`` are put in after its source."""
    where = uri or f'"https://example.org/{name}-1.0.tar.gz"'
    return lines_of(
        f"""(define-public {name}
  (package
    (name "{name}")
    (version "1.0")
    (source (origin
              (method url-fetch)
              (uri {where})
              (sha256 (base32 "{DIGEST}"))))""",
        *fields,
        f"""    (build-system copy-build-system)
    (home-page "https://example.org")
    (synopsis "Sample")
    (description "This is a sample.")
    (license {license_field})))
""",
    )


def model(name: str, *fields: str, license_field: str = "license:asl2.0") -> list[str]:
    """Return a package of trained parameters out of a model hub."""
    return package(name, *fields, uri=f'"{HUB}/{name}.safetensors"', license_field=license_field)


def origin(file: str, *fields: str) -> str:
    """Return an origin of weights."""
    return (
        f'(origin (method url-fetch) (uri "{HUB}/{file}") (sha256 (base32 "{DIGEST}"))'
        + "".join(f" {field}" for field in fields)
        + ")"
    )


def inputs(items: Iterable[str], name: str = "inputs") -> str:
    """Return a field of inputs, an item to a line."""
    return f"    ({name} (list " + "\n                  ".join(items) + "))"


def heir(name: str, parent: str, *fields: str) -> list[str]:
    """Return a package that inherits from another one."""
    inner = "".join(f"\n    {field}" for field in fields)
    return lines_of(
        f'(define-public {name}\n  (package\n    (inherit {parent})\n    (name "{name}"){inner}))\n'
    )
