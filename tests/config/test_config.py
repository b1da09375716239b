# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the configuration: defaults, every mistake at once, secrets from outside only."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.builtin_config import builtin_config_directory
from bot.config import Config, ConfigError, Mode, load_config
from bot.config.values import parse_duration

SENDING = """
mode = "live"
[bot]
address = "bot@example.org"
operator = "operator@example.org"
[smtp]
host = "mail.example.org"
"""


def load(tmp_path: Path, text: str, **environment: str) -> Config:
    file = tmp_path / "weighbridge.toml"
    file.write_text(text, encoding="utf-8")
    return load_config(file, environment)


def mistakes(tmp_path: Path, text: str, **environment: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, **environment)
    return "\n".join(caught.value.mistakes)


def test_defaults_send_nothing() -> None:
    config = load_config(None, {})
    assert config.mode is Mode.DRY_RUN
    assert config.sources == ()
    assert config.mailing_list.reply_to == "{issue}@debbugs.gnu.org"
    assert config.database_url != config.dry_run_database_url


def test_reads_a_whole_configuration(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        SENDING
        + """
[list]
address = "patches@example.net"
reply_to = "{issue}@tracker.example.net"
other_repositories = ["website"]
[[sources]]
name = "archive"
kind = "public-inbox"
url = "https://example.net/patches"
since = 2026-01-31
every = "90s"
[[sources]]
name = "spool"
kind = "maildir"
path = "mail"
[reply]
settle = "1m"
""",
    )
    assert config.sources[0].since == datetime(2026, 1, 31, tzinfo=UTC)
    assert config.sources[0].every == timedelta(seconds=90)
    assert config.sources[1].path == tmp_path / "mail"
    assert config.mailing_list.tracker_domain == "tracker.example.net"
    assert config.mailing_list.identifier == "patches.example.net"
    assert config.reply.settle == timedelta(minutes=1)


def test_tells_all_mistakes_at_once(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        """
mode = "alive"
polcy = "strict"
[smtp]
host = "mail.example.org"
port = 99999
[reply]
settle = "soon"
[[sources]]
name = "a"
kind = "mbox"
[list]
reply_to = "{bug}@example.net"
""",
    )
    assert "mode: should be 'dry-run', 'moderated' or 'live'" in told
    assert "polcy: unknown key (did you mean policy?); allowed here: " in told
    assert "smtp.port: " in told
    assert "65535" in told
    assert 'reply.settle: must be a duration such as "90s"' in told
    assert 'sources.0: path is missing: kind = "mbox" needs it' in told
    assert "list.reply_to: must be a mail address" in told


@pytest.mark.parametrize(
    ("source", "mistake"),
    [
        (
            'kind = "public-inbox"\nurl = "https://example.org/l"\npath = "x"',
            "path does not go with",
        ),
        ('kind = "public-inbox-git"\nurl = "https://example.org/l"', "path is missing"),
        ('kind = "imap"\nhost = "h"\nusername = "u"', "password_file is missing"),
        (
            'kind = "imap"\nhost = "h"\nusername = "u"\npassword_file = "f"\nurl = "x"',
            "url does not",
        ),
        ('kind = "mbox"\npath = "x"\nfolder = "INBOX"', "folder does not go with"),
    ],
)
def test_each_kind_of_source_has_its_own_keys(tmp_path: Path, source: str, mistake: str) -> None:
    assert mistake in mistakes(tmp_path, f'[[sources]]\nname = "a"\n{source}\n')


def test_unknown_key_inside_a_source_tells_what_is_allowed(tmp_path: Path) -> None:
    told = mistakes(tmp_path, '[[sources]]\nname = "a"\nkind = "mbox"\npath = "x"\nurll = "y"\n')
    assert "sources.0.urll: unknown key (did you mean url?); allowed here: bad_folder" in told


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[smtp]\nhost = "h"\nusername = "u"\npassword = "hunter2"\n', "smtp.password"),
        ('database = "postgresql+psycopg://bot:hunter2@db/bot"\n', "database"),
        ('[smtp]\nhost = "h"\napi_key = "hunter2"\n', "smtp.api_key"),
    ],
)
def test_a_secret_in_the_file_is_a_mistake_and_is_not_repeated(
    tmp_path: Path, text: str, key: str
) -> None:
    told = mistakes(tmp_path, text)
    assert f"{key}: a secret must not stand in this file" in told
    assert "hunter2" not in told


