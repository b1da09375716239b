# SPDX-License-Identifier: GPL-3.0-or-later
"""The author's lines, by number."""

from __future__ import annotations

from bot.patch.change import Basis, ChangeKind, FileChange, FileText, Region
from bot.report.quotes import excerpt_of, lines_around, quotes_of, shown_lines


def _change(*regions: Region, path: str = "a.scm") -> FileChange:
    after = FileText(regions, complete=False)
    return FileChange(ChangeKind.MODIFIED, path, None, None, after, Basis.HUNKS)


FIRST = Region(10, '(version "1")\n  (package\n\n    (name "x")))\n')
SECOND = Region(40, "    (license license:asl2.0)))")


def _quoted(*lines: int, changes: tuple[FileChange, ...] = ()) -> dict[int, str]:
    shown = changes or (_change(FIRST, SECOND),)
    return quotes_of(shown_lines(shown, {"a.scm": lines})["a.scm"], lines)


def test_lines_that_are_shown() -> None:
    assert _quoted(10, 13, 40) == {
        10: '(version "1")',
        13: '(name "x")))',
        40: "(license license:asl2.0)))",
    }


def test_lines_that_are_not() -> None:
    assert _quoted(9, 12, 14, 15, 39, 41, 10**9) == {}


def test_another_file_and_a_removed_one() -> None:
    removed = FileChange(ChangeKind.REMOVED, "a.scm", None, None, None, Basis.WHOLE)
    assert _quoted(10, changes=(_change(FIRST, path="b.scm"), removed)) == {}


def test_the_last_patch_of_a_file_is_quoted() -> None:
    later = _change(Region(10, '(version "2")\n'))
    assert _quoted(10, changes=(_change(FIRST), later)) == {10: '(version "2")'}


def test_a_head_alone_says_nothing() -> None:
    heads = _change(Region(1, "(define-public x\n  (origin\n   (arguments\n(license #f)\n"))
    assert _quoted(1, 2, 3, 4, changes=(heads,)) == {4: "(license #f)"}


def test_a_long_line_is_cut() -> None:
    long = _change(Region(1, "x " * 50_000 + "\n"))
    assert len(_quoted(1, changes=(long,))[1]) == 200


def _excerpt(*lines: int, changes: tuple[FileChange, ...] = ()) -> dict[int, str]:
    files = {"a.scm": lines_around(lines)}
    shown = shown_lines(changes or (_change(FIRST, SECOND),), files)
    return excerpt_of(shown["a.scm"], lines)


def test_an_excerpt_keeps_the_indentation_and_what_is_around() -> None:
    assert _excerpt(13, 40) == {
        11: "  (package",
        12: "",
        13: '    (name "x")))',
        40: "    (license license:asl2.0)))",
    }


def test_an_excerpt_of_what_no_patch_shows_is_empty() -> None:
    assert _excerpt(1, 20, 50, 10**9) == {}


def test_an_excerpt_is_of_the_last_patch_where_several_show_a_line() -> None:
    later = _change(Region(10, '(version "2")\n'))
    found = _excerpt(10, changes=(_change(FIRST), later))
    assert found == {10: '(version "2")', 11: "  (package", 12: ""}


def test_an_excerpt_has_bounds() -> None:
    long = _change(Region(1, ("\t" + "x" * 50_000 + "\n") * 500))
    found = _excerpt(*range(1, 500), changes=(long,))
    assert len(found) == 60
    assert all(len(line) == 200 for line in found.values())


def test_several_files_at_once() -> None:
    changes = (_change(FIRST), _change(Region(10, "(license #f)"), path="b.scm"))
    shown = shown_lines(changes, {"a.scm": [10], "b.scm": [10, 11], "c.scm": [10]})
    assert shown == {"a.scm": {10: '(version "1")'}, "b.scm": {10: "(license #f)"}, "c.scm": {}}
