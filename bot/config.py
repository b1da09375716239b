# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration: TOML read into frozen models, all mistakes reported at once.

Secrets never stand in the TOML.  The SMTP password comes from ``WEIGHBRIDGE_SMTP_PASSWORD``,
from the file that ``WEIGHBRIDGE_SMTP_PASSWORD_FILE`` names, or from ``smtp.password_file``; a
database URL that holds a password comes from ``WEIGHBRIDGE_DATABASE_URL`` or from the file that
``WEIGHBRIDGE_DATABASE_URL_FILE`` names.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from bot.config_mistakes import describe_mistakes, find_secrets
from bot.upstream.settings import UpstreamSettings

__all__ = ["Config", "ConfigError", "Mode", "Security", "SinkKind", "SourceKind", "load_config"]

_DURATION_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(\d{1,6})\s{0,3}([smhdw])")
_ADDRESS = re.compile(
    r"[^\s<>@,;:\"\\()\[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?"
)


class ConfigError(ValueError):
    """The configuration cannot be used; ``mistakes`` lists everything that is wrong with it."""

    def __init__(self, source: str, mistakes: tuple[str, ...]) -> None:
        """Keep the mistakes; each is one line that begins with the key's path."""
        self.source = source
        self.mistakes = mistakes
        super().__init__("\n".join((f"{source}:", *(f"  {mistake}" for mistake in mistakes))))


class Mode(StrEnum):
    """How far a reply may get on its own."""

    DRY_RUN = "dry-run"
    """Nothing is sent, and nothing that a later live run would go by is written."""
    MODERATED = "moderated"
    """Replies wait in the outbox until a person approves them."""
    LIVE = "live"


class SourceKind(StrEnum):
    """Kinds of archives that can be polled."""

    MBOX = "mbox"
    MAILDIR = "maildir"
    PUBLIC_INBOX = "public-inbox"
    """Over HTTP, by searching for what is new."""
    PUBLIC_INBOX_GIT = "public-inbox-git"
    """Over Git, through a mirror of its own."""
    IMAP = "imap"


class Security(StrEnum):
    """How the connection to the SMTP server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class SinkKind(StrEnum):
    """Where finished mail goes."""

    SMTP = "smtp"
    MAILDIR = "maildir"
    EML = "eml"


def parse_duration(value: object) -> object:
    """Turn ``"90s"``, ``"5m"``, ``"2h"``, ``"14d"``, ``"1w"`` into a timedelta.

    A number is seconds.  Anything else raises ``ValueError`` with what is allowed.
    """
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 315_360_000:
        return timedelta(seconds=value)
    match = _DURATION.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if match is None:
        raise ValueError('must be a duration such as "90s", "5m", "2h", "14d" or "1w"')
    return timedelta(seconds=int(match[1]) * _DURATION_UNITS[match[2]])


def _parse_address(value: object) -> object:
    if isinstance(value, str) and _ADDRESS.fullmatch(value):
        return value
    raise ValueError('must be a mail address such as "bot@example.org", without a name')


def _parse_reply_template(value: object) -> object:
    if isinstance(value, str) and value.count("{") == value.count("}") == value.count("{issue}"):
        return _parse_address(value.replace("{issue}", "1")) and value
    raise ValueError('must be a mail address; "{issue}" stands for the tracker\'s number')


def _parse_since(value: object) -> object:
    if value in ("now", "beginning"):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time.min, tzinfo=UTC)
    if isinstance(value, str):
        try:
            return _parse_since(datetime.fromisoformat(value))
        except ValueError:
            pass
    raise ValueError('must be "now", "beginning" or a date such as 2026-01-31')


def _one_line(value: object) -> object:
    if isinstance(value, str) and not value.isprintable():
        raise ValueError("must be one line of printable characters")
    return value


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
EmailAddress = Annotated[str, BeforeValidator(_parse_address)]
ReplyTemplate = Annotated[str, BeforeValidator(_parse_reply_template)]
Since = Annotated[Literal["now", "beginning"] | datetime, BeforeValidator(_parse_since)]
Line = Annotated[str, BeforeValidator(_one_line), Field(max_length=200)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Port = Annotated[int, Field(ge=1, le=65_535)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


_SOURCE_KEYS = {"name", "kind", "since", "every"}
_SOURCE_NEEDS = {
    SourceKind.MBOX: ("path",),
    SourceKind.MAILDIR: ("path",),
    SourceKind.PUBLIC_INBOX: ("url",),
    SourceKind.PUBLIC_INBOX_GIT: ("url", "path"),
    SourceKind.IMAP: ("host", "username", "password_file"),
}


class SourceSettings(_Frozen):
    """One archive that is polled; its cursor is stored under ``name``."""

    name: Name
    kind: SourceKind
    path: Path | None = None
    """Of an mbox file or a Maildir; of the mirror's directory with ``public-inbox-git``."""
    url: str | None = None
    """Of a public-inbox archive."""
    host: Line | None = None
    """Of an IMAP server, like all that follows up to ``ca_file``."""
    port: Port | None = None
    security: Security = Security.TLS
    username: Line | None = None
    password_file: Path | None = None
    """A file that holds the password and nothing else."""
    folder: Line = "INBOX"
    done_folder: Line | None = None
    """Where mail is moved once it has been stored; it stays where it is if not said."""
    ca_file: Path | None = None
    since: Since = "now"
    """Mail older than this is read past and never answered; ``now`` is the first poll."""
    every: Duration | None = None
    """How often it is polled; ``schedule.poll`` if not said."""

    @model_validator(mode="after")
    def _has_its_place(self) -> Self:
        wanted = _SOURCE_NEEDS[self.kind]
        for key in wanted:
            if getattr(self, key) is None:
                raise ValueError(f'{key} is missing: kind = "{self.kind}" needs it')
        for key in sorted(self.model_fields_set - _SOURCE_KEYS - set(wanted)):
            if self.kind is not SourceKind.IMAP or key in ("path", "url"):
                needs = " and ".join(wanted)
                raise ValueError(f'{key} does not go with kind = "{self.kind}"; it needs {needs}')
        if self.url is not None and not re.match(r"https?://[^/\s@]+(/\S*)?\Z", self.url):
            raise ValueError("url must begin with http:// or https:// and hold no user or password")
        return self


