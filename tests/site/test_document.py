# SPDX-License-Identifier: GPL-3.0-or-later
"""Stored reports are read whatever is in them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.site.document import STATUSES, ReadReport, read_document
from bot.site.revisions import headline
from tests.site.made import document, finding, package

_WORDS = (
    "packages findings origins learnt size unpacked_size license value source learnt_at waived by "
    "reason at status message hint scheme line rule code check quotes excerpt text uri weights "
    "missing notes verdict subject model evidence kind licenses spdx substitutable"
)
_KEYS = _WORDS.split()
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=5), inner, max_size=8)
    ),
    max_leaves=40,
)


@given(st.dictionaries(st.sampled_from(_KEYS), _ANYTHING, max_size=12))
def test_nothing_in_a_document_raises(kept: dict[str, Any]) -> None:
    report = read_document(kept)
    assert isinstance(report, ReadReport)
    assert report.verdict in STATUSES
    headline(report)


def test_a_whole_document() -> None:
    report = read_document(document(package(finding(), finding("size-ok", "pass"))))
    (one,) = report.packages
    assert (one.name, one.version, one.verdict) == ("condor-weights", "1", "fail")
    assert one.licenses == ("Apache-2.0",)
    assert one.substitutable is False
    (weights,) = one.weights
    assert weights.size == 1024
    assert weights.size_learnt is not None
    assert weights.size_learnt.at == "2025-11-03T06:00:00Z"
    assert [line.number for line in one.lines] == [13, 14]
    assert headline(report) == "1 model: 1 to fix"


def test_the_worst_finding_comes_first() -> None:
    report = read_document(
        document(package(*(finding(f"a-{status}", status) for status in reversed(STATUSES))))
    )
    assert [one.status for one in report.packages[0].findings] == list(STATUSES)


def test_a_waived_finding() -> None:
    waived = {
        "by": "Mel <mel@example.org>",
        "reason": "The licence came by mail, see <mel@example.org>.",
        "at": "2026-01-31",
        "status": "fail",
    }
    report = read_document(document(package(finding(status="note", waived=waived))))
    (one,) = report.packages[0].findings
    assert one.status == "note"
    assert one.waived is not None
    assert (one.waived.status, one.waived.at) == ("fail", "2026-01-31T00:00:00Z")
    assert one.waived.by == "Mel (an address)"
    assert "example.org" not in one.waived.reason
    assert headline(report) == "1 model: 1 waived"
    assert (
        read_document(document(package(finding(waived=None)))).packages[0].findings[0].waived
        is None
    )


def test_documents_of_before_the_lines_were_kept() -> None:
    old = package(finding())
    for key in ("quotes", "excerpt"):
        del old[key]
    del old["origins"][0]["learnt"]
    (one,) = read_document(document(old)).packages
    assert one.lines == ()
    assert one.weights[0].size == 1024
    assert one.weights[0].size_learnt is None


def test_quotes_stand_in_for_an_excerpt() -> None:
    kept = package(finding(), excerpt=[], quotes=[{"line": 14, "text": "(origin x)"}])
    assert [line.text for line in read_document(document(kept)).packages[0].lines] == ["(origin x)"]


def test_a_package_without_a_model_is_left_out() -> None:
    assert read_document(document(package(model=False))).packages == ()


def test_an_unknown_status_is_unknown() -> None:
    report = read_document(document(package(finding(status="excellent")), verdict="splendid"))
    assert report.verdict == "unknown"
    assert report.packages[0].findings[0].status == "unknown"
    # Of one finding, yes; of a whole report there is none.
    assert read_document({"verdict": "note"}).verdict == "unknown"


def test_urls_that_run_code_are_no_links() -> None:
    kept = package(finding(source="javascript:alert(1)", learnt_from="data:x (2025-01-01)"))
    kept["origins"][0]["uri"] = ["javascript:alert(1)"]
    (one,) = read_document(document(kept)).packages
    assert one.findings[0].source == one.findings[0].learnt_url == one.weights[0].url == ""
    assert one.weights[0].place == "javascript:alert(1)"
