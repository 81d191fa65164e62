"""Running bots for all tests of a worker that need nothing special of them."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from sandbox.discord.person import Person
from sandbox.discord.settings import SandboxSettings
from tests.ruled_server import RuledServer, Town, town
from tests.stage import PATIENT, UNBOUNDED, Stage, whole_stage

# Clocks short enough for a test, long enough for a busy machine.
QUICK = {
    **UNBOUNDED,
    "GET3W_CONCURRENCY": "100",
    "GET3W_SILENCE_TIMEOUT_S": "2",
    "GET3W_PROGRESS_TIMEOUT_S": "4",
    "GET3W_DEADLINE_S": "30",
    "SHUTDOWN_GRACE_S": "1",
}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Stage]:
    async with whole_stage(tmp_path_factory.mktemp("bot"), **QUICK) as stage:
        await _be_generous(stage)
        yield stage


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_patient_stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Stage]:
    async with whole_stage(tmp_path_factory.mktemp("bot"), **PATIENT) as stage:
        await _be_generous(stage)
        yield stage


@pytest_asyncio.fixture(loop_scope="session")
async def stage(shared_stage: Stage) -> AsyncGenerator[Stage]:
    """Give the shared stage; what a test set on it is taken back."""
    yield shared_stage
    _tidied(shared_stage)


@pytest_asyncio.fixture(loop_scope="session")
async def patient_stage(shared_patient_stage: Stage) -> AsyncGenerator[Stage]:
    """Give a stage whose bot waits long for the image API; what a test set is taken back."""
    yield shared_patient_stage
    _tidied(shared_patient_stage)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hometown(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Town]:
    async with town(tmp_path_factory.mktemp("bot")) as opened:
        yield opened


@pytest.fixture
def server(hometown: Town) -> RuledServer:
    """Give a server in which nothing is decided yet."""
    return hometown.new_server()


@pytest.fixture
def neighbour(hometown: Town) -> RuledServer:
    """Give another one, with the same bot and the same people."""
    return hometown.new_server()


async def _be_generous(stage: Stage) -> None:
    """Decide as a server does whose members may use every model, and make private pictures."""
    carol = Person.of(stage.discord, "carol")
    await carol.use("settings models allow", model="*")
    await carol.use("settings set", name="private_pictures", value="on")


def _tidied(stage: Stage) -> None:
    stage.discord.settings = SandboxSettings(hidden_rate=None)
    stage.discord.faults.clear()