def test_password_from_environment_file_and_named_file(tmp_path: Path) -> None:
    text = SENDING + 'username = "bot"\n'
    assert "smtp.password_file: is missing" in mistakes(tmp_path, text)
    by_value = load(tmp_path, text, WEIGHBRIDGE_SMTP_PASSWORD="s3cret")
    (tmp_path / "secret").write_text("s3cret\n")
    by_variable = load(tmp_path, text, WEIGHBRIDGE_SMTP_PASSWORD_FILE=str(tmp_path / "secret"))
    by_key = load(tmp_path, text + 'password_file = "secret"\n')
    for config in (by_value, by_variable, by_key):
        assert config.smtp is not None
        assert config.smtp.password is not None
        assert config.smtp.password.get_secret_value() == "s3cret"
        assert "s3cret" not in repr(config)


def test_an_unreadable_secret_is_a_mistake(tmp_path: Path) -> None:
    told = mistakes(tmp_path, SENDING + 'username = "b"\npassword_file = "gone"\n')
    assert "smtp.password_file: " in told
    assert "cannot be read: No such file" in told


def test_database_url_from_the_environment(tmp_path: Path) -> None:
    url = "postgresql+psycopg://bot:pw@db.example.org/bot"
    assert load(tmp_path, "", WEIGHBRIDGE_DATABASE_URL=url).database_url == url


def test_live_tells_everything_that_it_needs(tmp_path: Path) -> None:
    told = mistakes(tmp_path, 'mode = "live"\n')
    assert [line.partition(":")[0] for line in told.splitlines()] == [
        "bot.address",
        "bot.operator",
        "smtp.host",
    ]
    with pytest.raises(ConfigError):
        load_config(None, {}).with_mode(Mode.LIVE)


def test_a_password_is_not_sent_in_clear(tmp_path: Path) -> None:
    told = mistakes(tmp_path, '[smtp]\nhost = "mail.example.org"\nsecurity = "none"\nusername="u"')
    assert "in clear" in told


def test_two_sources_of_one_name(tmp_path: Path) -> None:
    source = '[[sources]]\nname = "a"\nkind = "mbox"\npath = "x"\n'
    assert "sources.1.name: a is the name of two sources" in mistakes(tmp_path, source + source)


def test_broken_toml_and_missing_file(tmp_path: Path) -> None:
    assert "is not TOML" in mistakes(tmp_path, "mode = \n")
    with pytest.raises(ConfigError, match="No such file"):
        load_config(tmp_path / "none.toml", {})


@pytest.mark.parametrize("value", ["", "5", "m", "-5m", "5 parsecs", True, -1, None, 1.5])
def test_what_is_no_duration(value: object) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(value)


@pytest.mark.parametrize("address", ["x", "a@b\nBcc: c@d", "A <a@b.org>", "a@b.org,c@d.org"])
def test_addresses_cannot_carry_headers(tmp_path: Path, address: str) -> None:
    text = f'[bot]\naddress = """{address}"""\n'
    assert "bot.address: must be a mail address" in mistakes(tmp_path, text)


def test_names_are_one_line(tmp_path: Path) -> None:
    assert "bot.name: must be one line" in mistakes(tmp_path, '[bot]\nname = "a\\nBcc: x"\n')


def test_the_sample_is_right_and_every_default_it_shows_is_true(tmp_path: Path) -> None:
    sample = builtin_config_directory() / "weighbridge.toml"
    text = sample.read_text(encoding="utf-8")
    config = load_config(sample, {})
    defaults = load_config(None, {})
    assert config.model_copy(update={"sources": ()}) == defaults
    shown = re.sub(r"(?m)^# (?=\[smtp\]|\[dkim\]|\[steering\]|\[site\]|[a-z_0-9]+ = )", "", text)
    everything = load(
        tmp_path, shown.replace("password_file", "# password_file"), WEIGHBRIDGE_SMTP_PASSWORD="x"
    )
    assert everything.smtp is not None
    assert everything.guix_branch == defaults.guix_branch


def test_the_site_has_a_place_and_addresses(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        """
[site]
directory = "pages"
base_url = "https://example.org/w"
archive_url = ""
every = "1m"
""",
    )
    assert config.site.directory == tmp_path / "pages"
    assert config.site.base_url == "https://example.org/w/"
    assert config.site.archive_url == ""
    assert config.site.issue_url is None


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('base_url = "javascript:alert(1)"', "site.base_url: must begin with http"),
        ('base_url = "https://user:x@example.org/"', "site.base_url: "),
        ('base_url = "https://example.org/?x"', "site.base_url: "),
        ('archive_url = "https://example.org/"', 'site: archive_url must hold "{message_id}"'),
        ('issue_url = "https://example.org/{issue}{x}"', "site: issue_url must hold"),
        ('every = "0s"', "site: every must be at least"),
        ('dirctory = "x"', "did you mean directory?"),
    ],
)
def test_what_a_site_cannot_be(tmp_path: Path, line: str, mistake: str) -> None:
    assert mistake in mistakes(tmp_path, f"[site]\n{line}\n")
