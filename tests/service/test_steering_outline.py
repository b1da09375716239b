# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands by mail will do, as ``config check`` says it, with real keys and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import ConfigError, Mode
from bot.service.steering_outline import SteeringOutline, outline_steering
from tests.service.test_steering_wiring import NOW, config, people
from tests.trust.openpgp_keys import GnuPG

ADA = 'name = "Ada"\naddresses = ["ada@example.org"]'


def _lines(outline: SteeringOutline, about: str) -> list[str]:
    return [what for named, what in outline.lines if named == about]


def _warned(outline: SteeringOutline, words: str) -> bool:
    return any(words in warning for warning in outline.warnings)


def test_without_the_table_nothing_is_taken() -> None:
    settings = config({}).model_copy(update={"steering": None})
    outline = outline_steering(settings, NOW)
    assert _lines(outline, "steering")[0].startswith("off: no commands are taken by mail")
    assert outline.warnings == ()


def test_who_may_ask_and_who_may_steer(tmp_path: Path) -> None:
    settings = config(
        {
            "dkim": True,
            "name": "scales",
            "trusted_authserv_ids": ["mx.example.org"],
            "maintainers": str(people(tmp_path, ADA)),
        }
    )
    outline = outline_steering(settings, NOW)
    assert outline.lines == (
        ("steering", 'on: mail to bot@example.net, and lines with "@scales" on the list'),
        ("answers", "are written down and never sent: this is a dry run"),
        (
            "may ask",
            "everybody whose address is proven by DKIM, or by the word of mx.example.org",
        ),
        ("may steer", "Ada: proven mail from ada@example.org"),
    )
    assert outline.warnings == ()
    live = settings.model_copy(update={"mode": Mode.LIVE})
    assert _lines(outline_steering(live, NOW), "answers") == []


def test_a_key_proves_by_itself(tmp_path: Path, gpg: GnuPG) -> None:
    keys = tmp_path / "keys.asc"
    keys.write_bytes(gpg.public("ada", armor=True))
    fingerprint = gpg.fingerprints("ada")[0]
    person = f'{ADA}\nopenpgp = ["{fingerprint}"]'
    file = people(tmp_path, person)
    outline = outline_steering(config({"keyring": str(keys), "maintainers": str(file)}), NOW)
    assert _lines(outline, "may ask") == [
        "who signs with a maintainer's OpenPGP key, and nobody else"
    ]
    assert _lines(outline, "may steer") == [f"Ada: OpenPGP key {fingerprint}"]
    assert outline.warnings == ()


def test_what_makes_no_sense_is_warned_of(tmp_path: Path, gpg: GnuPG) -> None:
    nobody = outline_steering(config({"dkim": True}), NOW)
    assert _lines(nobody, "may steer") == ["nobody"]
    assert _warned(nobody, "weighbridge config sample --maintainers")

    file = str(people(tmp_path, ADA))
    unproven = outline_steering(config({"maintainers": file}), NOW)
    assert _lines(unproven, "may steer") == ["Ada: nothing that counts"]
    assert _warned(unproven, "nobody can be proven")
    assert _warned(unproven, "nothing can prove Ada")

    keys = tmp_path / "keys.asc"
    keys.write_bytes(gpg.public("stranger", armor=True))
    strange = outline_steering(config({"maintainers": file, "keyring": str(keys)}), NOW)
    assert _warned(strange, "no key of steering.keyring is a maintainer's")

    silent = {"dkim": True, "maintainers": file, "answers_per_sender_per_day": 0}
    assert _warned(outline_steering(config(silent), NOW), "nobody but maintainers is answered")
    hurried = {"dkim": True, "maintainers": file, "window": "1m"}
    assert _warned(outline_steering(config(hurried), NOW), "steering.window is shorter")
    nameless = config({"dkim": True, "maintainers": file}, bot={})
    assert _warned(outline_steering(nameless, NOW), "set bot.address")


def test_many_are_counted(tmp_path: Path) -> None:
    many = [f'name = "P{n}"\naddresses = ["p{n}@example.org"]' for n in range(15)]
    settings = config({"dkim": True, "maintainers": str(people(tmp_path, *many))})
    steering = _lines(outline_steering(settings, NOW), "may steer")
    assert len(steering) == 13
    assert steering[-1] == "3 more"


def test_a_file_that_is_not_there_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        outline_steering(config({"maintainers": str(tmp_path / "gone.toml")}), NOW)
