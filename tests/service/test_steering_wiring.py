# SPDX-License-Identifier: GPL-3.0-or-later
"""Maintainers, keyring and prover out of a configuration, with real keys and a real clone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config, ConfigError
from bot.service.doctor import examine
from bot.service.steering_wiring import make_keyring, make_maintainers, make_prover, make_senders
from bot.trust.proof import Method
from bot.trust.prove import Prover
from tests.patch.clone import Clone
from tests.trust.letters import mail, proven, refused
from tests.trust.openpgp_keys import GnuPG, revoke

NOW = datetime.now(UTC)


def config(steering: dict[str, Any], **changes: Any) -> Config:  # noqa: ANN401
    own = {"address": "bot@example.net"}
    return Config.model_validate({"bot": own, "steering": {"dkim": False, **steering}, **changes})


def people(tmp_path: Path, *persons: str) -> Path:
    file = tmp_path / "maintainers.toml"
    file.write_text("\n".join(f"[[maintainers]]\n{person}" for person in persons), encoding="utf-8")
    return file


def grouped(fingerprint: str) -> str:
    return " ".join(fingerprint[at : at + 4] for at in range(0, 40, 4))


@pytest.fixture
def channel(tmp_path: Path, gpg: GnuPG) -> tuple[Clone, str]:
    """Return a clone with committers and their keys, and the commit that lists them."""
    clone = Clone(tmp_path / "guix")
    ada = gpg.fingerprints("ada")[1]
    listed = [
        (ada, "ada-the-committer"),
        *((gpg.fingerprints(n)[0], n) for n in ("expired", "sha1")),
    ]
    entries = "\n".join(f'("{grouped(key)}" (name "{name}"))' for key, name in listed)
    missing = f'("{"A" * 40}" (name "gone"))'
    text = f"(authorizations (version 0) ({entries} {missing}))"
    commit = clone.commit({".guix-authorizations": text})
    later = text.replace(grouped(ada), grouped(gpg.fingerprints("stranger")[0]))
    clone.commit({".guix-authorizations": later})
    clone.git("checkout", "--quiet", "--orphan", "keyring")
    clone.git("rm", "--quiet", "--cached", ".guix-authorizations")
    (clone.path / ".guix-authorizations").unlink()
    clone.commit(
        {
            "ada (work).key": gpg.public("ada", armor=True),
            "stranger.key": gpg.public("stranger", armor=True),
            "others.key": gpg.public("expired", "sha1"),
            "broken.key": "no key",
            "README": gpg.public("bob"),
        }
    )
    clone.git("checkout", "--quiet", "main")
    return clone, commit


def test_persons_and_keys_of_files(tmp_path: Path, gpg: GnuPG) -> None:
    keys = tmp_path / "keys.asc"
    keys.write_bytes(gpg.public("ada", "stranger", armor=True))
    more = tmp_path / "more.gpg"
    more.write_bytes(gpg.public("bob"))
    file = people(
        tmp_path,
        f'name = "Ada"\nopenpgp = ["{grouped(gpg.fingerprints("ada")[0])}"]',
        'name = "Bob"\naddresses = ["bob@example.org"]',
    )
    settings = config({"maintainers": str(file), "keyring": [str(keys), str(more)]})
    maintainers = make_maintainers(settings)
    prover = make_prover(settings, maintainers)
    found = proven(prover, mail(gpg.clear_signed("ada", "help\n")))
    person = maintainers.of(found)
    assert person is not None
    assert person.name == "Ada"
    assert len(make_keyring(settings).certificates) == 3
    # A key of the keyring that no maintainer has is not heard.
    assert "not in the keyring" in refused(prover, mail(gpg.clear_signed("stranger", "help\n")))


def test_committers_of_a_channel(channel: tuple[Clone, str], gpg: GnuPG) -> None:
    clone, commit = channel
    settings = config({"authorizations": {"commit": commit}}, guix_repo=str(clone.path))
    maintainers = make_maintainers(settings)
    prover = make_prover(settings, maintainers)
    assert [person.name for person in maintainers.people] == [
        *("ada-the-committer", "expired", "sha1", "gone")
    ]
    found = proven(prover, mail(gpg.clear_signed("ada", "help\n")))
    assert found.method is Method.OPENPGP
    assert found.address == "ada@example.org"
    person = maintainers.of(found)
    assert person is not None
    assert person.name == "ada-the-committer"
    # Listed is the subkey: the primary key is another one, as for Guix itself.
    primary = gpg.fingerprints("ada")[0]
    other = gpg.run("-u", f"{primary}!", "--clearsign", content=b"help\n")
    assert maintainers.of(proven(prover, mail(other))) is None
    # Only what the configured commit lists counts, not what was pushed since.
    assert "not in the keyring" in refused(prover, mail(gpg.clear_signed("stranger", "help\n")))
    assert "not in the keyring" in refused(prover, mail(gpg.clear_signed("bob", "help\n")))


def _prover(settings: Config) -> Prover:
    return make_prover(settings, make_maintainers(settings))


def test_a_revocation_in_a_file_counts_for_the_channels_key(
    channel: tuple[Clone, str], gpg: GnuPG, tmp_path: Path
) -> None:
    clone, _ = channel
    key = gpg.fingerprints("revoked")[0]
    listed = f'(authorizations (version 0) (("{grouped(key)}" (name "r"))))'
    commit = clone.commit({".guix-authorizations": listed})
    clone.git("checkout", "--quiet", "keyring")
    clone.commit({"r.key": gpg.public("revoked")})
    file = tmp_path / "revoked.gpg"
    raw = mail(gpg.clear_signed("revoked", "help\n"))
    where = {"authorizations": {"commit": commit, "repository": str(clone.path)}}
    assert proven(_prover(config(where)), raw)
    file.write_bytes(revoke(gpg))
    assert "was revoked" in refused(_prover(config({**where, "keyring": str(file)})), raw)


def test_the_branch_of_keys(channel: tuple[Clone, str], gpg: GnuPG, tmp_path: Path) -> None:
    clone, commit = channel
    where = {"commit": commit, "repository": str(clone.path)}
    copy = Clone(tmp_path / "copy")
    copy.git("remote", "add", "origin", str(clone.path))
    copy.git("fetch", "--quiet", "origin")
    for settings in (
        where,
        {**where, "keyring_branch": "keyring"},
        {**where, "repository": str(copy.path)},
        {**where, "repository": str(copy.path), "keyring_branch": "origin/keyring"},
    ):
        keyring = make_keyring(config({"authorizations": settings}))
        assert keyring.key(gpg.fingerprints("ada")[1])
        assert len(keyring.certificates) == 4
    with pytest.raises(ConfigError, match="no branch nothing"):
        make_keyring(config({"authorizations": {**where, "keyring_branch": "nothing"}}))


def test_mistakes_say_what_to_do(channel: tuple[Clone, str], tmp_path: Path, gpg: GnuPG) -> None:
    clone, commit = channel
    nowhere = {"commit": commit}
    with pytest.raises(ConfigError, match="name a clone of Guix"):
        make_maintainers(config({"authorizations": nowhere}))
    keys = clone.git("rev-parse", "keyring").strip()
    without = {"commit": keys, "repository": str(clone.path)}
    with pytest.raises(ConfigError, match=r"has no \.guix-authorizations"):
        make_maintainers(config({"authorizations": without}))
    unknown = {"commit": "0" * 40, "repository": str(clone.path)}
    with pytest.raises(ConfigError, match=r"steering\.authorizations"):
        make_maintainers(config({"authorizations": unknown}))
    bad = clone.commit({".guix-authorizations": "(oops"})
    with pytest.raises(ConfigError, match="not Scheme"):
        make_maintainers(config({"authorizations": {**unknown, "commit": bad}}))
    with pytest.raises(ConfigError, match=r"keyring: .*none\.gpg: No such file"):
        make_keyring(config({"keyring": str(tmp_path / "none.gpg")}))
    secret = tmp_path / "secret.gpg"
    secret.write_bytes(gpg.run("--export-secret-keys", "ada@example.org"))
    with pytest.raises(ConfigError, match="secret key"):
        make_keyring(config({"keyring": str(secret)}))


@pytest.mark.parametrize(
    "address", ["bot@example.net", "guix-patches@gnu.org", "bot+x@example.net"]
)
def test_a_maintainer_with_an_address_that_anybody_writes_from(
    tmp_path: Path, address: str
) -> None:
    file = people(tmp_path, f'name = "Ada"\naddresses = ["{address}"]')
    with pytest.raises(ConfigError, match="through which anybody may write"):
        make_maintainers(config({"maintainers": str(file)}))


def test_without_gpgv_no_service_starts(
    tmp_path: Path, gpg: GnuPG, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys.gpg"
    keys.write_bytes(gpg.public("ada"))
    file = people(tmp_path, f'name = "Ada"\nopenpgp = ["{gpg.fingerprints("ada")[0]}"]')
    settings = config({"maintainers": str(file), "keyring": str(keys)})
    monkeypatch.setattr("bot.trust.gpgv.PROGRAM", "no-such-gpgv")
    with pytest.raises(ConfigError, match="apt install gpgv"):
        make_senders(settings)
    assert make_senders(config({"keyring": str(keys)}))  # there is nobody to be heard
    assert "apt install gpgv" in dict(examined(settings))["gpgv"]


def examined(settings: Config) -> list[tuple[str, str]]:
    wanted = ("maintainers", "gpgv", "key of", "channel's keys")
    return [
        (found.name, f"{found.ok}: {found.detail}")
        for found in examine(settings, NOW)
        if found.name.startswith(wanted)
    ]


def test_the_doctor(channel: tuple[Clone, str], tmp_path: Path, gpg: GnuPG) -> None:
    clone, commit = channel
    keys = tmp_path / "keys.gpg"
    keys.write_bytes(gpg.public("ada", "short") + revoke(gpg))
    persons = [
        f'name = "{name.title()}"\nopenpgp = ["{gpg.fingerprints(name)[0]}"]'
        for name in ("ada", "bob", "short", "revoked")
    ]
    file = people(tmp_path, *persons, 'name = "Cy"\naddresses = ["cy@example.org"]')
    told = examined(
        config(
            {
                "maintainers": str(file),
                "keyring": str(keys),
                "authorizations": {"commit": commit, "repository": str(clone.path)},
            }
        )
    )
    found = dict(told)
    assert "None" not in found["gpgv"]
    assert "key of Ada" not in found
    assert found["key of Bob"].startswith("False")
    assert "in no keyring" in found["key of Bob"]
    assert "1024 bits" in found["key of Short"]
    assert "revoked" in found["key of Revoked"]
    channels = " ".join(detail for name, detail in told if name == "channel's keys")
    assert "has expired: expired" in channels
    assert "SHA-1 only" in channels
    assert "gone" in channels
    assert "False: nothing can prove Cy" in " ".join(detail for _, detail in told)


def test_the_doctor_where_nobody_may_change_anything() -> None:
    assert examined(config({})) == [
        ("maintainers", "None: there are none: mail can ask, and change nothing")
    ]


def test_the_doctor_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    ((_, told),) = examined(config({"maintainers": str(tmp_path / "none.toml")}))
    assert told.startswith("False: cannot be read")