class ListSettings(_Frozen):
    """The list whose patches are triaged, and where answers to it go."""

    address: EmailAddress = "guix-patches@gnu.org"
    """Never answered when ``reply_to`` names a tracker."""
    list_id: Line | None = None
    """The List-Id header; derived from ``address`` if not said."""
    reply_to: ReplyTemplate = "{issue}@debbugs.gnu.org"
    """Where an answer goes; ``{issue}`` is the tracker's number of the thread."""
    other_repositories: tuple[Line, ...] = ()
    """Words in ``[PATCH word]`` that name a repository which is not this one."""
    branches: tuple[Line, ...] = ()
    """Words in ``[PATCH word]`` that name a branch of this repository."""

    @property
    def identifier(self) -> str:
        """The List-Id of the list: ``guix-patches.gnu.org``."""
        return self.list_id or self.address.replace("@", ".")

    @property
    def needs_issue(self) -> bool:
        """Whether an answer can only be addressed once the tracker's number is known."""
        return "{issue}" in self.reply_to

    @property
    def tracker_domain(self) -> str:
        """The domain that answers go to: ``debbugs.gnu.org``."""
        return self.reply_to.rpartition("@")[2].lower()


class BotSettings(_Frozen):
    """Who the bot is, and who looks after it."""

    name: Line = "Weighbridge"
    address: EmailAddress | None = None
    """From address; needed to send."""
    other_addresses: tuple[EmailAddress, ...] = ()
    """Earlier addresses of the bot: their mail is its own, too."""
    operator: EmailAddress | None = None
    """Is told when something needs a person; needed to send."""
    bounces: EmailAddress | None = None
    """Envelope sender, where bounces go; the null return path if not said."""
    homepage: Line | None = None
    """URL that tells people what this is; printed at the end of each mail."""


class SmtpSettings(_Frozen):
    """The server that takes the mail."""

    host: Line
    port: Port = 587
    security: Security = Security.STARTTLS
    username: Line | None = None
    password_file: Path | None = None
    password: SecretStr | None = None
    """Filled in from the environment or the file; a mistake in the TOML."""
    ca_file: Path | None = None
    """Certificates to trust instead of the system's."""
    timeout: Duration = timedelta(seconds=60)
    smtputf8: bool = False
    """Whether the server takes addresses beyond ASCII (RFC 6531)."""
    hello: Line | None = None
    """Name to say in EHLO; the host's own if not said."""

    @model_validator(mode="after")
    def _protects_the_password(self) -> Self:
        if self.security is Security.NONE and self.username and not _is_loopback(self.host):
            raise ValueError('username with security = "none" would send the password in clear')
        if self.password is not None and self.username is None:
            raise ValueError("username is missing: there is a password for it")
        return self


class DkimSettings(_Frozen):
    """How mail is signed, where the SMTP server does not do that."""

    selector: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$")]
    key_file: Path
    """The private key (PEM)."""
    domain: Line | None = None
    """That of ``bot.address`` if not said."""


