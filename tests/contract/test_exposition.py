"""``/metrics``, asked over a real socket."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open
from prometheus_client.parser import text_string_to_metric_families as read

from bot.app.background import in_background
from bot.domain.happenings import StateSuperseded
from bot.observability.exposition import MetricsDesk
from bot.observability.figures import Figures
from bot.observability.loop_watch import watch_loop
from bot.observability.measures import Measures


class Counting:
    """A desk with its measures, whose figures go up with each question."""

    def __init__(self) -> None:
        self.desk = MetricsDesk(CollectorRegistry(), self.look)
        self.measures = Measures(self.desk.registry)
        self.asked = 0
        self.url = ""

    async def look(self) -> Figures:
        self.asked += 1
        return Figures(waiting=self.asked)

    async def scrape(self, accept: str = "text/plain") -> tuple[str, str]:
        async with (
            ClientSession() as session,
            session.get(self.url, headers={"Accept": accept}) as answer,
        ):
            assert answer.status == 200
            return answer.headers["Content-Type"], await answer.text()


@pytest.fixture
async def counting() -> AsyncIterator[Counting]:
    counting, app = Counting(), web.Application()
    app.add_routes(counting.desk.routes())
    async with TestServer(app) as server:
        counting.url = str(server.make_url("/metrics"))
        yield counting


async def test_what_was_counted_is_told_in_the_text_that_prometheus_reads(
    counting: Counting,
) -> None:
    counting.measures.note(StateSuperseded())

    kind, text = await counting.scrape()

    assert kind.startswith("text/plain; version=")
    samples = {s.name: s.value for family in read(text) for s in family.samples}
    assert samples["imagine_states_coalesced_total"] == 1
    assert samples["process_resident_memory_bytes"] > 0


async def test_who_asks_for_openmetrics_gets_it(counting: Counting) -> None:
    kind, text = await counting.scrape("application/openmetrics-text; version=1.0.0")

    assert kind.startswith("application/openmetrics-text")
    assert "imagine_states_coalesced" in {family.name for family in read_open(text)}


async def test_figures_are_looked_up_anew_for_each_answer(counting: Counting) -> None:
    texts = [(await counting.scrape())[1] for _ in range(2)]

    assert ["imagine_queue_depth 1.0" in texts[0], "imagine_queue_depth 2.0" in texts[1]] == [
        True,
        True,
    ]


async def test_two_bots_in_one_process_count_apart() -> None:
    one, other = Counting(), Counting()

    one.measures.note(StateSuperseded())

    name = "imagine_states_coalesced_total"
    assert one.desk.registry.get_sample_value(name) == 1
    assert other.desk.registry.get_sample_value(name) == 0


async def test_a_loop_that_was_blocked_is_seen_to_be_late(counting: Counting) -> None:
    async def until_measured() -> None:
        while not counting.desk.registry.get_sample_value("imagine_loop_lag_seconds_count"):
            await counting.scrape()

    async with AsyncExitStack() as stack:
        await in_background(watch_loop(counting.measures.loop_lag), stack)
        await until_measured()
        before_s = counting.desk.registry.get_sample_value("imagine_loop_lag_seconds_sum") or 0.0
        blocked_until_s = time.monotonic() + 0.9
        while time.monotonic() < blocked_until_s:
            pass
        count = counting.desk.registry.get_sample_value("imagine_loop_lag_seconds_count") or 0.0
        while counting.desk.registry.get_sample_value("imagine_loop_lag_seconds_count") == count:
            await counting.scrape()
        after_s = counting.desk.registry.get_sample_value("imagine_loop_lag_seconds_sum") or 0.0

    assert after_s - before_s > 0.3
