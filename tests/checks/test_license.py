# SPDX-License-Identifier: GPL-3.0-or-later
"""The licence: declared, spoken of, and stated by the publisher."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.checks.finding import Finding, Status, worst
from bot.checks.license import check_license
from bot.checks.license_words import license_in
from bot.guix.package import Comment, PackageDefinition, PackageLicense, UnknownField
from bot.models.assessment import ModelPackage
from bot.upstream.facts import BaseModelFacts, Fact, PackageFacts
from tests.checks.factory import (
    ASL2,
    CC0,
    EXPAT,
    GOOD,
    GPL3,
    GUIX,
    NET,
    PROGRAM,
    facts,
    known_size,
    model,
    stated,
)

ENGINE = replace(GOOD, name="engine", origins=(PROGRAM, NET), licenses=(GPL3,))
ENGINE_MODEL = model(ENGINE, (1,))


def _findings(judged: ModelPackage, known: PackageFacts | None = None) -> list[Finding]:
    found = list(check_license(judged, known or facts(), GUIX))
    assert found
    for finding in found:
        assert finding.check == "license"
        assert finding.source.startswith("http")
        assert finding.rule in GUIX.rules_by_id
    return found


def _codes(judged: ModelPackage, known: PackageFacts | None = None) -> dict[str, Status]:
    return {finding.code: finding.status for finding in _findings(judged, known)}


def _with(*licenses: PackageLicense) -> ModelPackage:
    return model(replace(GOOD, licenses=licenses))


def _weights(identifier: str, spdx: str | None = None) -> PackageFacts:
    return facts(known_size(1, license=stated(identifier), license_spdx=spdx))


@pytest.mark.parametrize("declared", [ASL2, EXPAT, GPL3, CC0])
def test_a_free_licence_passes_and_is_named(declared: PackageLicense) -> None:
    (finding,) = _findings(_with(declared))
    assert finding.status is Status.PASS
    assert declared.spdx is not None
    assert declared.spdx in finding.message


def test_the_publishers_agreement_is_told() -> None:
    (finding,) = _findings(model(), _weights("apache-2.0", "Apache-2.0"))
    assert finding.message == "Apache-2.0; the publisher says the same"


@pytest.mark.parametrize(
    ("definition", "code", "status"),
    [
        (replace(GOOD, license_statement="false", licenses=()), "license-missing", Status.FAIL),
        (replace(GOOD, license_statement="absent", licenses=()), "license-missing", Status.FAIL),
        (
            replace(GOOD, license_statement="absent", licenses=(), partial=True),
            "license-unknown",
            Status.UNKNOWN,
        ),
        (
            replace(GOOD, license_statement="absent", licenses=(), inherits=("other",)),
            "license-unknown",
            Status.UNKNOWN,
        ),
        (
            replace(
                GOOD,
                license_statement="unknown",
                licenses=(),
                unknown=(UnknownField("license", "a procedure makes it"),),
            ),
            "license-unknown",
            Status.UNKNOWN,
        ),
    ],
)
def test_no_licence(definition: PackageDefinition, code: str, status: Status) -> None:
    assert _codes(model(definition)) == {code: status}


def test_the_publishers_licence_is_written_out_where_none_is_stated() -> None:
    bare = model(replace(GOOD, license_statement="false", licenses=()))
    (finding,) = _findings(bare, _weights("apache-2.0", "Apache-2.0"))
    assert finding.scheme == "    (license license:asl2.0)"


@pytest.mark.parametrize("prefix", ["l:", ""])
def test_a_licence_is_written_with_the_files_own_prefix(prefix: str) -> None:
    bare = model(replace(GOOD, license_statement="false", licenses=(), license_prefix=prefix))
    (finding,) = _findings(bare, _weights("apache-2.0", "Apache-2.0"))
    assert finding.scheme == f"    (license {prefix}asl2.0)"


@pytest.mark.parametrize(
    "declared",
    [
        PackageLicense("non-copyleft", None, None, "free", uri="https://x.example/by-nc/4.0/"),
        PackageLicense("non-copyleft", None, None, "unclear", comment="CC BY-NC 4.0"),
        PackageLicense("cc-by-nc-sa-4.0", None, None, "unclear"),
        PackageLicense("fsf-free", None, None, "free", uri="https://x.example/CreativeML-OpenRAIL-M"),
        PackageLicense("fsdg-compatible", None, None, "unclear", comment="for research purposes"),
        PackageLicense("llama3.1", None, None, "unclear"),
        PackageLicense("license", "Llama 3.1 Community License", None, "unclear"),
        PackageLicense("gemma", None, None, "unclear"),
        PackageLicense("whatever", "Whatever", None, "nonfree"),
    ],
)  # fmt: skip
def test_nonfree_terms_fail_whatever_they_are_wrapped_in(declared: PackageLicense) -> None:
    assert _codes(_with(declared)) == {"license-nonfree": Status.FAIL}


@pytest.mark.parametrize(
    ("identifier", "source"),
    [
        ("llama3.1", "llama-3-1-community-license"),
        ("gemma", "ai.google.dev/gemma"),
        ("bigscience-openrail-m", "fsf.org/blogs/licensing"),
        ("cc-by-nc-4.0", "gnu.org"),
    ],
)
def test_the_publishers_nonfree_terms_fail_with_their_source(identifier: str, source: str) -> None:
    (finding,) = _findings(model(), _weights(identifier))
    assert (finding.code, finding.status) == ("license-publisher-nonfree", Status.FAIL)
    assert source in finding.source
    assert "2026-11-23" in finding.learnt_from


def test_fsdg_compatible_needs_a_person() -> None:
    declared = PackageLicense("fsdg-compatible", None, None, "unclear")
    assert _codes(_with(declared)) == {"license-needs-person": Status.WARN}


def test_an_unclear_licence_is_unknown() -> None:
    declared = PackageLicense("acme-terms", None, None, "unclear")
    assert _codes(_with(declared)) == {"license-unclear": Status.UNKNOWN}
    assert _codes(model(), _weights("acme-terms")) == {"license-publisher-unclear": Status.UNKNOWN}


def test_another_licence_than_the_publishers() -> None:
    (finding,) = _findings(_with(EXPAT), _weights("apache-2.0", "Apache-2.0"))
    assert (finding.code, finding.status) == ("license-mismatch", Status.WARN)
    assert finding.scheme == "    (license license:asl2.0)"


@pytest.mark.parametrize("identifier", ["gpl-3.0", "GPL-3.0-or-later"])
def test_only_or_later_is_no_disagreement(identifier: str) -> None:
    assert _codes(_with(GPL3), _weights(identifier)) == {"license-ok": Status.PASS}


def test_the_code_s_licence_is_not_the_weights() -> None:
    known = PackageFacts({1: known_size(1, license=stated("cc0-1.0"), license_spdx="CC0-1.0")})
    (finding,) = _findings(ENGINE_MODEL, known)
    assert (finding.code, finding.status) == ("license-weights-not-listed", Status.WARN)
    assert "license:gpl3+ ;code" in finding.scheme
    assert "license:cc0)) ;weights" in finding.scheme
    both = model(replace(ENGINE, licenses=(GPL3, CC0)), (1,))
    assert _codes(both, known) == {"license-ok": Status.PASS}


def test_weights_in_a_program_of_which_nothing_is_said() -> None:
    assert _codes(ENGINE_MODEL) == {"license-weights-unknown": Status.UNKNOWN}


def test_a_licence_in_a_comment_only() -> None:
    net = replace(NET, comments=("The nets are CC0-1.0.",))
    codes = _codes(model(replace(ENGINE, origins=(PROGRAM, net)), (1,)))
    assert codes == {"license-in-comment": Status.WARN}
    (finding,) = _findings(model(replace(ENGINE, origins=(PROGRAM, net)), (1,)))
    assert finding.scheme == (
        "    (license (list license:gpl3+ ;code\n                   license:cc0)) ;weights"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("licensed under the Apache License 2.0, see there", "apache-2.0"),
        ("Apache-2.0", "apache-2.0"),
        ("CC-BY-4.0 says the card", "cc-by-4.0"),
        ("weights: cc0", "cc0-1.0"),
        ("the author has no other net", None),
        ("unknown", None),
        ("see nn-0a1b2c.nnue", None),
        ("a" * 50_000, None),
    ],
)
def test_licences_that_comments_name(text: str, expected: str | None) -> None:
    found = license_in(text)
    assert (found.identifier if found else None) == expected


@pytest.mark.parametrize(
    "changed",
    [
        replace(GOOD, description="Released under a noncommercial license for research."),
        replace(GOOD, comments=(Comment(17, "weights are CC-BY-NC, code is not"),)),
    ],
)
def test_a_free_label_on_what_speaks_of_nonfree_terms(changed: PackageDefinition) -> None:
    assert _codes(model(changed)) == {"license-contradicted": Status.WARN}


def test_a_derivative_inherits_the_terms_of_its_base() -> None:
    base = BaseModelFacts("acme/base", stated("llama3.1"), None, "nonfree")
    known = facts(
        known_size(1, license=stated("apache-2.0"), license_spdx="Apache-2.0", base_chain=(base,))
    )
    (finding,) = _findings(model(), known)
    assert (finding.code, finding.status) == ("license-base-nonfree", Status.FAIL)
    assert "acme/base" in finding.message


def test_a_base_that_is_not_known_and_a_gate() -> None:
    unknown = BaseModelFacts("acme/base", Fact(None, "u", None, "HTTP 404"))
    known = facts(
        known_size(
            1,
            license=stated("apache-2.0"),
            base_models=("acme/base",),
            base_chain=(unknown,),
            base_chain_complete=False,
        )
    )
    assert _codes(model(), known) == {"license-base-unknown": Status.UNKNOWN}
    gated = facts(known_size(1, license=stated("apache-2.0"), gated=True))
    assert _codes(model(), gated) == {"license-gated": Status.WARN}


def test_a_nonfree_label_is_not_told_to_disagree_as_well() -> None:
    own = PackageLicense("cc-by-nc-4.0", None, None, "unclear")
    known = _weights("apache-2.0", "Apache-2.0")
    assert _codes(_with(own), known) == {"license-nonfree": Status.FAIL}


def test_several_weights_say_the_same_once() -> None:
    net = known_size(1, license=stated("cc-by-nc-4.0"))
    engine = model(replace(ENGINE, origins=(PROGRAM, NET, NET)), (1, 2))
    found = _findings(engine, PackageFacts({1: net, 2: net}))
    assert [finding.code for finding in found] == ["license-publisher-nonfree"]


def test_a_note_beside_it_does_not_hide_the_pass() -> None:
    assert worst(_codes(model()).values()) is Status.PASS


def test_the_licence_of_a_repository_is_not_taken_for_that_of_the_weights() -> None:
    of_code = facts(
        known_size(5),
        known_size(5, license=stated("mit"), license_spdx="MIT", license_of="the repository"),
    )
    assert _codes(ENGINE_MODEL, of_code) == {"license-weights-unknown": Status.UNKNOWN}
    lone = facts(
        known_size(
            5, license=stated("apache-2.0"), license_spdx="Apache-2.0", license_of="the repository"
        )
    )
    (finding,) = _findings(model(), lone)
    assert (finding.status, finding.message) == (Status.PASS, "Apache-2.0; so says the repository")
    (finding,) = _findings(model(replace(GOOD, licenses=(EXPAT,))), lone)
    assert finding.message == "the package states MIT, the repository Apache-2.0"
    none = replace(GOOD, licenses=(), license_statement="false")
    (finding,) = _findings(model(none), lone)
    assert "if it covers the weights" in finding.hint
