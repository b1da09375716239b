# SPDX-License-Identifier: GPL-3.0-or-later
"""What a package says of itself: is it a model, or does it speak of one?

Patterns are bounded in length and have no nested repetition: the texts are strangers'.  A text is
looked through once, whoever asks, and however many packages share it.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LONGEST_TEXT = 6_000
"""Twice the longest description in Guix."""
_LONGEST_SYNOPSIS = 1_000
_TEXTS = 512
"""Texts that are remembered."""

_PRODUCT = (
    r"(?:vosk|kaldi|spacy|whisper|tesseract|onnx|tflite|pytorch|tensorflow|keras|coqui|deepspeech"
    r"|llama\w*|mistral|mixtral|gemma|qwen\w*|bert|gpt\w*|zinnia|tegaki|nnue|leela|lczero|katago"
    r"|stable diffusion|yolo\w*|piper|marian|opus-mt|argos|bergamot|silero|parakeet|wav2vec\w*)"
)
_PARAMETERS = r"(?:models?|networks?|nets?|weights|parameters|checkpoints?)"
_TASK = (
    r"(?:acoustic|language|speech|voice|translation|recognition|ocr|handwriting|segmentation"
    r"|detection|embedding|diffusion|dictation|text-to-speech|tts|asr|transcription|classification"
    r"|neural|recurrent|convolutional|transformer|deep learning|machine learning)"
)
_IS_A_MODEL = re.compile(
    rf"\b(?:pre-?)?trained\b[^.;]{{0,40}}\b(?:{_PARAMETERS}|data|embeddings|vectors)\b"
    rf"|\b(?:models?|networks?)['’]?s? (?:weights|parameters)\b"
    rf"|\b{_TASK}(?:[ -][\w-]{{1,30}})?[ -]{_PARAMETERS}\b"
    rf"|\b{_PRODUCT}\b[^.;]{{0,40}}\b{_PARAMETERS}\b"
    rf"|\b{_PARAMETERS}\b[^.;]{{0,40}}\b(?:for|of)\b[^.;]{{0,30}}\b{_PRODUCT}\b"
    rf"|\b{_PRODUCT}['’]s weights\b|\bweights (?:of|for) (?:the )?{_PRODUCT}\b",
    re.IGNORECASE,
)
_ENDS_AS_MODEL = re.compile(
    rf"\b(?:{_TASK}|{_PRODUCT}|(?:pre-?)?trained)\b.{{0,60}}(?:\b{_PARAMETERS}|\({_PARAMETERS}\))\.?$",
    re.IGNORECASE | re.DOTALL,
)
_IS_A_PROGRAM = re.compile(
    r"\b(?:library|libraries|tools?|toolkits?|clients?|interfaces?|engines?|frameworks?|runtimes?"
    r"|managers?|downloaders?|viewers?|editors?|converters?|servers?|api|bindings?|plugins?"
    r"|programs?|apps?|applications?|wrappers?|trainers?|inference|implementation|port|simulators?"
    r"|utilit(?:y|ies)|software|modules?|scripts?|extensions?|front-?ends?|bots?|assistants?"
    r"|3-?d|mesh(?:es)?|business|database|data models?|climate|weather|printers?)\b",
    re.IGNORECASE,
)
_CONTAINS_WEIGHTS = re.compile(
    r"\b(?:contains?|provides?|ships?|includes?|bundles?|installs?|comes with)\b[^.;]{0,80}"
    rf"\b(?:(?:pre-?)?trained (?:[\w-]+ )?(?:{_PARAMETERS}|data)|model weights|network weights"
    r"|weights|trained)\b",
    re.IGNORECASE,
)
_NOT = r"\b(?:does not|doesn['’]t|do not|is not|no|without|cannot|not)\b[^.;]{0,30}"
_PROVIDED = r"\b(?:provide|include|contain|ship|come with|bundle|included|provided|shipped|any)\b"
_ANY_MODEL = r"[^.;]{0,60}\b(?:models?|networks?|weights|parameters|voices?|checkpoints?)\b"
_PROVIDES_NONE = re.compile(_NOT + _PROVIDED + _ANY_MODEL, re.IGNORECASE)
_PROVIDES = re.compile(rf"{_PROVIDED}(?={_ANY_MODEL})", re.IGNORECASE)
_ENDS_IN_NOT = re.compile(rf"{_NOT}\Z", re.IGNORECASE)
_LONGEST_NOT = 50
_IS_NOT_INCLUDED = re.compile(
    r"\b(?:models?|networks?|weights|parameters|voices?)\b[^.;]{0,40}\b(?:is|are) not "
    r"(?:included|provided|shipped|bundled|part)\b",
    re.IGNORECASE,
)
_TO_DOWNLOAD = re.compile(
    r"\b(?:models?|networks?|weights|parameters|checkpoints?)\b[^.;]{0,60}"
    r"\b(?:downloaded|fetched|obtained|installed separately|download)\b"
    r"|\b(?:downloads?|fetch(?:es)?|obtain)\b[^.;]{0,60}"
    r"\b(?:models?|networks?|weights|parameters|checkpoints?)\b",
    re.IGNORECASE,
)
_MODEL_NAME = re.compile(
    r"(?:^|[-_])(?:models?|weights|nets?|nnue|tessdata|traineddata|pretrained|checkpoints?)(?:[-_]|$)"
)
_MODEL_FILE = re.compile(
    r"(?:^|[-_./])(?:models?|weights|checkpoints?|pretrained|networks?|nets?|nn)(?=[-_./\d]|$)",
    re.IGNORECASE,
)
_OTHER_MODELS = re.compile(
    r"(?:3d|mesh|car|player|business|data|printer)[-_]?models?", re.IGNORECASE
)
_TESTS = re.compile(
    r"(?:^|[^a-z])(?:tests?|testing|testdata|test-?files?|fixtures?|unittests?)"
    r"(?:[^a-z]|$)",
    re.IGNORECASE,
)
_MODEL_LABEL = re.compile(
    r"(?:neural-net(?:work)?s?|nnue|(?:pre-?)?trained-(?:models?|data|networks?)|model-weights)"
    r"(?:[-_][\w.-]*)?"
)
_MODEL_DIRECTORY = re.compile(
    r"/?(?:share|lib)/(?:[\w.+-]{1,60}/){0,5}(?:[\w.+-]{0,40}models?|tessdata|networks|nets|weights)/?"
)
_SEARCH_PATH = re.compile(r"[A-Z_]{0,40}(?:MODEL|TESSDATA|WEIGHTS)[A-Z_]{0,40}")


@lru_cache(_TEXTS)
def synopsis_says_model(text: str) -> str | None:
    """Return the words by which a synopsis calls the package a model, or None."""
    found = _IS_A_MODEL.search(text[:_LONGEST_SYNOPSIS])
    if found is None or _IS_A_PROGRAM.search(text[:_LONGEST_SYNOPSIS]):
        return synopsis_ends_as_model(text)
    return found.group()


@lru_cache(_TEXTS)
def synopsis_ends_as_model(text: str) -> str | None:
    """Return the words by which a synopsis ends in calling the package a model, or None.

    Stricter than ``synopsis_says_model``: “Whisper model in C/C++” is a program.
    """
    found = _ENDS_AS_MODEL.search(text[:_LONGEST_SYNOPSIS].strip())
    if found is None or _IS_A_PROGRAM.search(text[:_LONGEST_SYNOPSIS]):
        return None
    return found.group()


@lru_cache(_TEXTS)
def description_says_weights(text: str) -> str | None:
    """Return the words by which a description says that weights are inside, or None."""
    return _words(_CONTAINS_WEIGHTS, text)


@lru_cache(_TEXTS)
def says_it_has_none(text: str) -> str | None:
    """Return the words by which a description says that no weights are inside, or None."""
    spoken = " ".join(text[:_LONGEST_TEXT].split())
    said = [found for found in (_provides_none(spoken), _IS_NOT_INCLUDED.search(spoken)) if found]
    return min(said, key=lambda found: found.start()).group() if said else None


def _provides_none(text: str) -> re.Match[str] | None:
    """Search for ``_PROVIDES_NONE`` from its middle: from its beginning, every "no" would be tried
    with every "any"."""
    for provides in _PROVIDES.finditer(text):
        first = max(0, provides.start() - _LONGEST_NOT)
        denied = _ENDS_IN_NOT.search(text, first, provides.start())
        if denied:
            return _PROVIDES_NONE.match(text, denied.start())
    return None


@lru_cache(_TEXTS)
def says_to_download(text: str) -> str | None:
    """Return the words by which a description sends the user elsewhere for weights, or None."""
    return _words(_TO_DOWNLOAD, text)


def name_says_model(name: str) -> bool:
    """Return whether a package's or variable's name has a word for trained parameters."""
    return bool(_MODEL_NAME.search(name)) and not _OTHER_MODELS.search(name)


def file_name_says_model(path: str) -> bool:
    """Return whether a file's name or directory has a word for trained parameters."""
    return bool(_MODEL_FILE.search(path)) and not _OTHER_MODELS.search(path)


@lru_cache(_TEXTS)
def says_tests(text: str) -> bool:
    """Return whether a name, path or comment speaks of tests or fixtures."""
    return bool(_TESTS.search(text[:_LONGEST_TEXT]))


def is_model_label(text: str) -> bool:
    """Return whether a literal is an input's label that calls it trained parameters."""
    return len(text) < 100 and bool(_MODEL_LABEL.fullmatch(text))


def is_model_directory(path: str) -> bool:
    """Return whether a path names a directory of models below ``share`` or ``lib``."""
    if not path.startswith(("share/", "/share/", "lib/", "/lib/")):
        return False
    return bool(_MODEL_DIRECTORY.fullmatch(path)) and not _OTHER_MODELS.search(path)


def is_model_search_path(text: str) -> bool:
    """Return whether a literal is an environment variable's name that leads to models."""
    return text.isupper() and bool(_SEARCH_PATH.fullmatch(text))


def _words(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(" ".join(text[:_LONGEST_TEXT].split()))
    return found.group() if found else None
