# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes in which trained parameters are packaged, and what only looks like one."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from bot.guix.package import PackageDefinition, PackageOrigin, UnknownField
from bot.models.assess import assess
from bot.models.assessment import ModelPackage
from tests.models.factory import (
    EXPAT,
    added,
    changed,
    git,
    moved,
    origin,
    package,
    removed,
    source,
    steps,
)

_HUB = "https://huggingface.co/example/listener/resolve/" + "0123456789" * 4


def _judge(definition: PackageDefinition) -> ModelPackage:
    (model,) = assess([added(definition)])
    return model


_ZIP_MODEL = package(
    "vosk-model-small-xx",
    source("https://alphacephei.com/vosk/models/vosk-model-small-xx-0.3.zip"),
    build_system="copy",
    synopsis="Small model for speech recognition in Xish",
)
_ELSEWHERE = package(
    "vosk-model-small-yy",
    source("https://models.example.org/vosk-model-small-yy-0.3.zip"),
    build_system="copy",
    synopsis="Small Yish speech model for VOSK",
)
_TRAINED_DATA = package(
    "tesseract-ocr-tessdata-tiny",
    git("https://github.com/tesseract-ocr/tessdata_tiny"),
    build_system="copy",
    install_plan=steps((".", "share/tessdata")),
    synopsis="Tiny trained data for an OCR engine",
)
_MADE_BY_PROCEDURE = package(
    "lc0-t9",
    source("https://storage.lczero.org/files/networks-contrib/t9.pb.gz", file_name="lc0-t9.pb.gz"),
    build_system="trivial",
    synopsis="Pre-trained neural network for Leela Chess Zero",
)
_INSTALLED_NETS = package(
    "lc0-human-900",
    git("https://github.com/example/human-chess"),
    build_system="copy",
    install_plan=steps(("model_files/900/final.pb.gz", "share/lc0/human-900.pb.gz")),
    synopsis="Human-like neural network for Leela Chess Zero",
)
_EMBEDDED_NETS = package(
    "dried-cod",
    git("https://github.com/example/dried-cod"),
    origin("native-input", "https://tests.stockfishchess.org/api/nn/nn-0123456789ab.nnue"),
    origin("native-input", "https://example.org/books/openings.epd"),
    synopsis="Strong chess engine",
)
_BUNDLED = package(
    "python-listener",
    source("pkg:pypi/listener@1.0"),
    origin("native-input", f"{_HUB}/config.json", file_name="config.json"),
    origin("native-input", f"{_HUB}/encoder.int8.onnx", file_name="encoder.int8.onnx"),
    build_system="pyproject",
    synopsis="Speech recognition library",
    strings=("encoder.int8.onnx", "/lib/models-data/encoder.int8.onnx"),
)
_PYTHON_MODEL = package(
    "python-zz-sent-tiny",
    source("https://github.com/explosion/spacy-models/releases/download/zz-1/zz_sent-1.tar.gz"),
    build_system="pyproject",
    hidden=True,
    synopsis="Small sentence boundary model for spaCy",
)
_HUB_FILE = package(
    "listener-base",
    source(f"{_HUB}/pytorch_model.bin"),
    build_system="trivial",
    synopsis="Listener",
)
_HUB_REPOSITORY = package(
    "listener-large", git("https://huggingface.co/example/listener-large"), build_system="copy"
)
_TORRENT = package(
    "alpaca-7b-weights",
    source("magnet:?xt=urn:btih:0123456789abcdef"),
    build_system="copy",
    synopsis="Weights of the Alpaca language model",
)

