# SPDX-License-Identifier: GPL-3.0-or-later
"""No model goes by without one of the words that are looked for first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import hints, scale
from bot.models.hints import may_speak_of_model
from bot.samples import conversations


@pytest.mark.parametrize("host", scale.HOSTS, ids=lambda host: str(host.pattern.pattern)[:40])
def test_each_place_of_models_is_known(host: scale.Host) -> None:
    if host.points <= scale.DOUBTFUL:
        pytest.skip("it says too little")
    plain = host.pattern.pattern.replace("(www\\.)?", "").replace(
        "(huggingface\\.co|hf\\.co)", "hf.co"
    )
    assert may_speak_of_model(plain.replace("\\", ""))


@pytest.mark.parametrize("ending", sorted(scale.FILE_TYPES))
def test_each_sure_file_type_is_known(ending: str) -> None:
    assert may_speak_of_model(f"x{ending}") or scale.FILE_TYPES[ending] < scale.WEIGHTS


def test_what_is_not_looked_for_cannot_make_a_model() -> None:
    most = scale.DOUBTFUL + scale.COPIED_TO_OUTPUT + scale.DATA_BUILD_SYSTEM
    assert most < scale.THRESHOLD


@pytest.mark.parametrize(
    "text",
    [
        "a pretrained thing",
        "Neural net for chess",
        "(define make-lc0-net",
        '"src/nn-37f18f62d772.nnue"',
        "nn_big.bin",
        "Speech recognition MODEL",
        "magnet:?xt=urn",
    ],
)
def test_words_for_models_are_seen(text: str) -> None:
    assert may_speak_of_model(text)


@pytest.mark.parametrize(
    "text",
    [
        '(define-public hello (package (name "hello") (version "2.12")))',
        "https://downloads.sourceforge.net/project/x/x-1.0.tar.gz",
        "A lightweight editor, annotated",
    ],
)
def test_ordinary_patches_do_not_speak_of_models(text: str) -> None:
    assert not may_speak_of_model(text)


@pytest.mark.parametrize("stem", hints._STEMS)
def test_a_stem_is_found_wherever_it_stands(stem: str) -> None:
    for text in (stem, f"{stem}x", f"x{stem}", f"{stem[1:]} {stem}", stem.upper()):
        assert may_speak_of_model(f"(p {text})")


_CUT = st.sampled_from(
    [stem[:cut] for stem in hints._STEMS for cut in range(1, len(stem) + 1)]
    + [stem[cut:] for stem in hints._STEMS for cut in range(1, len(stem))]
)


@given(st.lists(_CUT, max_size=6).map("".join))
def test_the_patterns_find_just_the_stems(text: str) -> None:
    found = any(pattern.search(text) for pattern in hints._PATTERNS)
    assert found == any(stem in text for stem in hints._STEMS)


def test_every_sample_with_a_model_speaks_of_it() -> None:
    for conversation in conversations():
        if conversation.name[:2] in {"03", "04", "05", "06", "07", "08", "09", "10", "14", "15"}:
            texts = [mail.decode("utf-8", "replace") for mail in conversation.mails]
            assert any(map(may_speak_of_model, texts)), conversation.name
