# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the parts of the application from the configuration."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot import __version__
from bot.config import (
    Config,
    ConfigError,
    Mode,
    Security,
    SinkKind,
    SmtpSettings,
    SourceKind,
    SourceSettings,
)
from bot.mail.eligibility import OTHER_REPOSITORIES
from bot.mail.identity import LISTS, OwnIdentity
from bot.patch.tree import Tree, TreeError
from bot.policy.load import PolicyError, load_policy
from bot.policy.model import Policy
from bot.reply.compose import Letterhead
from bot.reply.decide import Manners
from bot.reply.delivery import DeliveryRules
from bot.reply.directory import DirectorySink
from bot.reply.signing import Signer, SigningSink
from bot.reply.sink import Sink
from bot.reply.smtp import SmtpServer, SmtpSink
from bot.report.text import Closing
from bot.service.concluding import TriageRules
from bot.service.intake import PollRules
from bot.sources.imap import ImapSource
from bot.sources.imap_account import ImapAccount, ImapSecurity
from bot.sources.interface import Source, SourceError
from bot.sources.maildir import MaildirSource
from bot.sources.mbox import MboxSource
from bot.sources.public_inbox_git import PublicInboxGitSource
from bot.sources.public_inbox_http import PublicInboxHttpSource
from bot.store.database import Database
from bot.store.facts import StoredFactCache
from bot.triage import Triage
from bot.upstream.facts import FactFinder
from bot.upstream.finder import GuardedFactFinder, OfflineFactFinder

_NO_ADDRESS = "weighbridge@localhost.invalid"
"""Stands in dry runs for an address that is not configured; RFC 2606 keeps it from existing."""


_IMAP_SECURITY = {
    Security.TLS: ImapSecurity.TLS,
    Security.STARTTLS: ImapSecurity.STARTTLS,
    Security.NONE: ImapSecurity.PLAIN,
}


def make_source(
    settings: SourceSettings, since: datetime | None, broken: Collection[str] = ()
) -> Source:
    """Return the source that ``settings`` describes; raises ``SourceError``.

    ``broken`` are the locations of its mails that could not be read.
    """
    if settings.kind is SourceKind.PUBLIC_INBOX:
        return PublicInboxHttpSource(settings.name, settings.url or "", since)
    if settings.kind is SourceKind.IMAP:
        return ImapSource(settings.name, _imap_account(settings), since, broken=broken)
    if settings.path is None:
        raise ConfigError("configuration", (f"sources: {settings.name} has no path",))
    if settings.kind is SourceKind.PUBLIC_INBOX_GIT:
        return PublicInboxGitSource(settings.name, settings.url or "", settings.path, since)
    kind = MaildirSource if settings.kind is SourceKind.MAILDIR else MboxSource
    return kind(settings.name, settings.path)


def make_listener(settings: SourceSettings) -> Callable[[float], bool] | None:
    """Return what waits for new mail in a source, None where its kind cannot tell of it.

    Raises ``SourceError``.
    """
    if settings.kind is not SourceKind.IMAP:
        return None
    return ImapSource(settings.name, _imap_account(settings)).wait


def _imap_account(settings: SourceSettings) -> ImapAccount:
    file = settings.password_file
    try:
        password = file.read_text(encoding="utf-8").rstrip("\r\n") if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{file}: the password cannot be read from it") from error
    return ImapAccount(
        host=settings.host or "",
        port=settings.port,
        security=_IMAP_SECURITY[settings.security],
        username=settings.username or "",
        password=password,
        folder=settings.folder,
        done_folder=settings.done_folder,
        bad_folder=settings.bad_folder,
        ca_file=str(settings.ca_file) if settings.ca_file else None,
    )


def first_bound(settings: SourceSettings, now: datetime) -> datetime | None:
    """Return the time before which mail of a source that is new to the bot is not answered."""
    if isinstance(settings.since, datetime):
        return settings.since
    return now if settings.since == "now" else None


def make_sink(config: Config) -> Sink | None:
    """Return where finished mail goes; None where nothing is configured for that.

    Raises ``SigningError`` where mail is to be signed and cannot be.
    """
    sink = _plain_sink(config)
    if sink is None or config.dkim is None:
        return sink
    signer = Signer(config.dkim_domain, config.dkim.selector, config.dkim.key_file)
    return SigningSink(sink, signer)


def _plain_sink(config: Config) -> Sink | None:
    delivery = config.delivery
    if delivery.sink is SinkKind.SMTP:
        return SmtpSink(smtp_server(config.smtp)) if config.smtp else None
    if delivery.path is None:
        return None
    return DirectorySink(delivery.path, maildir=delivery.sink is SinkKind.MAILDIR)


def smtp_server(smtp: SmtpSettings) -> SmtpServer:
    """Return how the SMTP server is reached."""
    return SmtpServer(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        username=smtp.username,
        password=smtp.password.get_secret_value() if smtp.password else None,
        ca_file=smtp.ca_file,
        timeout=smtp.timeout.total_seconds(),
        hello=smtp.hello,
    )


def make_identity(config: Config) -> OwnIdentity:
    """Return which addresses are the bot's, the list's and the tracker's."""
    own = (config.bot.address, *config.bot.other_addresses)
    return OwnIdentity(
        addresses=tuple(address for address in own if address),
        lists=tuple(dict.fromkeys((config.mailing_list.address.lower(), *LISTS))),
        tracker_domains=(config.mailing_list.tracker_domain,)
        if config.mailing_list.needs_issue
        else (),
    )