_DLIB_MODELS = package(
    "dlib-face-models",
    source("https://dlib.example.org/files/shape_predictor_68.dat.bz2"),
    build_system="copy",
    synopsis="Trained models of human faces",
)
_BUILT_BY_HAND = package(
    "upscaler-base",
    source("https://example.org/upscaler-1.0.tar.gz"),
    build_system="trivial",
    synopsis="Neural network that enlarges pictures",
    strings=("/share/upscaler/base.onnx",),
)
_SAYS_SO = package(
    "python-speaker",
    source("pkg:pypi/speaker@1.0"),
    origin("native-input", f"{_HUB}/speaker.safetensors"),
    build_system="pyproject",
    description="This speaks.  It includes the trained weights.",
)

_TRAINED_WHEN_BUILT = package(
    "brush-japanese",
    source("https://example.org/brush-japanese-0.3.zip"),
    synopsis="Japanese Handwriting Recognition (Model)",
    field_lines=(("native-search-paths", 12),),
    strings=("BRUSH_MODEL_PATH", "share/brush/models", "model"),
)

_MODELS = [
    _TRAINED_WHEN_BUILT,
    _DLIB_MODELS,
    _BUILT_BY_HAND,
    _SAYS_SO,
    _ZIP_MODEL,
    _ELSEWHERE,
    _TRAINED_DATA,
    _MADE_BY_PROCEDURE,
    _INSTALLED_NETS,
    _EMBEDDED_NETS,
    _BUNDLED,
    _PYTHON_MODEL,
    _HUB_FILE,
    _HUB_REPOSITORY,
    _TORRENT,
]


@pytest.mark.parametrize("definition", _MODELS, ids=lambda definition: definition.name)
def test_shapes_of_models_are_found(definition: PackageDefinition) -> None:
    model = _judge(definition)
    assert model.is_model, model.reason
    assert model.needs_report
    assert model.weight_origins
    assert "ships trained parameters" in model.reason
    assert sum(item.weight for item in model.evidence) >= 100


def test_the_origins_that_are_weights_are_named() -> None:
    assert _judge(_EMBEDDED_NETS).weight_origins == (1,)
    assert _judge(_BUNDLED).weight_origins == (2,)
    assert _judge(_INSTALLED_NETS).weight_origins == (0,)


def test_one_package_with_several_weights_names_each() -> None:
    several = package(
        "python-listener",
        source("pkg:pypi/listener@1.0"),
        origin("input", f"{_HUB}/encoder.onnx"),
        origin("input", f"{_HUB}/decoder.onnx"),
        origin("input", f"{_HUB}/vocab.txt"),
    )
    assert _judge(several).weight_origins == (1, 2)


_GITHUB = "https://github.com/example/"
_SPEAKS = (
    "It runs pretrained models.  Model weights can be downloaded from "
    "https://huggingface.co/example/listener/resolve/main/model.gguf."
)

