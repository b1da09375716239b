# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/models.md says what bot/models/scale.py does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.models import scale
from bot.models.origins import file_type_of, host_of

_PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
_ROWS = re.findall(r"^\| (.+?) \| (−?\d+) \|", _PAGE, re.MULTILINE)


def _points(start: str) -> int:
    (points,) = {points for words, points in _ROWS if words.startswith(start)}
    return int(points.replace("−", "-"))


@pytest.mark.parametrize(
    ("row", "points"),
    [
        ("`model-host`: a place that holds nothing but", scale.MODELS_ONLY),
        ("`model-host`: a repository", scale.HUB_REPOSITORY),
        ("`model-host`: a file", scale.HUB),
        ("`model-host`: storage", scale.MIXED),
        ("`torrent`", scale.TORRENT),
        ("`weights-file-type` that nothing else", scale.WEIGHTS_ONLY),
        ("`weights-file-type`: ", scale.WEIGHTS),
        ("`doubtful-file-type`", scale.DOUBTFUL),
        ("the same file types on a model hub", scale.DOUBTFUL_FILE_TYPE_ON_HUB),
        ("`file-name`", scale.FILE_NAME_WORD),
        ("`for-tests`", scale.FOR_TESTS),
        ("`build-input`", scale.BUILD_INPUT_ONLY),
        ("`copied-to-output`", scale.COPIED_TO_OUTPUT),
        ("`data-build-system`", scale.DATA_BUILD_SYSTEM),
        ("`synopsis`", scale.SYNOPSIS),
        ("`description`", scale.DESCRIPTION),
        ("`name`", scale.NAME),
        ("`says-it-has-none`", scale.SAYS_IT_HAS_NONE),
        ("`says-to-download`", scale.SAYS_TO_DOWNLOAD),
        ("`install-plan`", scale.INSTALLS_WEIGHTS),
        ("`install-directory`", scale.INSTALLS_MODEL_DIRECTORY),
        ("`copies-weights`", scale.COPIES_WEIGHTS),
        ("`search-path`", scale.SEARCH_PATH),
        ("`inherits-model`", scale.INHERITS_MODEL),
        ("`inherits-model-name`", scale.INHERITS_MODEL_NAME),
        ("`label-literal`", scale.LABEL_LITERAL),
        ("`uses-model`", scale.USES_MODEL),
    ],
)
def test_the_page_states_the_points(row: str, points: int) -> None:
    assert _points(row) == points


def test_the_page_names_every_file_type_and_the_threshold() -> None:
    assert f"from **{scale.THRESHOLD}** points" in _PAGE
    for ending in scale.FILE_TYPES:
        assert ending in _PAGE or ending.removesuffix(".gz") in _PAGE


def test_no_doubtful_observation_reaches_the_threshold_alone() -> None:
    for points in (scale.SYNOPSIS, scale.DESCRIPTION, scale.NAME, scale.HUB, scale.WEIGHTS):
        assert points < scale.THRESHOLD
    assert scale.SYNOPSIS + scale.DESCRIPTION < scale.THRESHOLD
    assert scale.DATA_BUILD_SYSTEM + scale.SYNOPSIS < scale.THRESHOLD
    assert scale.DATA_BUILD_SYSTEM + scale.NAME + scale.FILE_NAME_WORD < scale.THRESHOLD


@pytest.mark.parametrize(
    ("url", "points"),
    [
        ("https://huggingface.co/a/b/resolve/main/x.bin", scale.HUB),
        ("https://user@huggingface.co/a/b/resolve/main/x.bin", scale.HUB),
        ("https://HuggingFace.co/a/b", scale.HUB_REPOSITORY),
        ("https://huggingface.co/datasets/a/b/resolve/main/x.bin", None),
        ("https://huggingface.co/spaces/a/b", None),
        ("https://nothuggingface.co/a/b", None),
        ("https://example.org/huggingface.co/a/b", None),
        ("https://download.pytorch.org/models/resnet.pth", scale.MODELS_ONLY),
        ("https://download.pytorch.org/whl/torch.whl", None),
        ("https://openaipublic.example.net/main/whisper/models/x.pt", scale.MODELS_ONLY),
        ("https://alphacephei.com/vosk/", None),
        ("https://github.com/tegaki/tegaki/releases/download/v1/tegaki-zinnia-xx-1.zip", 100),
        ("https://github.com/tegaki/tegaki/releases/download/v1/tegaki-wagomu-1.zip", None),
        ("git@example.org:a/b", None),
        ("", None),
    ],
)
def test_hosts_are_told_by_host_and_path(url: str, points: int | None) -> None:
    host = host_of(url)
    assert (host.points if host else None) == points


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("encoder.int8.onnx", ".onnx"),
        ("T1.PB.GZ", ".pb.gz"),
        ("model.pb", ".pb"),
        ("lm.arpa.gz", ".arpa.gz"),
        ("archive.tar.gz", None),
        ("onnx", None),
    ],
)
def test_the_longest_ending_decides(name: str, ending: str | None) -> None:
    found = file_type_of(name)
    assert (found[0] if found else None) == ending
