# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes: known, unknown, large, and grown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.checks.finding import Finding, Status
from bot.checks.series import check_series
from bot.checks.size import check_size
from bot.checks.units import human_size
from bot.models.assessment import ModelPackage
from bot.upstream.facts import Fact, OriginFacts, PackageFacts
from bot.upstream.finder import OfflineFactFinder
from tests.checks.factory import GOOD, GUIX, MIB, UNFLAGGED, ZIP, facts, known_size, model


def _findings(judged: ModelPackage, known: PackageFacts) -> dict[str, Finding]:
    return {finding.code: finding for finding in check_size(judged, known, GUIX)}


@pytest.mark.parametrize(
    ("size", "code", "status"),
    [
        (1, "size-ok", Status.PASS),
        (100_000_000, "size-ok", Status.PASS),
        (100_000_001, "size-notable", Status.NOTE),
        (1_000_000_000, "size-notable", Status.NOTE),
        (1_000_000_001, "size-large", Status.WARN),
    ],
)
def test_thresholds_are_the_policy_s(size: int, code: str, status: Status) -> None:
    found = _findings(model(), facts(known_size(size)))
    assert {name: finding.status for name, finding in found.items()} == {code: status}


def test_the_farm_s_cost_is_told_while_substitutes_are_made() -> None:
    unpacked = Fact(70 * MIB, "u", None)
    known = facts(known_size(40 * MIB, unpacked_size=unpacked))
    assert "substitutes" not in _findings(model(), known)["size-ok"].message
    told = _findings(model(UNFLAGGED), known)["size-ok"].message
    assert told == (
        "40.0 MiB to download, 70.0 MiB unpacked; substitutes for 6 systems take 420.0 MiB"
    )


def test_unpacked_counts_as_well() -> None:
    known = facts(known_size(MIB, unpacked_size=Fact(3 * 1024 * MIB, "u", None)))
    assert "size-large" in _findings(model(), known)


def test_offline_is_unknown_and_says_so() -> None:
    known = PackageFacts({0: OfflineFactFinder().facts_about(ZIP)})
    finding = _findings(model(), known)["size-unknown"]
    assert finding.status is Status.UNKNOWN
    assert finding.message == "the size is not known: not asked (offline)"


def test_one_unknown_part_makes_the_whole_unknown() -> None:
    origins = (ZIP, replace(ZIP, file_name="second.zip"))
    silent = OriginFacts(size=Fact(None, "u", None, "HTTP 404"))
    known = PackageFacts({0: known_size(5), 1: silent})
    found = _findings(model(replace(GOOD, origins=origins), (0, 1)), known)
    assert found["size-unknown"].message == "the size of second.zip is not known: HTTP 404"


def test_nothing_to_weigh() -> None:
    found = _findings(model(replace(GOOD, origins=()), ()), facts())
    assert "does not show where" in found["size-unknown"].message


@pytest.mark.parametrize(
    ("before", "after", "noted"),
    [(100, 126, True), (100, 125, False), (100, 50, False), (0, 50, False)],
)
def test_growth(before: int, after: int, noted: bool) -> None:
    known = facts(known_size(after * MIB), previous={0: known_size(before * MIB)})
    found = _findings(model(GOOD, before=GOOD), known)
    assert ("size-growth" in found) is noted
    if noted:
        assert "+26 %" in found["size-growth"].message
        assert "size-growth" not in _findings(model(), known)


def test_growth_counts_what_did_not_change() -> None:
    two = replace(GOOD, origins=(ZIP, replace(ZIP, file_name="second.zip")))
    judged = model(two, (0, 1), before=two)
    known = PackageFacts(
        {0: known_size(100 * MIB), 1: known_size(30 * MIB)}, {1: known_size(20 * MIB)}
    )
    assert "size-growth" not in _findings(judged, known)
    assert "size-growth" not in _findings(judged, replace(known, previous={}))


def test_a_series_adds_up_and_counts_a_file_once() -> None:
    other = replace(GOOD, origins=(replace(ZIP, uris=("https://x.example/other.zip",)),))
    big = facts(known_size(1_500_000_000))
    (finding,) = check_series([(model(), big), (model(other), big)], GUIX)
    assert (finding.code, finding.status) == ("size-series", Status.WARN)
    assert finding.message == "2.8 GiB to download for all 2 models of the series"
    assert check_series([(model(), big), (model(), big)], GUIX) == ()
    assert check_series([(model(), big)], GUIX) == ()
    assert check_series([(model(other), facts(OriginFacts(Fact(None, "", None))))] * 2, GUIX) == ()


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (41205931, "39.3 MiB"),
     (4 * 1024**3, "4.0 GiB"), (5000 * 1024**4, "5000.0 TiB")],
)  # fmt: skip
def test_sizes_for_people(size: int, text: str) -> None:
    assert human_size(size) == text
