"""What is in the image, and what isn't."""

import json

import bot
from tests.image.containers import Image

_IMPORT_ALL = "import bot.app.running, bot.app.errands, bot.app.check"
_LISTING = "import sysconfig, os; print('\\n'.join(os.listdir(sysconfig.get_path('purelib'))))"

_VERSIONS = (
    "from importlib.metadata import distributions\n"
    "for d in distributions():\n"
    "    print(d.metadata['Name'].lower().replace('_', '-').replace('.', '-'), d.version)"
)


async def test_no_source_is_compiled_again_at_a_start(image: Image) -> None:
    """A layer rounds the times of files, by which bytecode can look older than its source."""
    told = await image.inside("sh", "-c", f"python -v -c '{_IMPORT_ALL}' 2>&1")
    loaded = [line for line in told.splitlines() if line.startswith("# code object from ")]

    assert len(loaded) > 500
    assert [line for line in loaded if line.rstrip("'").endswith(".py")] == []


async def test_the_texts_that_discord_shows_are_there(image: Image) -> None:
    program = "from cogs.imagine import Imagine; print(Imagine.imagine.description)"

    assert (await image.inside("python", "-c", program)).startswith("Make a picture")


async def test_only_the_application_is_in_it(image: Image) -> None:
    assert (await image.inside("ls", "/app")).split() == ["bot", "cogs"]


async def test_neither_pip_nor_a_compiler_is_in_it(image: Image) -> None:
    found = await image.inside("sh", "-c", "command -v gcc cc clang make; true")
    packages = (await image.inside("python", "-c", _LISTING)).split()

    assert found == ""
    assert "aiohttp" in packages
    assert not {"pip", "setuptools", "pytest"} & set(packages)


async def test_its_labels_say_what_it_is(image: Image) -> None:
    labels = json.loads(
        await image.ask("image", "inspect", "--format={{json .Labels}}", image.name)
    )

    assert labels["org.opencontainers.image.title"] == "imagine-bot"
    assert labels["org.opencontainers.image.licenses"] == "MIT"


async def test_its_health_is_asked_for_by_the_bot_itself(image: Image) -> None:
    told = await image.ask("image", "inspect", "--format={{json .HealthCheck.Test}}", image.name)

    assert json.loads(told) == ["CMD", "python", "-m", "bot", "health"]


async def test_it_has_a_list_of_all_that_it_is_made_of(image: Image) -> None:
    document = json.loads(await image.inside("cat", "/usr/share/imagine-bot/sbom.cdx.json"))
    listed = {(part["name"], part["version"]) for part in document["components"]}
    installed = (await image.inside("python", "-c", _VERSIONS)).splitlines()
    packages = (
        await image.inside("dpkg-query", "-W", "-f", "${Package} ${Version}\n")
    ).splitlines()

    assert document["metadata"]["component"]["version"] == bot.__version__
    assert {tuple(line.split()) for line in (*installed, *packages)} <= listed
    assert len(installed) > 25
