# SPDX-License-Identifier: GPL-3.0-or-later
"""The finders: cache, freshness, budgets, and what they say when nobody was asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.upstream.asking import Question
from bot.upstream.cache import KeptAnswer, MemoryFactCache, recorded_answers
from bot.upstream.client import Answer, GuardedClient, Surroundings
from bot.upstream.finder import GuardedFactFinder, OfflineFactFinder
from bot.upstream.plain_http import size_of_url
from bot.upstream.settings import UpstreamSettings, default_upstream_settings
from tests.upstream.misbehaving import answer, serving
from tests.upstream.recorded import RecordedClient, asker, file_of, origin

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOST = "models.example.org"


class Clock:
    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


def _finder(
    clock: Clock, cache: MemoryFactCache, settings: UpstreamSettings | None = None
) -> GuardedFactFinder:
    settings = settings or UpstreamSettings(hosts=(HOST,), keep_hours=10, keep_failure_hours=1)
    surroundings = Surroundings(
        resolver=lambda _host, _port: ("127.0.0.1",),
        address_is_public=lambda address: address == "127.0.0.1",
        port_is_usual=lambda _scheme, _port: True,
    )
    return GuardedFactFinder(settings, cache, clock, GuardedClient(settings, clock, surroundings))


def test_a_size_from_a_real_server_and_then_from_the_cache() -> None:
    clock, cache = Clock(), MemoryFactCache()
    with serving(answer(body=b"x" * 1234)) as server:
        weights = origin(f"http://{HOST}:{server.port}/model.onnx")
        for _ in range(3):
            size = _finder(clock, cache).facts_about(weights).size
            assert (size.value, size.learnt_at) == (1234, START)
        assert server.first_lines() == ["HEAD /model.onnx HTTP/1.1"]
        clock.time += timedelta(hours=10)
        assert _finder(clock, cache).facts_about(weights).size.learnt_at == clock.time
        assert len(server.requests) == 2
    assert OfflineFactFinder(cache).facts_about(weights).size.value == 1234


def test_a_pinned_revision_never_expires() -> None:
    clock, cache = Clock(), MemoryFactCache()
    with serving(answer(body=b"x" * 9)) as server:
        revision = "0123456789abcdef0123456789abcdef01234567"
        weights = origin(f"http://{HOST}:{server.port}/a/b/raw/{revision}/model.onnx")
        assert _finder(clock, cache).facts_about(weights).size.value == 9
        clock.time += timedelta(days=3650)
        assert _finder(clock, cache).facts_about(weights).size.value == 9
        assert len(server.requests) == 1


def test_there_is_none_is_kept_for_a_while() -> None:
    clock, cache = Clock(), MemoryFactCache()
    with serving(answer("404 Not Found")) as server:
        weights = origin(f"http://{HOST}:{server.port}/model.onnx")
        assert _finder(clock, cache).facts_about(weights).size.reason == "HTTP 404"
        assert _finder(clock, cache).facts_about(weights).size.reason == "HTTP 404"
        assert len(server.requests) == 2  # HEAD, and the one byte
        clock.time += timedelta(hours=1)
        _finder(clock, cache).facts_about(weights)
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://evil.example.net/model.onnx", "is not on the list of hosts"),
        ("magnet:?xt=urn:btih:0123", "neither http nor https"),
        ("mirror://gnu/model.onnx", "neither http nor https"),
        ("not a url", "no plain URL"),
    ],
)
def test_what_may_not_be_asked_is_said_to_be_not_asked(url: str, reason: str) -> None:
    size = _finder(Clock(), MemoryFactCache()).facts_about(origin(url)).size
    assert size.value is None
    assert size.reason.startswith("not asked: ")
    assert reason in size.reason


def test_the_budget_of_one_mail_is_its_own() -> None:
    settings = UpstreamSettings(hosts=(HOST,), requests_per_mail=2)
    finder = _finder(Clock(), MemoryFactCache(), settings)
    with serving(answer(body=b"x")) as server:
        urls = [f"http://{HOST}:{server.port}/{n}.onnx" for n in range(3)]
        first = finder.for_one_mail()
        sizes = [first.facts_about(origin(url)).size for url in urls]
        assert [size.value for size in sizes] == [1, 1, None]
        assert "2 requests for this series" in sizes[2].reason
        assert finder.for_one_mail().facts_about(origin(urls[2])).size.value == 1


def test_offline_says_so() -> None:
    finder = OfflineFactFinder()
    size = finder.for_one_mail().facts_about(origin("https://models.example.org/m.zip")).size
    assert (size.value, size.learnt_at, size.reason) == (None, None, "not asked (offline)")


def test_an_answer_that_breaks_its_module_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("bot.upstream.finder.facts_about_origin", broken)
    facts = OfflineFactFinder().facts_about(origin("https://models.example.org/m.zip"))
    assert facts.size.reason == "the answer was not understood"


def test_what_is_kept_and_not_understood_is_unknown() -> None:
    url = f"https://{HOST}/m.zip"
    key = Question(url, lambda _answer: 1, method="HEAD").key
    for value in ("", "[]", "{", "7"):
        cache = MemoryFactCache({key: KeptAnswer(value, url, START, immutable=True)})
        assert size_of_url(asker(None, cache), url).value is None


def test_recorded_answers_are_a_cache(tmp_path: Path) -> None:
    url = f"https://{HOST}/m.zip"
    entry = {
        "key": Question(url, lambda _answer: 1, method="HEAD").key,
        "source": url,
        "learnt_at": "2026-11-20T10:00:00+00:00",
        "immutable": False,
        "ok": 42,
    }
    (tmp_path / "answers.json").write_text(json.dumps([entry]))
    finder = OfflineFactFinder(recorded_answers(tmp_path / "answers.json"))
    size = finder.facts_about(origin(url)).size
    assert (size.value, size.learnt_at) == (42, datetime(2026, 11, 20, 10, tzinfo=UTC))


def test_a_full_cache_forgets_the_oldest() -> None:
    cache = MemoryFactCache(limit=2)
    for name in "abc":
        cache.put(name, KeptAnswer("{}", name, START, immutable=False))
    assert [key for key, _ in cache.items()] == ["b", "c"]


def test_the_settings_that_come_along() -> None:
    settings = default_upstream_settings()
    assert settings.allows("huggingface.co")
    assert settings.allows("cdn-lfs.hf.co")
    assert settings.allows("objects.githubusercontent.com")
    assert not settings.allows("githubusercontent.com.evil.example")
    assert not settings.allows("evilhf.co")
    assert not settings.allows("localhost")


def test_what_an_operator_does_not_set_is_as_shipped() -> None:
    settings = UpstreamSettings(more_hosts=("models.example.org",), total_seconds=7)
    assert settings.allows("models.example.org")
    assert settings.allows("huggingface.co")
    assert settings.total_seconds == 7
    assert settings.redirects == default_upstream_settings().redirects
    alone = UpstreamSettings(hosts=("models.example.org",))
    assert not alone.allows("huggingface.co")


@pytest.mark.parametrize(
    "wrong",
    [{"hosts": ["https://x.example/"]}, {"hosts": ["*"]}, {"total_seconds": 0}, {"x": 1}],
)
def test_settings_that_are_wrong(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        UpstreamSettings.model_validate(wrong)


def test_nothing_is_asked_twice_for_one_package() -> None:
    url = f"https://{HOST}/m.zip"
    client = RecordedClient({url: file_of(5)})
    ask = asker(client)
    assert size_of_url(ask, url).value == size_of_url(ask, url).value == 5
    assert client.asked == [url]
    assert isinstance(client.answers[url], Answer)
