# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge site`` and ``weighbridge demo --site``."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import Weighbridge


def test_a_site_of_the_database(
    weighbridge: Weighbridge, configuration: Path, tmp_path: Path
) -> None:
    assert weighbridge("poll", "--once", "--config", configuration).returncode == 0
    target = tmp_path / "site"
    done = weighbridge("site", "--config", configuration, target)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{target / 'index.html'}: 10 series, ")
    form = json.loads((target / "series" / "79115.json").read_text(encoding="utf-8"))
    assert [one["label"] for one in form["thread"]["revisions"]] == ["v1", "v2"]
    again = weighbridge("site", "--config", configuration, target)
    assert again.stdout.endswith("nothing new\n")


def test_the_directory_of_the_configuration(weighbridge: Weighbridge, configuration: Path) -> None:
    refused = weighbridge("site", "--config", configuration)
    assert refused.returncode == 2
    assert "name a directory" in refused.stderr
    with configuration.open("a", encoding="utf-8") as file:
        file.write('[site]\ndirectory = "pages"\ntitle = "The bot"\n')
    assert weighbridge("site", "--config", configuration).returncode == 0
    page = configuration.parent / "pages" / "index.html"
    assert "<title>Open series – The bot</title>" in page.read_text(encoding="utf-8")


def test_a_directory_of_somebody_else(
    weighbridge: Weighbridge, configuration: Path, tmp_path: Path
) -> None:
    (tmp_path / "home" / "thesis").touch()
    done = weighbridge("site", "--config", configuration, tmp_path / "home")
    assert done.returncode == 3
    assert "is not empty (thesis) and was not written by weighbridge" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demonstration_has_pages(weighbridge: Weighbridge, tmp_path: Path) -> None:
    target = tmp_path / "pages"
    done = weighbridge("demo", "--site", target)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"The pages about it: {target / 'index.html'}\n")
    page = (target / "index.html").read_text(encoding="utf-8")
    assert "A demonstration on made-up mail" in page
    refused = weighbridge("demo", "--site", tmp_path)
    assert refused.returncode == 3
    assert "is not empty" in refused.stderr
