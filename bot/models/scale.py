# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts for and against "this package ships trained parameters", and how much.

All of it is data: ``docs/models.md`` says why each row weighs what it weighs, and a test keeps the
two in step.  A package is a model from ``THRESHOLD`` points on; the points are set so that no
single doubtful observation reaches it, because a false reply on a public list is worse than a
missed one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

THRESHOLD = 100

# Points of package-level evidence.
SYNOPSIS = 50
DESCRIPTION = 30
NAME = 30
DATA_BUILD_SYSTEM = 20
INSTALLS_WEIGHTS = 60
COPIES_WEIGHTS = 60
INSTALLS_MODEL_DIRECTORY = 20
SEARCH_PATH = 30
INHERITS_MODEL = 80
INHERITS_MODEL_NAME = 40
USES_MODEL = 0
SAYS_IT_HAS_NONE = -60
SAYS_TO_DOWNLOAD = -40

# Points of an origin, beside those of its host and its file type.
FILE_NAME_WORD = 20
DOUBTFUL_FILE_TYPE_ON_HUB = 40
BUILD_INPUT_ONLY = -30
COPIED_TO_OUTPUT = 40
FOR_TESTS = -100

# Literals of a definition whose origins are not known.
LITERAL_SHARE = 0.6
LABEL_LITERAL = 40

SUSPECT = 60
"""Points of an origin from which a program's own words count as well."""

DATA_BUILD_SYSTEMS = frozenset({"copy", "trivial"})
"""Build systems of packages that are no program: there, words of the description count."""


@dataclass(frozen=True, slots=True)
class Host:
    """A place on the web, as a pattern over ``host/path``, and what lies there."""

    pattern: re.Pattern[str]
    points: int
    what: str


def _host(pattern: str, points: int, what: str) -> Host:
    return Host(re.compile(pattern, re.IGNORECASE), points, what)


MODELS_ONLY = 100
HUB_REPOSITORY = 80
HUB = 60
MIXED = 20

NOT_MODELS = (
    _host(r"(www\.)?(huggingface\.co|hf\.co)/(datasets|spaces)/", 0, "data sets and programs"),
    _host(r"download\.pytorch\.org/whl/", 0, "programs"),
)
"""Places on model hosts that hold something else."""

HOSTS = (
    _host(r"alphacephei\.com/vosk/models/", MODELS_ONLY, "the VOSK models"),
    _host(r"alphacephei\.com/kaldi/models/", MODELS_ONLY, "the VOSK models"),
    _host(r"kaldi-asr\.org/models/", MODELS_ONLY, "the Kaldi models"),
    _host(r"storage\.lczero\.org/files/networks", MODELS_ONLY, "networks of Leela Chess Zero"),
    _host(
        r"(training|media)\.lczero\.org/.*networks?", MODELS_ONLY, "networks of Leela Chess Zero"
    ),
    _host(r"tests\.stockfishchess\.org/api/nn/", MODELS_ONLY, "networks of Stockfish"),
    _host(r"github\.com/official-stockfish/networks/", MODELS_ONLY, "networks of Stockfish"),
    _host(r"zero\.sjeng\.org/networks/", MODELS_ONLY, "networks of Leela Zero"),
    _host(r"media\.katagotraining\.org/.*networks/", MODELS_ONLY, "networks of KataGo"),
    _host(r"github\.com/explosion/spacy-models/", MODELS_ONLY, "the spaCy models"),
    _host(r"github\.com/tesseract-ocr/tessdata", MODELS_ONLY, "trained data of Tesseract"),
    _host(r"download\.pytorch\.org/models/", MODELS_ONLY, "models of PyTorch"),
    _host(r"openaipublic\.[^/]*/.*models?/", MODELS_ONLY, "models of OpenAI"),
    _host(r"github\.com/k2-fsa/[^/]+/releases/download/[^/]*models", MODELS_ONLY, "speech models"),
    _host(r"github\.com/coqui-ai/(STT|TTS)-models/", MODELS_ONLY, "speech models"),
    _host(r"models\.silero\.ai/models/", MODELS_ONLY, "speech models"),
    _host(r"github\.com/tegaki/.*/tegaki-(zinnia|wagomu)-[a-z]", MODELS_ONLY, "handwriting models"),
    _host(r"github\.com/mozilla/firefox-translations-models", MODELS_ONLY, "translation models"),
    _host(r"data\.statmt\.org/bergamot/models/", MODELS_ONLY, "translation models"),
    _host(r"media\.xiph\.org/(rnnoise|lpcnet|opus)/models/", MODELS_ONLY, "models of Xiph"),
    _host(r"(www\.)?(huggingface\.co|hf\.co)/[^/]+/[^/]+/resolve/", HUB, "a model hub"),
    _host(
        r"(www\.)?(huggingface\.co|hf\.co)/[^/]+/[^/]+", HUB_REPOSITORY, "a model hub's repository"
    ),
    _host(r"(www\.)?modelscope\.cn/(api/v1/)?models/", HUB, "a model hub"),
    _host(r"(www\.)?modelscope\.cn/[^/]+/[^/]+\.git", HUB_REPOSITORY, "a model hub's repository"),
    _host(r"tfhub\.dev/", HUB, "a model hub"),
    _host(r"(www\.)?kaggle\.com/(api/v1/)?models/", HUB, "a model hub"),
    _host(r"civitai\.com/api/download/models/", HUB, "a model hub"),
    _host(r"storage\.googleapis\.com/(tfhub|mediapipe-models)", HUB, "a model hub's storage"),
    _host(r"dl\.fbaipublicfiles\.com/.*(models?|vectors)", HUB, "models and word vectors"),
    _host(r"nlp\.stanford\.edu/(data|software)/.*models?", HUB, "language models"),
    _host(r"dl\.fbaipublicfiles\.com/", MIXED, "models and data sets"),
    _host(r"openaipublic\.", MIXED, "models and data sets"),
    _host(r"zenodo\.org/", 0, "research data of any kind"),
    _host(r"storage\.googleapis\.com/", 0, "files of any kind"),
)
"""The first that matches counts."""

TORRENT = 40
"""Weights that were leaked, or are too large for a web server, go by torrent; few others do."""

# What a file type says, by the end of the file's name; the longest that matches counts.
WEIGHTS_ONLY = 100
WEIGHTS = 60
DOUBTFUL = 20

FILE_TYPES: dict[str, int] = {
    ".nnue": WEIGHTS_ONLY,
    ".pb.gz": WEIGHTS,
    ".traineddata": WEIGHTS,
    ".safetensors": WEIGHTS,
    ".gguf": WEIGHTS,
    ".ggml": WEIGHTS,
    ".onnx": WEIGHTS,
    ".tflite": WEIGHTS,
    ".pth": WEIGHTS,
    ".ckpt": WEIGHTS,
    ".keras": WEIGHTS,
    ".mlmodel": WEIGHTS,
    ".caffemodel": WEIGHTS,
    ".weights": WEIGHTS,
    ".argosmodel": WEIGHTS,
    ".pdparams": WEIGHTS,
    ".llamafile": WEIGHTS,
    ".pb": DOUBTFUL,
    ".pt": DOUBTFUL,
    ".bin": DOUBTFUL,
    ".bin.gz": DOUBTFUL,
    ".h5": DOUBTFUL,
    ".hdf5": DOUBTFUL,
    ".npz": DOUBTFUL,
    ".pkl": DOUBTFUL,
    ".joblib": DOUBTFUL,
    ".arpa": DOUBTFUL,
    ".arpa.gz": DOUBTFUL,
    ".spm": DOUBTFUL,
    ".model": DOUBTFUL,
}