_NOT_MODELS = [
    package("llama-cpp", git(_GITHUB + "llama"), build_system="cmake", description=_SPEAKS,
            synopsis="Port of the LLaMA model in C/C++"),
    package("whisper-cpp", git(_GITHUB + "whisper"), build_system="cmake",
            synopsis="Whisper model in C/C++", strings=("models/ggml-base.en.bin",)),
    package("kaldi", git(_GITHUB + "kaldi"), synopsis="Speech recognition toolkit"),
    package("vosk-api", git(_GITHUB + "vosk-api"), home_page="https://alphacephei.com/vosk/",
            synopsis="Speech recognition toolkit based on Kaldi"),
    package("python-faster-whisper", git(_GITHUB + "fw"), build_system="pyproject",
            synopsis="Whisper transcription reimplementation"),
    package("python-transformers", source("pkg:pypi/transformers@4"), build_system="pyproject",
            synopsis="Pretrained models for PyTorch", description=_SPEAKS),
    package("python-spacy", source("pkg:pypi/spacy@3"), build_system="pyproject",
            description="It comes with pretrained pipelines."),
    package("python-safetensors", source("pkg:pypi/safetensors@0"), build_system="pyproject",
            home_page="https://huggingface.co/docs/safetensors",
            synopsis="Tensor serialisation"),
    package("python-gguf", source("pkg:pypi/gguf@0"), build_system="pyproject",
            strings=("tests/model.gguf",)),
    package("sentencepiece", git(_GITHUB + "sp"), build_system="cmake",
            synopsis="Unsupervised tokenizer for Neural Network-based text generation"),
    package("dlib", source("http://dlib.example.org/files/dlib-19.tar.bz2"),
            build_system="cmake", strings=("shape_predictor_68_face_landmarks.dat",)),
    package("lc0", git(_GITHUB + "lc0"), build_system="meson",
            synopsis="Chess engine based on neural networks",
            description="This package does not provide a neural network."),
    package("piper", git(_GITHUB + "piper"), build_system="meson",
            synopsis="Configure gaming mice"),
    package("r-weights", source("https://example.org/weights_1.0.tar.gz"), build_system="r",
            synopsis="Weighting and weighted statistics"),
    package("r-celltypes", source("https://example.org/celltypes_1.tar.gz"), build_system="r",
            synopsis="Pretrained models for prediction on cells"),
    package("python-odoo-models", source("pkg:pypi/odoo-models@1"), build_system="pyproject",
            synopsis="Business models"),
    package("python-hub-client", source("pkg:pypi/hub@1"), build_system="pyproject",
            strings=("not test_from_pretrained_model_id", "huggingface.co")),
    package("chess-pieces-3d-models", source(_GITHUB + "pieces-models.zip"),
            build_system="copy", synopsis="3D models of chess pieces",
            install_plan=steps(("models", "share/models"))),
    package("django-models", git(_GITHUB + "dm"), build_system="pyproject",
            synopsis="Database models for Django"),
    package("font-neural", git(_GITHUB + "font"), build_system="copy",
            synopsis="Font for networks of letters"),
    package("hunspell-dict-xx", source(_GITHUB + "xx.zip"), build_system="copy",
            synopsis="Hunspell dictionary for Xish language"),
    package("wifi-firmware", source(_GITHUB + "wifi/fw.bin"), build_system="copy",
            synopsis="Firmware for wireless chips", install_plan=steps(("fw.bin", "lib/fw.bin"))),
    package("nerd-dictation", git(_GITHUB + "nd"), build_system="copy",
            synopsis="Offline speech-to-text tool for dictation",
            description="VOSK models can be downloaded from https://alphacephei.com/vosk/models"),
    package("model-downloader", git(_GITHUB + "md"), build_system="copy",
            synopsis="Tool to download trained models for Whisper"),
    package("tree-sitter-grammar", git(_GITHUB + "ts"), build_system="copy",
            synopsis="Grammar of the Python language"),
    package("game-data", source(_GITHUB + "weights.zip"), build_system="copy",
            synopsis="Car models for a racing game"),
    package("weather-model", source(_GITHUB + "w.tar.gz"), build_system="copy",
            synopsis="Weather model"),
    package("hub-data", source("https://huggingface.co/datasets/example/d/resolve/main/d.bin"),
            build_system="copy", synopsis="Corpus"),
    package("ocr-engine", git(_GITHUB + "ocr"), synopsis="Optical character recognition engine",
            field_lines=(("native-search-paths", 9),),
            strings=("TESSDATA_PREFIX", "share/tessdata", "/share/tessdata/eng.traineddata")),
    package("racing", git(_GITHUB + "racing"), build_system="copy",
            synopsis="Racing game", strings=("share/racing/models",)),
    package("emacs-llm", git(_GITHUB + "llm"), build_system="emacs",
            synopsis="Library for large language models"),
]  # fmt: skip


@pytest.mark.parametrize("definition", _NOT_MODELS, ids=lambda definition: definition.name)
def test_what_only_speaks_of_models_is_none(definition: PackageDefinition) -> None:
    model = _judge(definition)
    assert not model.is_model, model.evidence
    assert not model.needs_report
    assert model.weight_origins == ()
    assert "not taken for a model" in model.reason


