# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out what changes something: subscriptions for everybody, all else for maintainers.

Who may give which command has been decided before.  Everything happens in the transaction that the
caller has begun, together with the entry in the audit log and the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy import Connection

from bot.limits import DEFAULT_LIMITS
from bot.reply.outbox import UNSAID, OutboxError, State, move, reject
from bot.reply.release import approve_within
from bot.report.clean import one_line
from bot.steering.asking import Asker, Circumstances, Outcome
from bot.steering.command import Command
from bot.steering.errand import Errand
from bot.steering.held import held_mail
from bot.steering.lines import wrapped
from bot.steering.questions import unknown_issue
from bot.steering.waiving import unwaive, waive
from bot.store.control import current_pause, pause, resume
from bot.store.orders import (
    IGNORE,
    MUTE,
    Order,
    count_subscriptions,
    link_issues,
    put_order,
    subscribe,
    take_order,
    unlink_issue,
    unsubscribe,
)
from bot.store.outbox import mail_of_issue
from bot.store.series import join_threads, judge_again, series_of_issue, threads_of_issues


def carry_out(
    connection: Connection, command: Command, asker: Asker, around: Circumstances
) -> Outcome:
    """Carry out a command that changes something, and return what came of it."""
    return _DOING[command.name](Errand(connection, command, asker, around))


def _subscribe(order: Errand) -> Outcome:
    if not order.is_known:
        return order.mistaken(unknown_issue(order.issue))
    address = order.asker.address
    if not address:
        return order.mistaken("There is no address to write to: bot.operator is not set.")
    if reason := _too_many_subscriptions(order, address):
        return order.mistaken(reason)
    new = subscribe(order.connection, order.issue, address, once=False, now=order.around.now)
    already = "" if new else " already"
    return order.done(
        f"You are subscribed to {order.issue}{already}: you get a mail\nwhen its result changes."
    )


def _too_many_subscriptions(order: Errand, address: str) -> str:
    own, of_issue = count_subscriptions(order.connection, order.issue, address)
    if own >= DEFAULT_LIMITS.subscriptions_per_address:
        return f"You have {own} subscriptions, which is as many as one may have."
    if of_issue >= DEFAULT_LIMITS.subscriptions_per_issue:
        return f"{of_issue} others are subscribed to {order.issue}, which is the limit."
    return ""


def _unsubscribe(order: Errand) -> Outcome:
    if unsubscribe(order.connection, order.issues, order.asker.address):
        return order.done(f"You get no more mail about {order.issue}.")
    return order.mistaken(f"You are not subscribed to {order.issue}.")


def _recheck(order: Errand) -> Outcome:
    found = judge_again(order.connection, order.issues, order.around.now)
    if not found:
        return order.mistaken(unknown_issue(order.issue))
    text = f"{order.issue} v{found[0].revision} is judged again now."
    address = order.asker.address
    if address and subscribe(
        order.connection, order.issue, address, once=True, now=order.around.now
    ):
        text += "\nYou get the result by mail."
    elif address:
        text += "\nYou are subscribed: you hear of it if the result changes."
    return order.done(text)


def _ignore(order: Errand) -> Outcome:
    if reason := _cannot_put(order, IGNORE, "ignored"):
        return order.mistaken(reason)
    _take_back(order, "the issue is to be ignored")
    return order.done(
        f'{order.issue} is left alone from now on.\n"unignore {order.issue}" takes that back.'
    )


def _mute(order: Errand) -> Outcome:
    if reason := _cannot_put(order, MUTE, "muted"):
        return order.mistaken(reason)
    _take_back(order, "the issue is muted")
    return order.done(
        f"Nothing is mailed to {order.issue} from now on.\n"
        f'It is judged all the same; "unmute {order.issue}" ends this.'
    )


def _cannot_put(order: Errand, kind: str, what: str) -> str:
    """Store an order for an issue; return why that cannot be, empty where it is done."""
    if not order.is_known:
        return unknown_issue(order.issue)
    new = Order(order.issue, kind, order.reason, order.asker.name, order.around.now)
    return "" if put_order(order.connection, new) else f"{order.issue} is {what} already."


def _take_back(order: Errand, reason: str) -> None:
    """Cancel the answers that have not left yet."""
    for issue in order.issues:
        for mail in mail_of_issue(order.connection, issue):
            if mail.kind == "reply" and mail.state in UNSAID:
                why = f"{reason}, says {order.asker.name}"
                move(order.connection, mail, State.CANCELLED, why, order.around.now, hold="")


