"""What a running bot counts, asked for as Prometheus does."""

import re
from pathlib import Path

from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from sandbox.get3w import Scenario
from tests.integration.process.test_health import Door
from tests.operator import Operator
from tests.stage import PROJECT, is_final

_NAMES = re.compile(r"\b(?:imagine|process)_[a-z0-9_]+")


class Scrape:
    """One reading of all numbers."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.families = {each.name: each for each in text_string_to_metric_families(text)}

    def value(self, name: str, **labels: str) -> float:
        samples = (s for family in self.families.values() for s in family.samples)
        return sum(
            each.value
            for each in samples
            if each.name == name and labels.items() <= each.labels.items()
        )

    @property
    def label_values(self) -> set[str]:
        return {
            value for f in self.families.values() for s in f.samples for value in s.labels.values()
        }


async def scrape(door: Door) -> Scrape:
    async with (
        ClientSession() as session,
        session.get(f"http://{door.written}/metrics") as answer,
    ):
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        return Scrape(await answer.text())


async def test_a_picture_is_counted_from_its_command_to_its_delivery(operator: Operator) -> None:
    door = Door()
    bot = await operator.start(HTTP_PORT=door.written)
    use = await operator.imagine("A boat with a secret word")
    await use.message.until(is_final, 15.0)
    await bot.says("  job ")

    seen = await scrape(door)

    assert seen.value("imagine_jobs_total", model="get3w/flux-dev", outcome="done") == 1
    assert seen.value("imagine_first_answer_seconds_count") == 1
    assert 0 < seen.value("imagine_first_answer_seconds_sum") < 3
    assert seen.value("imagine_delivery_seconds_count") == 1
    assert seen.value("imagine_picture_seconds_count") == 1
    assert seen.value("imagine_first_progress_seconds_count") == 1
    assert seen.value("imagine_queue_wait_seconds_count") == 1
    assert seen.value("imagine_upstream_requests_total", kind="submit", status="200") == 1
    assert seen.value("imagine_edits_total", kind="final", outcome="sent") == 1
    assert seen.value("imagine_discord_requests_total", kind="answer", status="200") == 1
    assert seen.value("imagine_gateway_sessions_total", how="identified") == 1
    assert seen.value("imagine_shards_connected") == 1
    assert seen.value("imagine_spend_today_usd") > 0
    assert seen.value("imagine_budget_usd") == 5
    assert seen.value("imagine_cache_reads_total", found="hit") > 0
    assert "secret word" not in seen.text


async def test_no_member_server_or_job_is_a_label(operator: Operator) -> None:
    door = Door()
    bot = await operator.start(HTTP_PORT=door.written)
    use = await operator.imagine("A boat")
    await use.message.until(is_final, 15.0)
    await bot.says("  job ")

    values = (await scrape(door)).label_values

    assert not [value for value in values if re.fullmatch(r"\d{15,}", value)]


async def test_trouble_is_counted_where_it_comes_from(operator: Operator) -> None:
    door = Door()
    bot = await operator.start(HTTP_PORT=door.written)
    operator.api.default = Scenario.refusal(400, "no")
    use = await operator.imagine("A boat")
    await use.message.until(is_final, 15.0)
    await bot.says("  job ")
    operator.discord.gateway.close(4000)
    await operator.discord.until(lambda: operator.discord.gateway.counts.resumes, 20.0)
    await door.until("/readyz", status="ready")

    seen = await scrape(door)

    assert seen.value("imagine_jobs_total", outcome="failed") == 1
    assert seen.value("imagine_job_failures_total") == 1
    assert seen.value("imagine_upstream_requests_total", kind="submit", status="400") == 1
    assert seen.value("imagine_gateway_sessions_total", how="lost") == 1
    assert seen.value("imagine_gateway_sessions_total", how="resumed") == 1


async def test_all_that_the_dashboard_and_the_rules_ask_for_is_exposed(operator: Operator) -> None:
    door = Door()
    await operator.start(HTTP_PORT=door.written)

    exposed = re.findall(r"# TYPE (\S+) ", (await scrape(door)).text)

    for path in (*_deployed("grafana/*.json"), *_deployed("prometheus/*.yml")):
        for name in _NAMES.findall(path.read_text(encoding="utf-8")):
            family = re.sub(r"_(bucket|sum|count)$", "", name)
            assert family in exposed or name in exposed, f"{path.name}: {name}"


def _deployed(pattern: str) -> list[Path]:
    return list((PROJECT / "deploy").glob(pattern))
