# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are named by numbers and hashes, whatever keys and codes are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.site.manifest import is_path_of_site
from bot.site.naming import rule_name, thread_names


def test_the_first_thread_of_an_issue_has_its_number() -> None:
    names = thread_names([("a", 7), ("b", 7), ("c", None), ("d", 8)])
    assert names["a"] == "7"
    assert names["b"].startswith("7-")
    assert names["c"].startswith("t-")
    assert names["d"] == "8"


@given(st.lists(st.tuples(st.text(), st.none() | st.integers()), unique_by=lambda one: one[0]))
def test_no_two_threads_share_a_name(threads: list[tuple[str, int | None]]) -> None:
    names = thread_names(threads)
    assert len(set(names.values())) == len(names) == len(threads)
    assert all(is_path_of_site(f"series/{name}.html") for name in names.values())


@given(st.text() | st.text(alphabet="abc-./\\"))
def test_a_rule_is_named_by_its_code_or_not_at_all(code: str) -> None:
    name = rule_name(code)
    assert name in {code, ""}
    assert not name or is_path_of_site(f"rules/{name}.html")


def test_no_rule_takes_the_place_of_their_list() -> None:
    assert rule_name("license-missing") == "license-missing"
    assert rule_name("index") == rule_name("../index") == rule_name("") == rule_name("A") == ""
