# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader of Authentication-Results takes what RFC 8601 says, and raises for nothing."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from bot.limits import DEFAULT_LIMITS
from bot.trust.results_header import read_authserv_id, read_results

_WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)
_VALUE = st.one_of(
    st.text("abcXYZ019.@/+-_", min_size=1, max_size=20),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20).map(
        lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    ),
)
_BLANK = st.sampled_from(["", " ", "\t", " (a comment) ", '(one (within; \\) " another))', "  "])
_PROPERTY = st.tuples(st.sampled_from(["header", "smtp", "policy"]), _WORD)


def _bare(value: str) -> str:
    if not value.startswith('"'):
        return value
    return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")


@example("mx", "", [("dkim", "pass", {("header", "d"): '"="'}, "")])
@given(
    server=_WORD,
    version=st.sampled_from(["", " 1", " (x) 1"]),
    clauses=st.lists(
        st.tuples(_WORD, _WORD, st.dictionaries(_PROPERTY, _VALUE, max_size=3), _BLANK),
        min_size=1,
        max_size=5,
    ),
)
def test_reads_back_what_was_written(
    server: str,
    version: str,
    clauses: list[tuple[str, str, dict[tuple[str, str], str], str]],
) -> None:
    written = [server + version]
    for method, result, properties, blank in clauses:
        parts = [f"{method}{blank}={blank}{result}"]
        parts += [f"{kind}.{name}{blank}={blank}{v}" for (kind, name), v in properties.items()]
        written.append(f"{blank} " + f" {blank}".join(parts))
    value = f"{clauses[0][3]};".join(written)
    found = read_results(value, DEFAULT_LIMITS)
    assert found is not None
    assert found.authserv_id == server == read_authserv_id(value)
    assert [(r.method, r.result) for r in found.results] == [(m, r) for m, r, _, _ in clauses]
    for one, (_, _, properties, _) in zip(found.results, clauses, strict=True):
        assert one.properties == {f"{k}.{n}": _bare(v) for (k, n), v in properties.items()}


@given(st.text(st.sampled_from('abc()\\";= ./1'), max_size=60))
@example("a;" + "(" * 500)
@example('a; b="' + "\\" * 501)
def test_never_raises(value: str) -> None:
    read_authserv_id(value)
    found = read_results(value, DEFAULT_LIMITS)
    assert found is None or found.authserv_id == read_authserv_id(value)


def test_long_fields_take_no_long() -> None:
    for part in ("(", "()", '"', "\\", "a=", ";", "a b ", "a=b;", "a.", "=", '"\\"'):
        for value in (part * 10_000, "x;" + part * 10_000):
            read_results(value, DEFAULT_LIMITS)
            read_authserv_id(value)