@pytest.mark.parametrize(
    "fixture",
    [
        origin("native-input", _HUB + "/model.onnx", label="test-model"),
        origin("native-input", _HUB + "/tests/fixtures/model.safetensors"),
        origin("native-input", _HUB + "/model.gguf", comments=("Used by the tests.",)),
        origin("native-input", "https://example.org/data/frames.npz"),
        origin("native-input", "https://example.org/data/frames.h5"),
        origin("native-input", "https://example.org/data/mnist.onnx"),
        origin("native-input", "https://huggingface.co/hf-internal-testing/x/resolve/m/x.bin"),
    ],
)
def test_fixtures_of_tests_are_not_shipped(fixture: PackageOrigin) -> None:
    definition = package("python-x", source("pkg:pypi/x@1"), fixture, build_system="pyproject")
    assert not _judge(definition).is_model


def test_a_host_named_tests_makes_no_fixture() -> None:
    kinds = {item.kind for item in _judge(_EMBEDDED_NETS).evidence}
    assert "for-tests" not in kinds


def test_one_that_inherits_from_a_model_is_judged_with_it() -> None:
    parent = package(
        "handwriting-model-xx",
        source("https://example.org/handwriting-xx.zip"),
        build_system="copy",
        synopsis="Handwriting recognition model of Xish for Zinnia",
        install_plan=steps(("xx.model", "share/zinnia/model/xx.model")),
    )
    child = package(
        "handwriting-yy",
        source("https://example.org/handwriting-yy.zip"),
        build_system="copy",
        synopsis="Yish",
        inherits=("handwriting-model-xx",),
    )
    first, second = assess([added(parent), added(child)])
    assert first.is_model
    assert second.is_model
    assert "inherits-model" in {item.kind for item in second.evidence}
    assert not _judge(child).is_model


def test_kin_of_a_model_that_its_build_makes_are_models_too() -> None:
    child = package(
        "brush-light", source("https://example.org/light.zip"), inherits=("brush-japanese",),
        synopsis=_TRAINED_WHEN_BUILT.synopsis,
    )  # fmt: skip
    program = package("brush", git(_GITHUB + "brush"), inherits=("brush-japanese",),
                      build_system="cmake")  # fmt: skip
    models = assess([added(child), added(program), added(_TRAINED_WHEN_BUILT)])
    assert [model.is_model for model in models] == [True, False, True]


def test_kin_are_followed_whatever_their_order() -> None:
    links = [
        package(
            f"m{n}", source("https://example.org/x"), build_system="copy", inherits=(f"m{n - 1}",)
        )
        for n in range(9, 0, -1)
    ]
    models = assess([*map(added, links), added(package("m0", *_ZIP_MODEL.origins))])
    assert all(model.is_model for model in models)


def test_a_program_that_uses_a_model_or_inherits_from_a_program_with_one_is_none() -> None:
    tool = package("dictation", git(_GITHUB + "dictation"), inputs=("vosk-model-small-xx",))
    variant = package(
        "dried-cod-lite", git(_GITHUB + "lite"), build_system="gnu", inherits=("dried-cod",)
    )
    models = assess([added(tool), added(_ZIP_MODEL), added(variant), added(_EMBEDDED_NETS)])
    assert [model.is_model for model in models] == [False, True, False, True]
    assert "vosk-model-small-xx" in models[0].evidence[0].detail


def test_hunks_alone_show_literals_in_place_of_origins() -> None:
    seen = package(
        "lc0-t9",
        build_system=None,
        partial=True,
        synopsis=None,
        description=None,
        strings=("https://storage.lczero.org/files/networks-contrib/", "t9-768x15.pb.gz", "t9"),
        unknown=(UnknownField("source", "not seen"),),
    )
    assert not _judge(seen).is_model
    known = package(
        "lc0-t9",
        build_system="trivial",
        partial=True,
        strings=("https://storage.lczero.org/files/networks-contrib/", "t9-768x15.pb.gz"),
        unknown=(UnknownField("source", "not seen"),),
    )
    assert _judge(known).is_model