class DeliverySettings(_Frozen):
    """How mail leaves the outbox."""

    sink: SinkKind = SinkKind.SMTP
    path: Path | None = None
    """Of the Maildir, or the directory of ``.eml`` files."""
    confirm_wait: Duration = timedelta(hours=1)
    """How long the archive is watched for a mail whose sending was cut off."""
    attempts: Annotated[int, Field(ge=1, le=100)] = 12
    """How often a mail is tried before it has failed."""
    first_retry: Duration = timedelta(minutes=1)
    longest_retry: Duration = timedelta(hours=4)

    @model_validator(mode="after")
    def _has_a_path(self) -> Self:
        if self.sink is not SinkKind.SMTP and self.path is None:
            raise ValueError(f'path is missing: sink = "{self.sink}" needs it')
        return self


class MailLimits(_Frozen):
    """How much mail may leave, of all kinds together; past it, mail is held."""

    per_hour: Annotated[int, Field(ge=0, le=10_000)] = 10
    per_day: Annotated[int, Field(ge=0, le=100_000)] = 40
    per_thread_per_day: Annotated[int, Field(ge=0, le=1_000)] = 3
    per_person_per_day: Annotated[int, Field(ge=0, le=1_000)] = 8


class ReplySettings(_Frozen):
    """When a series is answered."""

    settle: Duration = timedelta(minutes=10)
    """Quiet time after the last mail of a complete series before it is triaged."""
    settle_incomplete: Duration = timedelta(hours=6)
    """The same for a series of which mails are missing."""
    max_age: Duration = timedelta(days=14)
    """Older patches are never answered."""


class ScheduleSettings(_Frozen):
    """How often each job of the service runs."""

    poll: Duration = timedelta(minutes=5)
    triage: Duration = timedelta(minutes=1)
    deliver: Duration = timedelta(minutes=1)
    jitter: Duration = timedelta(seconds=15)
    keep_mail: Duration = timedelta(days=180)
    """How long the bytes of mails are kept, so that late members can be regrouped."""
    digest: bool = True
    """Whether the operator gets a mail about each day."""

    @model_validator(mode="after")
    def _is_not_zero(self) -> Self:
        for key in ("poll", "triage", "deliver"):
            if getattr(self, key) < timedelta(seconds=1):
                raise ValueError(f'{key} must be at least "1s"')
        return self


def _default_data_directory() -> Path:
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "weighbridge"


class MonitoringSettings(_Frozen):
    """What probes can ask, on 127.0.0.1 only."""

    port: Annotated[int, Field(ge=0, le=65_535)] = 9477
    """Of ``/healthz`` and ``/metrics``; 0 turns them off."""


class Config(_Frozen):
    """Everything that an operator decides; every field has a safe default."""

    mode: Mode = Mode.DRY_RUN
    data_directory: Path = Field(default_factory=_default_data_directory)
    database: str | None = None
    """SQLAlchemy URL; a SQLite file in ``data_directory`` if not said."""
    policy: str = "guix"
    """Name of a built-in policy or path of a policy file."""
    guix_repo: Path | None = None
    """Clone of the tree that the patches are for; without it they are read by themselves."""
    guix_branch: Line = "HEAD"
    offline: bool = False
    """Ask no publisher anything; sizes stay unknown."""
    mailing_list: ListSettings = Field(default_factory=ListSettings, alias="list")
    bot: BotSettings = Field(default_factory=BotSettings)
    sources: tuple[SourceSettings, ...] = ()
    reply: ReplySettings = Field(default_factory=ReplySettings)
    mail_limits: MailLimits = Field(default_factory=MailLimits)
    delivery: DeliverySettings = Field(default_factory=DeliverySettings)
    smtp: SmtpSettings | None = None
    dkim: DkimSettings | None = None
    schedule: ScheduleSettings = Field(default_factory=ScheduleSettings)
    monitoring: MonitoringSettings = Field(default_factory=MonitoringSettings)
    upstream: UpstreamSettings = Field(default_factory=UpstreamSettings)
    """Whom to ask about weights, and how much; what is not said is as ``upstream.toml`` has it."""

    @property
    def database_url(self) -> str:
        """The database of moderated and live mode."""
        return self.database or f"sqlite:///{self.data_directory / 'weighbridge.db'}"

    @property
    def dkim_domain(self) -> str:
        """The domain that mail is signed for."""
        own = (self.bot.address or "").rpartition("@")[2]
        return (self.dkim.domain if self.dkim else None) or own

    @property
    def dry_run_database_url(self) -> str:
        """The database of dry runs, which is never the one that mail is sent from."""
        return f"sqlite:///{self.data_directory / 'dry-run.db'}"

    def with_mode(self, mode: Mode) -> Config:
        """Return the same configuration in another mode; raises ``ConfigError`` if it cannot."""
        mistakes = _what_sending_needs(self, mode)
        if mistakes:
            raise ConfigError(f'mode "{mode}"', tuple(mistakes))
        return self.model_copy(update={"mode": mode})