def _end(order: Errand, kind: str, what: str) -> Outcome:
    if not take_order(order.connection, order.issues, kind):
        return order.mistaken(f"{order.issue} is not {what}.")
    judge_again(order.connection, order.issues, order.around.now)
    return order.done(f"{order.issue} is no longer {what}.\nIt is judged again now.")


def _unignore(order: Errand) -> Outcome:
    return _end(order, IGNORE, "ignored")


def _unmute(order: Errand) -> Outcome:
    return _end(order, MUTE, "muted")


def _approve(order: Errand) -> Outcome:
    mail = held_mail(order.connection, order.command.mail_id, order.around.message_id_prefix)
    if isinstance(mail, str):
        return order.mistaken(mail)
    reason = f"approved by {order.asker.name}"
    around = order.around
    try:
        limit = approve_within(
            order.connection, mail.message_id, around.manners, reason, around.now
        )
    except OutboxError as error:
        return order.mistaken(str(error))
    later = f"\nIt leaves later: {limit}." if limit else ""
    return order.done(f'Approved: "{one_line(mail.subject, 100)}".{later}')


def _reject(order: Errand) -> Outcome:
    mail = held_mail(order.connection, order.command.mail_id, order.around.message_id_prefix)
    if isinstance(mail, str):
        return order.mistaken(mail)
    why = f"rejected by {order.asker.name}: {order.reason or 'no reason given'}"
    try:
        reject(order.connection, mail.message_id, why, order.around.now)
    except OutboxError as error:
        return order.mistaken(str(error))
    return order.done(f'Rejected: "{one_line(mail.subject, 100)}".')


def _hold(order: Errand) -> Outcome:
    stopped = current_pause(order.connection)
    if stopped is not None and stopped.total:
        return order.mistaken("The operator has stopped all mail already, these answers too.")
    reason = f"held by {order.asker.name}"
    pause(order.connection, reason, order.around.now, total=False)
    return order.done(
        "No mail leaves from now on, but for answers to maintainers'\n"
        'commands. Patches are judged all the same. "resume" ends this.'
    )


def _resume(order: Errand) -> Outcome:
    stopped = current_pause(order.connection)
    if stopped is None:
        return order.mistaken("Mail is not held.")
    if stopped.total:
        return order.mistaken(
            "The operator has stopped all mail on the machine itself;\n"
            'only "weighbridge resume" there lets it go again.'
        )
    resume(order.connection)
    return order.done("Mail leaves again.")


def _link(order: Errand) -> Outcome:
    other = order.command.other_issue or 0
    if other == order.issue:
        return order.mistaken(f"{other} and {order.issue} are the same issue.")
    if not order.is_known and not series_of_issue(order.connection, other):
        return order.mistaken(f"Nothing is known of issues {order.issue} and {other}.")
    group = link_issues(order.connection, order.issue, other)
    join_threads(order.connection, threads_of_issues(order.connection, group))
    titles = [
        f"  {issue} {one_line(found[-1].subject, 100)}"
        for issue in group
        if (found := series_of_issue(order.connection, issue))
    ]
    named = " and ".join(map(str, group))
    said = (
        f"{named} are one series from now on. Orders can be parted\n"
        f'again ("unlink {order.issue}"), revisions cannot:'
    )
    return order.done("\n".join((said, *titles)))


def _unlink(order: Errand) -> Outcome:
    """Part the orders; threads that were made one stay so, for what they were before is lost."""
    others = unlink_issue(order.connection, order.issue)
    if not others:
        return order.mistaken(f"{order.issue} is not linked with another issue.")
    named = ", ".join(map(str, others))
    text = (
        f"What is ordered for {order.issue}, its waivers and subscriptions no longer count for"
        f" {named}, nor theirs for {order.issue}. Each is judged by its own at its next"
        ' judgement: "recheck" brings that about. Their threads stay one: revisions are still'
        " compared across them, and only the newest of all is answered."
    )
    return order.done("\n".join(wrapped(text)))


_DOING: Mapping[str, Callable[[Errand], Outcome]] = MappingProxyType(
    {
        "subscribe": _subscribe,
        "unsubscribe": _unsubscribe,
        "recheck": _recheck,
        "waive": waive,
        "unwaive": unwaive,
        "ignore": _ignore,
        "unignore": _unignore,
        "mute": _mute,
        "unmute": _unmute,
        "approve": _approve,
        "reject": _reject,
        "hold": _hold,
        "resume": _resume,
        "link": _link,
        "unlink": _unlink,
    }
)
