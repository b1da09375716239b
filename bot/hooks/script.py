# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of a hook: a few lines of POSIX shell that call Weighbridge, or do without it.

A hook that breaks keeps a person from working, and is removed.  So whatever goes wrong with
Weighbridge itself is told, and the mail or the commit goes on; only a judgement stops it, which
has an exit status of its own.  Who wants it the other way round installs it with ``--strict``.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from bot.hooks.kinds import SKIP_VARIABLE, STATUS_STOP, HookKind

_MARK = "# Written by 'weighbridge install-hook'; '--uninstall' removes it."
_SCRIPT = """\
#!/bin/sh
{mark}
# Judges {purpose}.
[ "${{{skip}:-0}}" = 0 ] || exit 0

program={program}
[ -x "$program" ] || program=$(command -v weighbridge) || {{
  echo 'weighbridge: it is not installed any more: nothing is judged' >&2
  exit {otherwise}
}}
"$program" run-hook {arguments} -- "$@"
status=$?
case $status in
  0) exit 0 ;;
  {stop} | 130) exit 1 ;;
esac
echo "weighbridge: it broke (exit status $status): nothing is judged" >&2
exit {otherwise}
"""


def hook_script(
    kind: HookKind, program: Path, options: Sequence[str] = (), *, strict: bool = False
) -> str:
    """Return the hook's text.

    ``program`` is the absolute path of ``weighbridge``; where nothing is there any more, the one
    on PATH is called.  ``options`` go to ``weighbridge run-hook``.
    """
    return _SCRIPT.format(
        mark=_MARK,
        purpose=kind.purpose,
        skip=SKIP_VARIABLE,
        program=shlex.quote(str(program)),
        arguments=shlex.join((*options, kind.name)),
        stop=STATUS_STOP,
        otherwise=int(strict),
    )


def is_own_script(text: bytes) -> bool:
    """Tell whether a hook's text, or its beginning, is of this module, of whatever version."""
    return _MARK.encode() in text
