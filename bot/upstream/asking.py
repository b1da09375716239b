# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask once, keep the answer: the cache in front of the guarded client.

What is kept is what a host module distilled from an answer (a few names and numbers), never the
answer itself.  An answer about an immutable revision is good for ever, another one for the time
that the settings give, and "there is none" for a shorter one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.upstream.budget import MailBudget
from bot.upstream.cache import FactCache, KeptAnswer
from bot.upstream.client import Answer, GuardedClient
from bot.upstream.errors import NoAnswerError, NotAskedError
from bot.upstream.facts import Fact
from bot.upstream.settings import UpstreamSettings

OFFLINE = "not asked (offline)"
_KEY_LENGTH = 1000
_LASTING = frozenset((400, 401, 403, 404, 410, 451))

Distil = Callable[[Answer], Any]
"""An answer of status 200 (or 206) to what is worth keeping, as JSON values; raises ValueError."""


@dataclass(frozen=True, slots=True)
class Question:
    """One URL to ask, and what to keep of its answer."""

    url: str
    distil: Distil
    immutable: bool = False
    """The answer to this can never change."""
    method: str = "GET"
    """``GET``; or ``HEAD``, which falls back to a GET of one byte."""
    accept: str = "*/*"
    last_bytes: int | None = None
    """Ask for the end of the file alone."""
    version: int = 1
    """Raised when ``distil`` keeps something else, so that old answers are asked anew."""

    @property
    def key(self) -> str:
        """What the answer is kept under."""
        part = f" bytes=-{self.last_bytes}" if self.last_bytes is not None else ""
        return f"{self.version} {self.method}{part} {self.url}"[:_KEY_LENGTH]


class Asker:
    """Answers questions out of the cache, else by asking; ``client`` None asks nobody."""

    def __init__(
        self,
        cache: FactCache,
        settings: UpstreamSettings,
        now: Callable[[], datetime],
        client: GuardedClient | None = None,
        budget: MailBudget | None = None,
    ) -> None:
        """``now`` gives the time in UTC; ``budget`` is that of the mail in question."""
        self._cache = cache
        self._settings = settings
        self._now = now
        self._client = client
        self._budget = budget or MailBudget(settings.requests_per_mail, settings.seconds_per_mail)

    def ask(self, question: Question) -> Fact[Any]:
        """Return what was distilled, or the reason why there is nothing; never raises."""
        kept = self._cache.get(question.key)
        if kept is not None and (self._client is None or self._is_fresh(kept)):
            return _fact(kept)
        if self._client is None:
            return Fact(None, question.url, None, OFFLINE)
        return self._asked(self._client, question)

    def _is_fresh(self, kept: KeptAnswer) -> bool:
        failed = '"problem"' in kept.value[:12]
        hours = self._settings.keep_failure_hours if failed else self._settings.keep_hours
        return kept.immutable or self._now() - kept.learnt_at < timedelta(hours=hours)

    def _asked(self, client: GuardedClient, question: Question) -> Fact[Any]:
        try:
            answer = self._send(client, question)
        except (NotAskedError, NoAnswerError) as error:
            return Fact(None, question.url, None, str(error))
        if answer.status not in (200, 206):
            return self._refused(question, answer)
        try:
            value = question.distil(answer)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            problem = {"problem": "the answer was not understood"}
            return self._keep(question, problem, immutable=False)
        return self._keep(question, {"ok": value}, immutable=question.immutable)

    def _refused(self, question: Question, answer: Answer) -> Fact[Any]:
        """Keep "there is none"; a host's own trouble, or its rate limit, is asked anew."""
        spent = answer.headers.get("X-RateLimit-Remaining") == "0"
        if answer.status not in _LASTING or spent:
            return Fact(None, question.url, None, f"HTTP {answer.status}")
        return self._keep(question, {"problem": f"HTTP {answer.status}"}, immutable=False)

    def _send(self, client: GuardedClient, question: Question) -> Answer:
        if question.method == "HEAD":
            answer = client.head(question.url, self._budget)
            if answer.status in (403, 404, 405, 501) or _says_no_size(answer):
                answer = client.get_first_byte(question.url, self._budget)
            return answer
        return client.get(question.url, self._budget, question.accept, question.last_bytes)

    def _keep(self, question: Question, value: dict[str, Any], immutable: bool) -> Fact[Any]:
        kept = KeptAnswer(json.dumps(value), question.url, self._now(), immutable)
        self._cache.put(question.key, kept)
        return _fact(kept)


def _says_no_size(answer: Answer) -> bool:
    return answer.status == 200 and "Content-Length" not in answer.headers


def _fact(kept: KeptAnswer) -> Fact[Any]:
    try:
        value = json.loads(kept.value)
    except ValueError:
        return Fact(None, kept.source, None, "the kept answer was not understood")
    if isinstance(value, dict) and "ok" in value:
        return Fact(value["ok"], kept.source, kept.learnt_at)
    problem = value.get("problem") if isinstance(value, dict) else None
    return Fact(None, kept.source, kept.learnt_at, str(problem or "no answer"))
