"""Whatever is decided in a server, what is explained is what happens.

``RULE_SETS`` in the environment sets how many random servers are tried.
"""

import asyncio
import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.admission import HostRules
from bot.domain.errors import RefusalError
from bot.domain.model_rules import Effect, ServerModels
from bot.domain.models import Model, ModelCeiling
from bot.domain.requests import ImageRequest
from bot.domain.server_policy import MemberBlock, ServerPolicy
from bot.domain.server_settings import ServerSettings, stored
from bot.domain.visits import Visit
from tests.unit.books import Counter, Policies, Shelf
from tests.unit.jobs import a_job
from tests.unit.ruled import a_rule
from tests.unit.virtual_time import START, VirtualLoop

RULE_SETS = int(os.environ.get("RULE_SETS", "200"))
# Some milliseconds for each; a hundred thousand take minutes.
pytestmark = pytest.mark.timeout(120 + RULE_SETS * 0.02)
MODELS = ("a/one", "a/two", "b/one")
CHANNELS, ROLES, SERVER, MEMBER = (11, 12), (1, 2), 5, 9

rules = st.builds(
    a_rule,
    st.sampled_from(Effect),
    st.sampled_from((*MODELS, "a/*", "*/one", "*")),
    st.sampled_from((None, *ROLES)),
    st.sampled_from((None, *CHANNELS)),
)
own_settings = st.builds(
    ServerSettings,
    open_channels=st.sampled_from([(), (), (11,), (12,)]),
    member_pictures_per_day=st.sampled_from([None, 1, 2]),
    server_at_once=st.sampled_from([None, 1]),
)
blocks = st.sampled_from([{}, {}, {MEMBER: MemberBlock(MEMBER, None, "", 1, START)}])
policies = st.builds(
    lambda default, listed, own, blocked: ServerPolicy(
        ServerModels(default, tuple(listed)), stored(own), (), blocked
    ),
    st.none() | st.sampled_from(MODELS),
    st.lists(rules, max_size=6),
    own_settings,
    blocks,
)
hosts = st.builds(
    HostRules,
    st.builds(ModelCeiling, st.sampled_from([("*",), ("*",), ("a/*",), ("b/*",)])),
    st.sampled_from([None, None, frozenset({SERVER}), frozenset({6})]),
    member_pictures_per_day=st.sampled_from([None, 1]),
)
switches = st.sampled_from(["running", "running", "paused"])
visits = st.builds(
    lambda channel, roles, lacking: Visit(
        SERVER, channel, MEMBER, roles | {SERVER}, lacking=lacking
    ),
    st.sampled_from(CHANNELS),
    st.frozensets(st.sampled_from(ROLES)),
    st.sampled_from([(), (), ("Attach Files",)]),
)


async def happens(counter: Counter, visit: Visit, model: str | None, job_id: int) -> str:
    """Ask for a picture; give the gate that refused it, as the log has it, or none."""
    try:
        admitted = await counter.admission.admit(visit, ImageRequest("A cat", model or ""))
        job = replace(a_job(job_id), visit=visit, request=admitted.request)
        await counter.accept(job)
    except RefusalError:
        return counter.log.kept[-1].subject
    return ""


async def agree(counter: Counter, visit: Visit, model: str | None) -> None:
    for job_id in range(3):
        deciding = (await counter.admission.explain(visit, model)).deciding
        expected = "" if deciding is None else deciding.gate.value

        assert await happens(counter, visit, model, job_id) == expected


@settings(max_examples=RULE_SETS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hosts, policies, visits, st.none() | st.sampled_from(MODELS), switches)
def test_why_and_the_real_decision_agree(
    host: HostRules, policy: ServerPolicy, visit: Visit, model: str | None, switch: str
) -> None:
    shelf = Shelf(tuple(map(Model, MODELS)))
    counter = Counter(Policies(policy), host, paused=switch == "paused", catalogue=shelf)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(agree(counter, visit, model))