def test_hunks_alone_show_a_label_beside_the_end_of_a_name() -> None:
    seen = package(
        "dried-cod",
        origin("source", method="git-fetch"),
        partial=True,
        strings=("neural-network-big", ".nnue"),
        unknown=(UnknownField("source.uri", "not seen"),),
    )
    model = _judge(seen)
    assert model.is_model
    assert model.weight_origins == ()
    assert not _judge(replace(seen, strings=("neural-network-big", "network.bin"))).is_model
    assert not _judge(replace(seen, name=None, variable=None)).is_model


def test_a_piece_without_a_name_is_one_where_its_weights_are_in_sight() -> None:
    piece = replace(_EMBEDDED_NETS, name=None, variable=None, partial=True)
    assert _judge(piece).is_model


@pytest.mark.parametrize("definition", _MODELS, ids=lambda definition: definition.name)
def test_what_leaves_the_weights_as_they_are_needs_no_report(
    definition: PackageDefinition,
) -> None:
    changes = [
        removed(definition),
        moved(definition),
        changed(definition, ("description",), description="Other words."),
        changed(definition, ("name",), name="other", variable="other"),
    ]
    assert [model.needs_report for model in assess(changes)] == [False] * 4


@pytest.mark.parametrize("definition", _MODELS, ids=lambda definition: definition.name)
def test_what_changes_weights_licence_or_flags_needs_one(definition: PackageDefinition) -> None:
    model = _judge(definition)
    origins = list(definition.origins)
    last = model.weight_origins[-1]
    origins[last] = origin(
        origins[last].role,
        *origins[last].uris,
        method=origins[last].method,
        file_name=origins[last].file_name,
        hash="1" * 52,
    )
    changes = [
        changed(definition, ("source",), origins=tuple(origins)),
        changed(definition, ("license",), licenses=(EXPAT, EXPAT, EXPAT)[:0]),
        changed(definition, ("arguments",), substitutable=False),
    ]
    assert [judged.needs_report for judged in assess(changes)] == [True] * 3


def test_a_program_that_gains_weights_needs_a_report_and_one_that_changes_beside_them_none() -> (
    None
):
    program = package("dried-cod", *_EMBEDDED_NETS.origins[:1])
    gains = changed(program, ("native-inputs",), origins=_EMBEDDED_NETS.origins)
    beside = changed(
        _EMBEDDED_NETS, ("source",), origins=(git(_GITHUB + "cod"), *_EMBEDDED_NETS.origins[1:])
    )
    loses = changed(_EMBEDDED_NETS, ("native-inputs",), origins=program.origins)
    assert [model.needs_report for model in assess([gains, beside, loses])] == [True, False, False]


def test_with_unknown_values_the_touched_fields_decide() -> None:
    partial = package("vosk-model-xx", *_ZIP_MODEL.origins, build_system="copy", partial=True)
    changes = [
        changed(partial, ("description",)),
        changed(partial, ("version",)),
        changed(partial, ()),
    ]
    assert [model.needs_report for model in assess(changes)] == [False, True, True]


def test_nothing_gives_nothing() -> None:
    assert assess([]) == ()


def test_a_definition_of_many_origins_and_literals_is_weighed_in_passing() -> None:
    origins = [origin("input", f"{_HUB}/part-{n}.onnx") for n in range(3_000)]
    crowded = package(
        "crowded",
        *origins,
        strings=tuple(f"share/{n}.txt" for n in range(30_000)),
        synopsis="neural-" * 3_000,
        description="trained model does not provide " * 3_000,
        build_system="copy",
    )
    start = time.monotonic()
    model = _judge(crowded)
    assert time.monotonic() - start < 30
    assert len(model.weight_origins) == 3_000