def make_letterhead(config: Config) -> Letterhead:
    """Return what all mails share."""
    return Letterhead(
        name=config.bot.name,
        address=config.bot.address or _NO_ADDRESS,
        list_address=config.mailing_list.address,
        reply_to=config.mailing_list.reply_to,
        identity=make_identity(config),
        version=__version__,
        return_path=config.bot.bounces or "",
        smtputf8=bool(config.smtp and config.smtp.smtputf8),
        operator=config.bot.operator or "",
    )


def poll_rules(config: Config) -> PollRules:
    """Return how mail is read."""
    branches = {branch.casefold() for branch in config.mailing_list.branches}
    others = (*OTHER_REPOSITORIES, *config.mailing_list.other_repositories)
    return PollRules(
        identity=make_identity(config),
        letterhead=make_letterhead(config),
        repositories=tuple(name for name in others if name.casefold() not in branches),
        max_age=config.reply.max_age,
        settle=config.reply.settle,
        settle_incomplete=config.reply.settle_incomplete,
        mode=config.mode,
        commands_name=config.steering.name if config.steering else "",
        # With a tree, a patch of two lines may change a model that only the tree tells of.
        patches_say_all=config.guix_repo is None,
    )


def make_manners(config: Config) -> Manners:
    """Return the settings that decisions go by."""
    limits = config.mail_limits
    return Manners(
        needs_issue=config.mailing_list.needs_issue,
        max_age=config.reply.max_age,
        moderated=config.mode is Mode.MODERATED,
        per_hour=limits.per_hour,
        per_day=limits.per_day,
        per_thread_per_day=limits.per_thread_per_day,
        per_person_per_day=limits.per_person_per_day,
    )


def triage_rules(config: Config, *, rehearsal: bool) -> TriageRules:
    """Return what answers are made with."""
    return TriageRules(
        identity=make_identity(config),
        letterhead=make_letterhead(config),
        manners=make_manners(config),
        mode=config.mode,
        rehearsal=rehearsal,
        closing=_closing(config),
        patches_say_all=config.guix_repo is None,
    )


def delivery_rules(config: Config) -> DeliveryRules:
    """Return how often and how long a mail is tried."""
    delivery = config.delivery
    timeout = config.smtp.timeout if config.smtp else timedelta(minutes=1)
    return DeliveryRules(
        # An attempt has half of it, which is three answers that come at the last moment.
        lease=6 * timeout,
        confirm_wait=delivery.confirm_wait,
        watched=tuple(source.name for source in config.sources),
        attempts=delivery.attempts,
        first_retry=delivery.first_retry,
        longest_retry=delivery.longest_retry,
    )


def job_intervals(config: Config) -> dict[str, timedelta]:
    """Return how often each job of the service runs."""
    schedule = config.schedule
    intervals = {f"poll:{source.name}": source.every or schedule.poll for source in config.sources}
    if config.steering is not None:
        intervals["steer"] = schedule.triage
    intervals["triage"] = schedule.triage
    if config.mode is not Mode.DRY_RUN:
        intervals["deliver"] = schedule.deliver
    if config.site.directory is not None:
        intervals["site"] = config.site.every
    intervals["daily"] = timedelta(hours=1)
    intervals["watch"] = timedelta(minutes=10)
    return intervals


def make_finder(config: Config, database: Database) -> FactFinder:
    """Return who answers questions about origins; answers are kept in ``database``.

    One for the whole process: it counts how often each host was asked.
    """
    cache = StoredFactCache(database)
    if config.offline:
        return OfflineFactFinder(cache)
    settings = config.upstream
    if not settings.contact:
        contact = ascii(config.bot.homepage or config.bot.operator or "").strip("'")
        settings = settings.model_copy(update={"contact": contact})
    return GuardedFactFinder(settings, cache)


def make_policy(config: Config) -> Policy:
    """Return the rules that series are judged by; raises ``ConfigError``."""
    try:
        return load_policy(config.policy)
    except PolicyError as error:
        raise ConfigError("policy", tuple(str(error).splitlines())) from error


@contextmanager
def open_triage(config: Config, finder: FactFinder | None = None) -> Iterator[Triage]:
    """Yield the pipeline; it reads the tree's branch as it is now.

    ``finder`` is the one that the configuration describes unless given.
    Raises ``ConfigError`` where the policy or the tree cannot be used.
    """
    policy = make_policy(config)
    if finder is None:
        finder = OfflineFactFinder() if config.offline else GuardedFactFinder()
    if config.guix_repo is None:
        yield Triage(policy, finder)
        return
    try:
        tree = Tree(config.guix_repo, config.guix_branch)
    except TreeError as error:
        raise ConfigError("guix_repo", (f"guix_repo: {error}",)) from error
    with tree:
        yield Triage(policy, finder, tree)


def _closing(config: Config) -> Closing:
    about = f" {config.bot.homepage}" if config.bot.homepage else ""
    reach = f" A person reads {config.bot.operator}." if config.bot.operator else ""
    asking = f'It takes commands by mail: write "help" to {config.bot.address}.'
    return Closing(
        operator=f"This mail was written by a program, {config.bot.name}.{about}{reach}",
        commands=asking if config.steering and config.bot.address else "",
    )
