# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written into a directory, and what is never touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.site.directory import JOURNAL, SiteDirectory, open_directory
from bot.site.manifest import MANIFEST, Manifest, manifest_from_bytes, manifest_to_bytes
from bot.site.settings import SiteError
from tests.site.made import files_of


def _write(directory: Path, contents: Mapping[str, bytes]) -> tuple[int, int]:
    with open_directory(directory) as site:
        site.put(contents)
        site.finish(contents)
        return site.written, site.removed


def test_files_are_written_once_and_removed_when_they_are_gone(tmp_path: Path) -> None:
    site = tmp_path / "deep" / "site"
    assert _write(site, {"a.html": b"a", "sub/b.html": b"b"}) == (2, 0)
    assert _write(site, {"a.html": b"a", "sub/b.html": b"b"}) == (0, 0)
    assert _write(site, {"a.html": b"new"}) == (1, 1)
    assert files_of(site) == {"a.html": b"new"}
    assert not (site / "sub").exists()


def test_nothing_is_written_where_nothing_is_new(tmp_path: Path) -> None:
    _write(tmp_path, {"a.html": b"a"})
    before = {path: path.stat().st_mtime_ns for path in (tmp_path, *tmp_path.iterdir())}
    _write(tmp_path, {"a.html": b"a"})
    assert {path: path.stat().st_mtime_ns for path in (tmp_path, *tmp_path.iterdir())} == before


def test_everybody_may_read_it_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        _write(tmp_path / "site", {"sub/a.html": b"a"})
    finally:
        os.umask(old)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "site").rglob("*")}
    assert modes == {"sub": 0o755, "a.html": 0o644, MANIFEST: 0o644}
    assert (tmp_path / "site").stat().st_mode & 0o777 == 0o755


def test_a_foreign_directory_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SiteError, match=r"is not empty \(thesis.txt\) and was not written by"):
        _write(tmp_path, {"index.html": b""})
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SiteError, match="is no directory"):
        _write(tmp_path / "file", {})


def test_a_foreign_file_within_the_site_is_not_touched(tmp_path: Path) -> None:
    _write(tmp_path, {"a.html": b"a"})
    (tmp_path / "b.html").write_text("mine")
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(SiteError, match=r"b.html is in the way, and was not written by"):
        _write(tmp_path, {"a.html": b"a", "b.html": b"b"})
    assert (tmp_path / "b.html").read_text() == "mine"
    (tmp_path / "b.html").unlink()
    _write(tmp_path, {"b.html": b"b"})
    assert files_of(tmp_path) == {"b.html": b"b", "notes.txt": b"mine"}


def test_no_link_leads_out_of_it(tmp_path: Path) -> None:
    site, outside = tmp_path / "site", tmp_path / "outside"
    _write(site, {"a.html": b"a"})
    outside.mkdir()
    (site / "sub").symlink_to(outside)
    with pytest.raises(SiteError, match="sub is a link to elsewhere"):
        _write(site, {"sub/b.html": b"b"})
    (site / "sub").unlink()
    (outside / "target").write_text("mine")
    (site / "c.html").symlink_to(outside / "target")
    with pytest.raises(SiteError, match=r"c.html is in the way"):
        _write(site, {"c.html": b"c"})
    assert (outside / "target").read_text() == "mine"


def test_a_file_that_was_taken_away_or_cut_is_written_again(tmp_path: Path) -> None:
    contents = {"a.html": b"aaa", "b.html": b"bbb"}
    _write(tmp_path, contents)
    (tmp_path / "a.html").unlink()
    (tmp_path / "b.html").write_bytes(b"")
    assert _write(tmp_path, contents) == (2, 0)
    assert files_of(tmp_path) == contents


def test_two_processes_do_not_write_at_once(tmp_path: Path) -> None:
    with open_directory(tmp_path):
        script = (
            "import sys\nfrom pathlib import Path\nfrom bot.site.directory import open_directory\n"
            "with open_directory(Path(sys.argv[1])): pass\n"
        )
        other = [sys.executable, "-c", script, str(tmp_path)]
        done = subprocess.run(other, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "another process writes the site" in done.stderr


def test_after_a_crash_what_was_begun_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, {"a.html": b"a"})
    real = SiteDirectory._write
    written: list[str] = []

    def dies_at_the_second(self: SiteDirectory, path: str, content: bytes, **more: bool) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(path)
        real(self, path, content, **more)

    monkeypatch.setattr(SiteDirectory, "_write", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        _write(tmp_path, {"a.html": b"x", "b.html": b"b", "c.html": b"c"})
    monkeypatch.undo()
    assert (tmp_path / JOURNAL).exists()
    # What had the time of the crash is neither taken for whole nor for somebody else's.
    assert _write(tmp_path, {"a.html": b"a", "b.html": b"b"}) == (2, 0)
    assert files_of(tmp_path) == {"a.html": b"a", "b.html": b"b"}
    assert not (tmp_path / JOURNAL).exists()


def test_a_journal_that_was_cut_off(tmp_path: Path) -> None:
    _write(tmp_path, {"a.html": b"a"})
    (tmp_path / JOURNAL).write_bytes(b'["b.html"]\n["c.ht')
    (tmp_path / "b.html").write_bytes(b"half")
    assert _write(tmp_path, {"a.html": b"a"}) == (0, 1)
    assert files_of(tmp_path) == {"a.html": b"a"}


def test_a_manifest_that_cannot_be_read(tmp_path: Path) -> None:
    _write(tmp_path, {"a.html": b"a"})
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(SiteError, match="cannot be read, so it is not known"):
        _write(tmp_path, {"a.html": b"b"})
    assert files_of(tmp_path) == {"a.html": b"a"}


@given(st.binary() | st.text().map(str.encode))
def test_no_manifest_does_more_than_be_refused(content: bytes) -> None:
    try:
        manifest = manifest_from_bytes(content)
    except SiteError:
        return
    assert isinstance(manifest, Manifest)


def test_no_manifest_reaches_out_of_its_directory(tmp_path: Path) -> None:
    site, outside = tmp_path / "site", tmp_path / "outside.html"
    outside.write_text("mine")
    _write(site, {"a.html": b"a"})
    bad = ["../outside.html", str(outside), "sub/../../outside.html", "sub/sub/x", "", "A", ".x"]
    files = {path: [4, "0"] for path in bad} | {"b.html": None}
    (site / MANIFEST).write_text(json.dumps({"format": 1, "files": files, "threads": {}}))
    (site / JOURNAL).write_text(json.dumps(["../outside.html", 7]) + "\n7\n")
    with open_directory(site) as opened:
        assert set(opened.manifest.files) == {"b.html"}
        opened.finish({})
    assert outside.read_text() == "mine"


def test_a_link_in_the_place_of_a_directory_removes_nothing(tmp_path: Path) -> None:
    site, outside = tmp_path / "site", tmp_path / "outside"
    _write(site, {"sub/a.html": b"a"})
    (site / "sub").rename(outside)
    (site / "sub").symlink_to(outside)
    with pytest.raises(SiteError, match="sub is a link to elsewhere"):
        _write(site, {"b.html": b"b"})
    assert (outside / "a.html").exists()


def test_the_threads_of_another_version_are_read_anew() -> None:
    content = manifest_to_bytes(Manifest("shared", "rest", {"a.html": None}))
    other = content.replace(b'"threads":{}', b'"threads":{"x":{"digest":"d"}}')
    manifest = manifest_from_bytes(other)
    assert manifest.files == {"a.html": None}
    assert (manifest.shared, manifest.threads) == ("", {})