def load_config(path: Path | None, environment: Mapping[str, str] | None = None) -> Config:
    """Read ``path``, or return the defaults for None; paths in it are relative to its directory.

    Raises ``ConfigError`` with every mistake in it.
    """
    environment = os.environ if environment is None else environment
    source = str(path) if path else "environment"
    table = _read_toml(path) if path else {}
    mistakes = find_secrets(table)
    table = _with_absolute_paths(table, path.absolute().parent if path else Path.cwd())
    mistakes += _add_secrets(table, environment)
    try:
        config = Config.model_validate(table)
    except ValidationError as error:
        known = {mistake.partition(":")[0] for mistake in mistakes}
        found = describe_mistakes(error, Config)
        mistakes += [line for line in found if line.partition(":")[0] not in known]
    else:
        mistakes += _double_names(config) + _what_sending_needs(config, config.mode)
    if mistakes:
        raise ConfigError(source, tuple(mistakes))
    return config


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(str(path), (f"cannot be read: {error.strerror}",)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), (f"is not TOML: {error}",)) from error


def _add_secrets(table: dict[str, Any], environment: Mapping[str, str]) -> list[str]:
    """Put secrets from the environment and from files into ``table``; return the mistakes."""
    mistakes: list[str] = []
    url = _secret("WEIGHBRIDGE_DATABASE_URL", environment, None, mistakes)
    if url:
        table["database"] = url
    smtp = table.get("smtp")
    if isinstance(smtp, dict):
        file = smtp.get("password_file")
        password = _secret("WEIGHBRIDGE_SMTP_PASSWORD", environment, file, mistakes)
        if password:
            smtp["password"] = password
    return mistakes


def _secret(
    variable: str, environment: Mapping[str, str], file: object, mistakes: list[str]
) -> str | None:
    if environment.get(variable):
        return environment[variable]
    named = environment.get(f"{variable}_FILE")
    key, place = (f"{variable}_FILE", named) if named else ("smtp.password_file", file)
    if not isinstance(place, str) or not place:
        return None
    try:
        return Path(place).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        mistakes.append(f"{key}: {place} cannot be read: {reason}")
        return None


_PATH_KEYS = {"data_directory", "guix_repo", "path", "password_file", "ca_file", "key_file"}


def _with_absolute_paths(table: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Copy ``table`` (tables and arrays of tables, two deep) with its paths made absolute."""

    def fix(part: dict[str, Any]) -> dict[str, Any]:
        return {
            key: str(directory / Path(value).expanduser())
            if key in _PATH_KEYS and isinstance(value, str)
            else value
            for key, value in part.items()
        }

    fixed = fix(table)
    for key, value in fixed.items():
        if isinstance(value, dict):
            fixed[key] = fix(value)
        elif isinstance(value, list):
            fixed[key] = [fix(part) if isinstance(part, dict) else part for part in value]
    policy = fixed.get("policy")
    if isinstance(policy, str) and ("/" in policy or policy.endswith(".toml")):
        fixed["policy"] = str(directory / Path(policy).expanduser())
    return fixed


def _double_names(config: Config) -> list[str]:
    names = [source.name for source in config.sources]
    return [
        f"sources.{index}.name: {name} is the name of two sources; give each its own"
        for index, name in enumerate(names)
        if name in names[:index]
    ]


def _what_sending_needs(config: Config, mode: Mode) -> list[str]:
    if mode is Mode.DRY_RUN:
        return []
    needed = {
        "bot.address": (config.bot.address, "the address that the bot writes from"),
        "bot.operator": (config.bot.operator, "the person who is told of trouble"),
        "smtp.host": (
            config.smtp or config.delivery.sink is not SinkKind.SMTP,
            "the server that takes the mail (or another delivery.sink)",
        ),
        "smtp.password_file": (
            not (config.smtp and config.smtp.username) or config.smtp.password,
            "the password of smtp.username (or WEIGHBRIDGE_SMTP_PASSWORD in the environment)",
        ),
    }
    return [
        f'{key}: is missing; mode = "{mode}" needs {what}'
        for key, (value, what) in needed.items()
        if not value
    ]


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}
