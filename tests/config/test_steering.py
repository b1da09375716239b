# SPDX-License-Identifier: GPL-3.0-or-later
"""``[steering]`` and the file of maintainers: defaults, paths, every mistake at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.builtin_config import builtin_config_directory
from bot.config import Config, ConfigError, load_config
from bot.config.maintainers import MaintainerSettings, load_maintainers
from bot.config.steering import SteeringSettings

FINGERPRINT = "AB0B 11F3 4C0E 5C61 5B7C  2C1F 2F53 0F8C 51E9 4D2A"
DIGITS = FINGERPRINT.replace(" ", "")


def load(tmp_path: Path, text: str) -> Config:
    file = tmp_path / "weighbridge.toml"
    file.write_text(text, encoding="utf-8")
    return load_config(file, {})


def people(tmp_path: Path, text: str) -> tuple[MaintainerSettings, ...]:
    file = tmp_path / "maintainers.toml"
    file.write_text(text, encoding="utf-8")
    return load_maintainers(file)


def mistakes(tmp_path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        people(tmp_path, text)
    return "\n".join(caught.value.mistakes)


def test_without_a_word_nobody_may_change_anything() -> None:
    assert load_config(None, {}).steering is None
    steering = SteeringSettings()
    assert (steering.maintainers, steering.keyring, steering.authorizations) == (None, (), None)
    assert steering.trusted_authserv_ids == ()
    assert steering.dkim
    assert (steering.name, steering.window) == ("weighbridge", timedelta(days=3))


def test_a_whole_table(tmp_path: Path) -> None:
    steering = load(
        tmp_path,
        f"""
[steering]
name = "scales"
maintainers = "people.toml"
keyring = ["a.gpg", "/keys/b.asc"]
trusted_authserv_ids = ["MX.example.org"]
dkim = false
window = "12h"
answers_per_sender_per_day = 3
answers_per_domain_per_day = 4
refusals_per_sender_per_day = 0
refusals_per_domain_per_day = 1
[steering.authorizations]
repository = "guix.git"
commit = "{"a" * 40}"
keyring_branch = "upstream/keyring"
""",
    ).steering
    assert steering is not None
    assert steering.maintainers == tmp_path / "people.toml"
    assert steering.keyring == (tmp_path / "a.gpg", Path("/keys/b.asc"))
    assert steering.trusted_authserv_ids == ("mx.example.org",)
    assert steering.authorizations is not None
    assert steering.authorizations.repository == tmp_path / "guix.git"
    assert steering.window == timedelta(hours=12)


def test_one_keyring(tmp_path: Path) -> None:
    steering = load(tmp_path, '[steering]\nkeyring = "keys.asc"\n').steering
    assert steering is not None
    assert steering.keyring == (tmp_path / "keys.asc",)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('name = "Scales!"', "steering.name"),
        ('window = "soon"', "steering.window: must be a duration"),
        ('trusted_authserv_ids = ["mx example"]', "the name that the server writes"),
        ('trusted_authserv_ids = [""]', "the name that the server writes"),
        ('authorizations = {commit = "HEAD"}', "steering.authorizations.commit"),
        ("authorizations = {}", "steering.authorizations.commit: is missing"),
        (
            f'authorizations = {{commit = "{"a" * 40}", keyring_branch = "-x"}}',
            "steering.authorizations.keyring_branch: must be the name of a branch",
        ),
        ("answers_per_sender_per_day = -1", "steering.answers_per_sender_per_day"),
        ('maintainer = "x"', "did you mean maintainers?"),
        ("commands_per_mail = 5", "steering.commands_per_mail: unknown key"),
    ],
)
def test_mistakes_of_the_table(tmp_path: Path, line: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, f"[steering]\n{line}\n")
    assert expected in str(caught.value)


def test_persons(tmp_path: Path) -> None:
    found = people(
        tmp_path,
        f"""
[[maintainers]]
name = "Ada Example"
addresses = ["Ada@Example.org", "ada@example.net"]
openpgp = ["{FINGERPRINT}"]
[[maintainers]]
name = "Bob"
openpgp = ["{"ab" * 32}"]
""",
    )
    assert found[0].addresses == ("ada@example.org", "ada@example.net")
    assert found[0].openpgp == (DIGITS,)
    assert found[1].openpgp == ("AB" * 32,)


def test_all_mistakes_of_the_file_at_once(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        """
[[maintainers]]
name = ""
addresses = ["ada", "ada@bücher.example"]
openpgp = ["2F530F8C51E94D2A", 7]
[[maintainers]]
nam = "Bob"
""",
    )
    for expected in (
        "maintainers.0.name",
        "maintainers.0.addresses.0: must be a mail address",
        "maintainers.0.addresses.1: must be ASCII",
        "maintainers.0.openpgp.0: must be a whole fingerprint",
        "maintainers.0.openpgp.1: must be a whole fingerprint",
        "maintainers.1.nam: unknown key (did you mean name?)",
        "maintainers.1.name: is missing",
    ):
        assert expected in told


def test_what_cannot_be(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        f"""
[[maintainers]]
name = "Ada"
addresses = ["ada@example.org"]
openpgp = ["{FINGERPRINT}"]
[[maintainers]]
name = "Bob"
addresses = ["ADA@example.org"]
openpgp = ["{DIGITS.lower()}"]
[[maintainers]]
name = "Cy"
""",
    )
    assert "maintainers.1: ada@example.org stands already in maintainers.0" in told
    assert f"maintainers.1: {DIGITS} stands already in maintainers.0" in told
    assert "maintainers.2: nothing proves Cy" in told


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_maintainers(tmp_path / "none.toml")
    assert "is not TOML" in mistakes(tmp_path, "[[maintainers]\n")
    assert "larger than" in mistakes(tmp_path, "#" * 1_000_001)


def test_the_sample_names_nobody_and_is_right_once_it_is_filled_in(tmp_path: Path) -> None:
    sample = (builtin_config_directory() / "maintainers.toml").read_text(encoding="utf-8")
    assert people(tmp_path, sample) == ()
    start = sample.index("# [[maintainers]]")
    filled = sample[start:].replace("# ", "")
    assert [person.name for person in people(tmp_path, filled)] == ["Ada Example", "Dara Quigley"]
