# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of guix-devel's thread of April 2023, through the whole pipeline.

"Guidelines for pre-trained ML model weight binaries",
https://yhetil.org/guix-devel/87bkk4hety.fsf@ngraves.fr/.  The patches are written for this test in
the shapes that the thread speaks of; what the publishers stated is recorded.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.checks.finding import Status
from bot.mail.grouping import group_series
from bot.mail.identity import OwnIdentity
from bot.mail.parse import parse_message
from bot.policy.load import load_policy
from bot.report.report import Report
from bot.report.text import mail_text
from bot.triage import Triage
from bot.upstream.cache import KeptAnswer, MemoryFactCache
from bot.upstream.finder import OfflineFactFinder

LEARNT_AT = datetime(2023, 4, 7, 12, tzinfo=UTC)
VOSK = "https://alphacephei.com/vosk/models"
HASH = "1b6zaqd6lvqqyk4jirh8q8v1yk3cmy8b6wgfgqpqbsn0vgd9aqyz"

MODULE = """\
(define-module (gnu packages dictation)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (gnu packages)
  #:use-module (guix build-system cmake)
  #:use-module (guix build-system copy)
  #:use-module (guix build-system python)
  #:use-module (guix download)
  #:use-module (guix git-download)
  #:use-module (guix packages))

"""

LLAMA_CPP = """\
(define-public llama-cpp
  (package
    (name "llama-cpp")
    (version "0.0.1")
    (source
     (origin
       (method git-fetch)
       (uri (git-reference
             (url "https://git.example.org/llama.cpp")
             (commit "f3d4edf504c19ee9d1381c5727fe38667205d979")))
       (file-name (git-file-name name version))
       (sha256 (base32 "HASH"))))
    (build-system cmake-build-system)
    (home-page "https://git.example.org/llama.cpp")
    (synopsis "Port of a large language model's inference code in C/C++")
    (description "This package runs inference of the LLaMA model.  The weights are
not part of it: their terms are a noncommercial license focused on research.")
    (license license:expat)))
"""

DICTATION = """\
(define-public murmur-dictation
  (package
    (name "murmur-dictation")
    (version "0.1")
    (source
     (origin
       (method git-fetch)
       (uri (git-reference (url "https://git.example.org/murmur") (commit version)))
       (file-name (git-file-name name version))
       (sha256 (base32 "HASH"))))
    (build-system python-build-system)
    (propagated-inputs (list python-vosk))
    (home-page "https://git.example.org/murmur")
    (synopsis "Offline speech-to-text for desktop Linux")
    (description "This dictation tool uses the VOSK API; models are to be downloaded from
@url{https://alphacephei.com/vosk/models}.")
    (license license:gpl2+)))
"""

VOSK_MODEL = """\
(define-public vosk-model-small-xx
  (package
    (name "vosk-model-small-xx")
    (version "0.15")
    (source
     (origin
       (method url-fetch/zipbomb)
       (uri (string-append "https://alphacephei.com/vosk/models/"
                           name "-" version ".zip"))
       (sha256 (base32 "HASH"))))
    (build-system copy-build-system)
    (arguments
     (list FLAG#:install-plan
           #~`((#$(string-append "vosk-model-small-xx-0.15")
                "share/vosk-models/"))))
    (home-page "https://alphacephei.com/vosk/models")
    (synopsis "Small speech model for VOSK")
    (description "This package provides a small model for the VOSK speech recognizer.")
    (license license:asl2.0)))
"""

LLAMA_WEIGHTS = """\
(define-public llama-7b-weights
  (package
    (name "llama-7b-weights")
    (version "1")
    (source
     (origin
       (method url-fetch)
       (uri "magnet:?xt=urn:btih:b8287ebfa04f879b048d4d4404108cf3e8014352")
       (file-name "consolidated.00.pth")
       (sha256 (base32 "HASH"))))
    (build-system copy-build-system)
    (arguments
     (list #:install-plan #~'(("consolidated.00.pth" "share/llama/7B/"))))
    (home-page "https://research.example.org/llama")
    (synopsis "Weights of a large language model")
    (description "These are the weights, under a noncommercial license focused on research
use cases.")
    (license #f)))
"""


