# SPDX-License-Identifier: GPL-3.0-or-later
"""Situations that a reviewer meets, each with the report that it leads to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.checks.finding import Finding, Status
from bot.checks.series import check_series
from bot.guix.package import Comment, PackageDefinition, PackageLicense, PackageOrigin, UnknownField
from bot.models.assessment import ModelPackage
from bot.policy.load import load_policy
from bot.report.comparison import Difference, compare
from bot.report.json_form import report_to_json
from bot.report.report import PackageReport, Report
from bot.upstream.facts import BaseModelFacts, Fact, OriginFacts, PackageFacts
from bot.upstream.finder import OfflineFactFinder
from tests.checks.factory import (
    CC0,
    EXPAT,
    GOOD,
    GPL3,
    GUIX,
    LEARNT_AT,
    MIB,
    NET,
    PROGRAM,
    UNFLAGGED,
    ZIP,
    facts,
    known_size,
    model,
    package_report,
    report,
    stated,
)

VOSK_PAGE = "https://alphacephei.com/vosk/models"
REVISION = "0123456789abcdef0123456789abcdef01234567"
HUB = "https://huggingface.co/acme/speech-small"
SHA = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"


@dataclass(frozen=True, slots=True)
class Situation:
    """A report, and what it is compared with."""

    report: Report
    difference: Difference | None = None


def _vosk_facts(size: int = 41205931) -> PackageFacts:
    license_fact = Fact("Apache 2.0", VOSK_PAGE, LEARNT_AT)
    return facts(known_size(size, license=license_fact, license_spdx="Apache-2.0"))


def _hub(**more: object) -> OriginFacts:
    defaults: dict[str, object] = {
        "license": stated("apache-2.0"),
        "license_spdx": "Apache-2.0",
        "datasets": ("acme/hours",),
        "publisher": "acme",
        "immutable": True,
        "gated": False,
    }
    return known_size(622 * MIB, **{**defaults, **more})


def _hub_origin(path: str = f"resolve/{REVISION}/model.safetensors") -> PackageOrigin:
    return replace(ZIP, method="url-fetch", uris=(f"{HUB}/{path}",))


SPEECH = replace(
    GOOD, name="speech-small", version="1.0", origins=(_hub_origin(),), variable="speech-small"
)
ENGINE = replace(
    GOOD,
    name="chess-engine",
    version="16",
    file="gnu/packages/games.scm",
    origins=(PROGRAM, NET),
    licenses=(GPL3,),
    build_system="gnu",
    substitutable=None,
    argument_keywords=("tests?",),
)


def _single(
    definition: PackageDefinition,
    known: PackageFacts,
    **more: Any,  # noqa: ANN401
) -> Situation:
    policy = load_policy(str(more.pop("policy", "guix")))
    made = report(package_report(model(definition), known, policy), policy=policy.id)
    return Situation(replace(made, subject=f"gnu: Add {definition.name}.", **more))


def _then(before: Report, after: Report) -> Situation:
    """The second revision of a series, told against the first."""
    stored = json.loads(json.dumps(report_to_json(before)))
    second = replace(after, revision=2)
    return Situation(second, compare(stored, second))


def _other(definition: PackageDefinition, name: str = "vosk-model-small-yy") -> PackageDefinition:
    moved = tuple((field, line + 30) for field, line in definition.field_lines)
    return replace(
        definition, name=name, variable=name, line=definition.line + 30, field_lines=moved
    )


def a_model_with_everything_right() -> Situation:
    return _single(GOOD, _vosk_facts())


def nobody_was_asked() -> Situation:
    return _single(GOOD, PackageFacts({0: OfflineFactFinder().facts_about(ZIP)}))


def no_flag() -> Situation:
    return _single(UNFLAGGED, _vosk_facts())


def the_author_s_line_is_quoted() -> Situation:
    made = no_flag().report
    quotes = {22: "(build-system copy-build-system)", 31: "(license license:asl2.0)))"}
    return Situation(replace(made, packages=(replace(made.packages[0], quotes=quotes),)))


def a_quoted_line_that_is_long_and_odd() -> Situation:
    made = license_false_and_nobody_knows().report
    quotes = {31: "(license #f) ;\x1b[2J\u202e" + "word " * 80}
    return Situation(replace(made, packages=(replace(made.packages[0], quotes=quotes),)))


def no_flag_beside_other_arguments() -> Situation:
    lines = (*UNFLAGGED.field_lines, ("arguments", 23))
    beside = replace(UNFLAGGED, argument_keywords=("install-plan",), field_lines=lines)
    return _single(beside, _vosk_facts())


def trivial_build_system() -> Situation:
    return _single(replace(UNFLAGGED, build_system="trivial"), _vosk_facts())


def a_python_package_that_is_a_model() -> Situation:
    sdist = "https://github.com/acme/models/releases/download/xx-3.7/xx_core_sm-3.7.tar.gz"
    spacy = replace(
        UNFLAGGED,
        name="python-xx-core-sm",
        version="3.7.0",
        licenses=(EXPAT,),
        origins=(replace(ZIP, method="url-fetch", uris=(sdist,)),),
        build_system="pyproject",
        hidden=True,
    )
    known = known_size(
        12 * MIB, license=stated("MIT"), license_spdx="MIT", license_of="the repository"
    )
    return _single(spacy, facts(known))


def weights_from_a_torrent_without_a_licence() -> Situation:
    magnet = replace(ZIP, method="url-fetch", uris=("magnet:?xt=urn:btih:0123456789",), hash=None)
    leaked = replace(
        UNFLAGGED,
        name="big-language-model-weights",
        version="7b",
        origins=(magnet,),
        license_statement="false",
        licenses=(),
    )
    return _single(leaked, PackageFacts({0: _not_asked("magnet is neither http nor https")}))


def _not_asked(reason: str) -> OriginFacts:
    return OriginFacts(size=Fact(None, "", None, f"not asked: {reason}"))


def non_commercial_weights() -> Situation:
    known = facts(_hub(license=stated("cc-by-nc-4.0"), license_spdx="CC-BY-NC-4.0"))
    return _single(replace(SPEECH, licenses=(EXPAT,)), known)


def non_commercial_by_its_own_word() -> Situation:
    own = PackageLicense(
        "non-copyleft",
        None,
        None,
        "unclear",
        uri="https://creativecommons.org/licenses/by-nc/4.0/",
        line=31,
    )
    return _single(replace(GOOD, licenses=(own,)), _vosk_facts())


def license_false_and_the_publisher_states_one() -> Situation:
    return _single(replace(GOOD, license_statement="false", licenses=()), _vosk_facts())


def license_false_and_nobody_knows() -> Situation:
    known = known_size(5 * MIB, license=Fact(None, HUB, LEARNT_AT, "the publisher states none"))
    return _single(replace(SPEECH, license_statement="false", licenses=()), facts(known))


def an_inherited_licence_that_is_not_shown() -> Situation:
    child = replace(
        GOOD, license_statement="absent", licenses=(), inherits=("vosk-model-small-aa",)
    )
    return _single(child, _vosk_facts())


def two_models_one_of_them_wrong() -> Situation:
    return Situation(_two(UNFLAGGED))


def _two(second: PackageDefinition) -> Report:
    return report(
        package_report(model(), _vosk_facts()),
        package_report(model(_other(second)), _vosk_facts(60 * MIB)),
        subject="gnu: Add two VOSK models.",
        patches=2,
    )


def the_second_version_fixes_it() -> Situation:
    return _then(_two(UNFLAGGED), _two(GOOD))


def the_second_version_fixes_one_thing_of_two() -> Situation:
    unlicensed = replace(UNFLAGGED, license_statement="false", licenses=())
    return _then(_two(unlicensed), _two(UNFLAGGED))


def the_second_version_breaks_something_else() -> Situation:
    zeros = replace(GOOD, origins=(replace(ZIP, hash="0" * 52),))
    return _then(_two(UNFLAGGED), _two(zeros))


def a_patch_is_missing() -> Situation:
    return Situation(replace(_two(GOOD), patches=3, missing=(2,)))


def seven_nets_of_one_procedure() -> Situation:
    packages = []
    for number in range(1100, 1800, 100):
        url = f"https://nets.example.org/maia-{number}.pb.gz"
        net = replace(
            UNFLAGGED,
            name=f"chess-maia-{number}",
            version="1.0",
            file="gnu/packages/games.scm",
            line=number,
            origins=(replace(ZIP, method="url-fetch", uris=(url,)),),
            licenses=(GPL3,),
        )
        packages.append(package_report(model(net), facts(known_size(1258291))))
    return Situation(report(*packages, subject="gnu: Add the Maia nets."))


def _engine(known: OriginFacts | None, **changed: Any) -> Situation:  # noqa: ANN401
    judged = model(replace(ENGINE, **changed), (1,))
    done = package_report(judged, PackageFacts({1: known} if known else {}))
    return Situation(report(done, subject="gnu: chess-engine: Embed the net."))


def a_program_that_does_not_list_the_licence_of_its_net() -> Situation:
    return _engine(known_size(47 * MIB, license=stated("cc0-1.0"), license_spdx="CC0-1.0"))


def a_program_with_a_net_of_which_nothing_is_known() -> Situation:
    return _engine(_not_asked("nets.example.org is not on the list of hosts"))


def a_program_with_both_licences() -> Situation:
    net = known_size(47 * MIB, license=stated("cc0-1.0"), license_spdx="CC0-1.0")
    return _engine(net, licenses=(GPL3, CC0))


def a_licence_in_a_comment_only() -> Situation:
    net = replace(NET, comments=("The nets are under CC0-1.0.",))
    return _engine(known_size(47 * MIB), origins=(PROGRAM, net))


def a_branch_and_a_pickle() -> Situation:
    moving = replace(SPEECH, origins=(_hub_origin("resolve/main/pytorch_model.bin"),))
    known = _hub(revision=REVISION, safe_alternative="model.safetensors", immutable=False)
    return _single(moving, facts(known))


def pointers_instead_of_files() -> Situation:
    repository = PackageOrigin(
        "source", "git-fetch", (HUB,), commit=REVISION, hash_algorithm="sha256", hash=ZIP.hash,
        line=16,
    )  # fmt: skip
    return _single(replace(SPEECH, origins=(repository,)), facts(_hub(uses_lfs=True)))


def derived_from_a_nonfree_model() -> Situation:
    base = BaseModelFacts("bigco/llama-3.1-8b", stated("llama3.1"), None, "nonfree")
    known = _hub(base_models=(base.name,), base_chain=(base,))
    return _single(SPEECH, facts(known))


def derived_from_a_model_that_does_not_answer() -> Situation:
    base = BaseModelFacts("bigco/base", Fact(None, "u", None, "HTTP 404"))
    known = _hub(base_models=(base.name,), base_chain=(base,), base_chain_complete=False)
    return _single(SPEECH, facts(known))


def behind_a_gate() -> Situation:
    return _single(SPEECH, facts(_hub(gated=True)))


def another_hash_than_the_publisher_s() -> Situation:
    return _single(SPEECH, facts(_hub(sha256=Fact(SHA, HUB, LEARNT_AT))))


def a_rail_licence() -> Situation:
    rail = PackageLicense(
        "fsf-free", None, None, "free", uri="https://example.org/CreativeML-OpenRAIL-M", line=31
    )
    return _single(replace(SPEECH, licenses=(rail,)), facts(_hub(license=None, license_spdx=None)))


def the_gemma_terms() -> Situation:
    return _single(SPEECH, facts(_hub(license=stated("gemma"), license_spdx=None)))


def terms_of_the_publisher_s_own() -> Situation:
    known = _hub(license=stated("acme-terms"), license_spdx=None, license_link=f"{HUB}/LICENSE")
    return _single(SPEECH, facts(known))


def fsdg_compatible() -> Situation:
    declared = PackageLicense("fsdg-compatible", None, None, "unclear", line=31)
    return _single(replace(GOOD, licenses=(declared,)), facts(known_size(5 * MIB)))


def another_licence_than_the_publisher_s() -> Situation:
    return _single(replace(GOOD, licenses=(EXPAT,)), _vosk_facts())


def a_free_label_and_other_words() -> Situation:
    spoken = replace(GOOD, comments=(Comment(17, "weights: CC-BY-NC, code: Apache"),))
    return _single(spoken, facts(known_size(5 * MIB)))


def a_large_model() -> Situation:
    return _single(UNFLAGGED, _vosk_facts(4_100_000_000))


def three_large_models() -> Situation:
    judged: list[tuple[ModelPackage, PackageFacts]] = []
    for number in range(3):
        url = f"https://models.example.org/part-{number}.zip"
        part = replace(GOOD, name=f"model-part-{number}", origins=(replace(ZIP, uris=(url,)),))
        judged.append((model(part), facts(known_size(900_000_000))))
    packages = [package_report(*pair) for pair in judged]
    whole = check_series(judged, GUIX)
    return Situation(report(*packages, subject="gnu: Add three models.", findings=whole))


def an_update_that_grew() -> Situation:
    judged = model(replace(GOOD, version="0.16"), before=GOOD)
    known = replace(_vosk_facts(60 * MIB), previous={0: known_size(41205931)})
    done = package_report(judged, known)
    return Situation(report(done, subject="gnu: vosk-model-small-xx: Update to 0.16."))


def a_conditional_flag() -> Situation:
    return _single(replace(GOOD, substitutable="conditional"), _vosk_facts())


def read_from_hunks_alone() -> Situation:
    part = replace(
        UNFLAGGED,
        partial=True,
        license_statement="absent",
        licenses=(),
        build_system=None,
        field_lines=(("source", 15),),
        unknown=(UnknownField("arguments", "the patch does not show it"),),
    )
    note = "gnu/packages/machine-learning.scm: read from its hunks alone; no tree to look it up in."
    return _single(part, _vosk_facts(), notes=(note,))


def a_host_that_is_not_asked() -> Situation:
    return _single(GOOD, PackageFacts({0: _not_asked("models.example.net is not on the list")}))


def hostile_names() -> Situation:
    odd = replace(
        UNFLAGGED,
        name="x\x1b[2J\u202egpj.exe\r\nBcc: all@example.org",
        version="1\x07",
        file="gnu/packages/\x1b]0;title\x07x.scm",
    )
    return replace(
        _single(odd, _vosk_facts()),
        report=replace(_single(odd, _vosk_facts()).report, notes=("a\r\n.\r\nQUIT" + "A" * 2000,)),
    )


def under_the_draft_of_gcd_008() -> Situation:
    return _single(GOOD, _vosk_facts(), policy="gcd-008-draft")


def under_the_fsf_s_criteria() -> Situation:
    return _single(SPEECH, facts(_hub()), policy="fsf-2024")


def under_debian_s_policy() -> Situation:
    return _single(UNFLAGGED, _vosk_facts(), policy="debian-ml")


def more_packages_than_a_mail_can_hold() -> Situation:
    packages: list[PackageReport] = [
        package_report(
            model(_other(UNFLAGGED, f"model-{number}")), facts(known_size(MIB * (number + 1)))
        )
        for number in range(40)
    ]
    return Situation(report(*packages, subject="gnu: Add forty models."))


def a_check_that_failed() -> Situation:
    made = a_model_with_everything_right().report
    failed = Finding("colour", "colour-failed", Status.UNKNOWN, "the check failed (KeyError)")
    (package,) = made.packages
    done = replace(package, findings=(*package.findings, failed))
    return Situation(replace(made, packages=(done,)))


SITUATIONS: dict[str, Callable[[], Situation]] = {
    name.replace("_", "-"): made
    for name, made in list(globals().items())
    if callable(made) and getattr(made, "__annotations__", None) == {"return": "Situation"}
}
"""Every function above that takes nothing and returns a situation, by its name."""
