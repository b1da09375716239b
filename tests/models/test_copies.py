# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs whose build copies trained data out of another package."""

import pytest

from bot.guix.changes import package_changes
from bot.models.assess import assess
from bot.models.assessment import ModelPackage
from tests.guix.patches import MODULE, hunk_change, package_text, whole_change

_COPIES = """(lambda* (#:key inputs #:allow-other-keys)
              (define small.traineddata
                "/share/reader/tessdata/small.traineddata")
              (install-file (search-input-file inputs small.traineddata)
                            (dirname (string-append #$output small.traineddata))))"""
_POINTS = """(lambda _
              (substitute* "src/reader.c"
                (("/usr/share/reader") "/share/reader/tessdata/small.traineddata")))"""
_FIXTURE = """(lambda* (#:key inputs #:allow-other-keys)
              (copy-file (search-input-file inputs "/share/reader/tessdata/small.traineddata")
                         "tests/data/small.traineddata"))"""
_SEARCH_PATH = """(native-search-paths
     (list (search-path-specification
            (variable "TESSDATA_PREFIX")
            (files (list "share/reader/tessdata")))))
    (home-page"""


def _program(phase: str, version: str = "1.0") -> str:
    return MODULE.replace("copy))", "gnu))") + package_text("reader", version).replace(
        "copy-build-system", "gnu-build-system"
    ).replace(
        "'(#:substitutable? #f)", f"(list #:phases #~(modify-phases %standard-phases\n {phase}))"
    ).replace("(home-page", _SEARCH_PATH).replace("Sample model.", "A program.")


def _judged(before: str | None, after: str) -> ModelPackage:
    reading = package_changes([whole_change(before, after)])
    (model,) = assess(reading.changes)
    return model


def _phase(body: str) -> str:
    return f"(add-after 'install 'install-minimal {body})"


def test_a_program_that_installs_trained_data_of_another_package() -> None:
    model = _judged(_program(""), _program(_phase(_COPIES)))
    assert model.is_model
    assert model.needs_report
    assert model.weight_origins == ()  # the program's own source is no weights
    assert "copies /share/reader/tessdata/small.traineddata" in model.reason


def test_the_hunk_alone_shows_it() -> None:
    change = hunk_change(_program(""), _program(_phase(_COPIES)), context=40)
    (model,) = assess(package_changes([change]).changes)
    assert model.is_model


@pytest.mark.parametrize("body", [_POINTS, _FIXTURE])
def test_a_program_that_only_reads_them(body: str) -> None:
    assert not _judged(_program(""), _program(_phase(body))).is_model


def test_an_update_of_such_a_program_needs_no_report() -> None:
    old, new = (_program(_phase(_COPIES), version) for version in ("1.0", "1.1"))
    model = _judged(old, new)
    assert model.is_model
    assert not model.needs_report