def _mail(definition: str) -> bytes:
    text = MODULE + definition.replace("HASH", HASH)
    lines = text.splitlines()
    diff = "\n".join(f"+{line}" for line in lines)
    return (
        "From: Nico Patcher <nico@example.org>\n"
        "To: guix-patches@gnu.org\n"
        "Subject: [bug#70001] [PATCH] gnu: Add it.\n"
        "Date: Mon, 03 Apr 2023 18:48:41 +0000\n"
        "Message-ID: <case@example.org>\n"
        "X-GNU-PR-Message: report 70001\n"
        "\n"
        "* gnu/packages/dictation.scm: New file.\n"
        "---\n"
        f" gnu/packages/dictation.scm | {len(lines)} +\n"
        f" 1 file changed, {len(lines)} insertions(+)\n"
        " create mode 100644 gnu/packages/dictation.scm\n"
        "\n"
        "diff --git a/gnu/packages/dictation.scm b/gnu/packages/dictation.scm\n"
        "new file mode 100644\n"
        "index 0000000000..1234567890\n"
        "--- /dev/null\n"
        "+++ b/gnu/packages/dictation.scm\n"
        f"@@ -0,0 +1,{len(lines)} @@\n"
        f"{diff}\n"
        "-- \n"
        "2.39.2\n"
    ).encode()


def _recorded() -> MemoryFactCache:
    zip_url = f"{VOSK}/vosk-model-small-xx-0.15.zip"
    row = {"size": 41943040, "license": "Apache 2.0", "notes": "Lightweight wideband model"}
    said = {
        f"1 HEAD {zip_url}": (zip_url, 41205931),
        f"1 GET {VOSK}": (VOSK, {"vosk-model-small-xx-0.15": row}),
    }
    return MemoryFactCache(
        {
            key: KeptAnswer(json.dumps({"ok": value}), url, LEARNT_AT, immutable=False)
            for key, (url, value) in said.items()
        }
    )


def _report(definition: str) -> Report:
    message = parse_message(_mail(definition), OwnIdentity())
    (series,) = group_series([message])
    return Triage(load_policy("guix"), OfflineFactFinder(_recorded()))(series)


def _codes(report: Report) -> dict[str, Status]:
    (package,) = report.packages
    return {finding.code: finding.status for finding in package.findings}


@pytest.mark.parametrize("definition", [LLAMA_CPP, DICTATION])
def test_code_that_ships_no_weights_is_left_in_peace(definition: str) -> None:
    report = _report(definition)
    assert report.packages == ()
    assert report.verdict is Status.NONE


def test_a_vosk_model_with_the_flag_passes() -> None:
    report = _report(VOSK_MODEL.replace("FLAG", "#:substitutable? #f\n           "))
    assert report.verdict is Status.PASS
    codes = _codes(report)
    assert codes["license-ok"] is codes["size-ok"] is codes["substitutable-ok"] is Status.PASS
    text = mail_text(report)
    assert "Apache-2.0; the publisher says the same" in text
    assert "39.3 MiB to download" in text
    assert "To do" not in text


def test_a_vosk_model_without_the_flag_is_advised_to_set_it() -> None:
    report = _report(VOSK_MODEL.replace("FLAG", ""))
    assert report.verdict is Status.WARN
    text = mail_text(report)
    assert "substitutes for 6" in text
    assert "     #:substitutable? #f\n" in text
    assert "https://yhetil.org/guix-devel/87bkk4hety.fsf@ngraves.fr/" in text
    (package,) = report.packages
    finding = next(item for item in package.findings if item.code == "substitutable-missing")
    definition = package.model.change.package
    assert finding.line == definition.line_of("arguments")


def test_the_weights_of_llama_cannot_go_in_and_are_told_why() -> None:
    report = _report(LLAMA_WEIGHTS)
    assert report.verdict is Status.FAIL
    codes = _codes(report)
    assert codes["license-missing"] is Status.FAIL
    assert codes["provenance-torrent"] is Status.FAIL
    assert codes["license-contradicted"] is Status.WARN
    text = mail_text(report)
    assert "The license field is #f" in text
    assert "from a torrent" in text
