"""A container of the image does what the documents promise of it."""

import signal
from pathlib import Path

import pytest

from sandbox.get3w import Output, Scenario
from tests.image.containers import ContainerHost, Image
from tests.stage import BotProcess, has_ended, is_final

WRONG_TOKEN = "MTIz.no.such-token-anywhere"  # noqa: S105  nobody has it


async def test_imagine_delivers_a_picture_from_inside_the_container(host: ContainerHost) -> None:
    await host.start()

    message = (await host.imagine("A cat in space")).message
    assert message is not None
    await message.until(is_final)

    assert len(message.attachments) == 1


async def test_a_signal_ends_the_container_with_0(host: ContainerHost) -> None:
    bot = await host.start()

    bot.ask_to_stop(signal.SIGTERM)

    assert await bot.ended() == 0
    assert bot.lines[-1].endswith("stopped")


async def test_a_wrong_token_ends_the_container_with_3_and_one_sentence(
    host: ContainerHost,
) -> None:
    code, output = await host.try_to_start(DISCORD_TOKEN=WRONG_TOKEN)

    assert code == 3
    assert "Discord refuses DISCORD_TOKEN (401). Reset it in" in output
    assert "Traceback" not in output


async def test_a_container_without_settings_ends_with_2_and_names_both_secrets(
    host: ContainerHost,
) -> None:
    code, output = await host.try_to_start(DISCORD_TOKEN="", GET3W_API_KEY="")

    assert code == 2
    assert "DISCORD_TOKEN  is missing" in output
    assert "GET3W_API_KEY  is missing" in output


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    """Give a folder of root's on the host."""
    made = tmp_path / "volume"
    made.mkdir(mode=0o755)
    return made


@pytest.fixture
def open_volume(volume: Path) -> Path:
    volume.chmod(0o777)
    return volume


async def _delivers(host: ContainerHost, bot: BotProcess) -> bool:
    message = (await host.imagine("A cat in space")).message
    assert message is not None
    await message.until(is_final)
    return len(message.attachments) == 1 and await bot.stop() == 0


@pytest.mark.parametrize("user", ["4242", "4242:4343", "0", "10001:0"])
async def test_any_user_serves_on_a_new_volume(host: ContainerHost, user: str) -> None:
    bot = await host.start(options=[f"--user={user}"])

    assert await _delivers(host, bot)


async def test_a_volume_of_somebody_else_ends_with_5_and_the_line_that_mends_it(
    host: ContainerHost, volume: Path
) -> None:
    code, output = await host.try_to_start(options=[f"--volume={volume}:/data"])

    assert code == 5
    assert output.endswith(
        "The database data/imagine.sqlite3 can't be written to. /data belongs to user 0, and the"
        " bot runs as user 10001. As root: chown -R 10001:10001 /data"
    )


async def test_the_line_that_mends_it_does(host: ContainerHost, volume: Path) -> None:
    volume_option = f"--volume={volume}:/data"
    await host.image.ask(
        *("run", "--rm", "--user=0", volume_option, "--ulimit=nofile=4096:4096"),
        *("--ulimit=nproc=4096:4096", "--network=none", '--entrypoint=["chown"]'),
        *(host.image.name, "-R", "10001:10001", "/data"),
    )
    bot = await host.start(options=[volume_option])

    assert await _delivers(host, bot)


async def test_a_volume_that_is_mounted_read_only_ends_with_5_and_says_so(
    host: ContainerHost, volume: Path
) -> None:
    code, output = await host.try_to_start(options=[f"--volume={volume}:/data:ro"])

    assert code == 5
    assert "/data is on a file system that is mounted read-only" in output


async def test_what_is_kept_outlives_the_container(host: ContainerHost, open_volume: Path) -> None:
    volume = open_volume
    first = await host.start(options=[f"--volume={volume}:/data"])
    assert await first.stop() == 0

    second = await host.start(options=[f"--volume={volume}:/data"])

    assert "database  new" in first.output
    assert "database  new" not in second.output
    assert await second.stop() == 0


@pytest.fixture
def secrets_folder(host: ContainerHost, tmp_path: Path) -> Path:
    """Give a folder with both secrets, each in a file, as compose.yaml mounts it."""
    made = tmp_path / "secrets"
    made.mkdir()
    for name in ("DISCORD_TOKEN", "GET3W_API_KEY"):
        (made / name.lower()).write_text(host.settings[name] + "\n", encoding="utf-8")
    (made / ".gitignore").write_text("*", encoding="utf-8")
    return made


async def test_secrets_may_be_files(host: ContainerHost, secrets_folder: Path) -> None:
    mount = f"--volume={secrets_folder}:/run/secrets:ro"
    bot = await host.start(options=[mount], DISCORD_TOKEN="", GET3W_API_KEY="")

    assert await _delivers(host, bot)


async def test_an_svg_is_drawn_within_the_container(host: ContainerHost) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>'
    output = Output(picture=svg, content_type="image/svg+xml")
    host.api.script("a drawing", Scenario.stream([0.5]).with_outputs(output))
    await host.start()

    message = (await host.imagine("a drawing")).message
    assert message is not None
    await message.until(has_ended)

    assert {file.content_type for file in message.attachments} == {"image/png", "image/svg+xml"}


async def test_nothing_can_be_written_but_the_volume_and_the_temporary_folder(
    image: Image,
) -> None:
    tried = "for place in / /app /opt/venv /etc /data /tmp; do touch $place/x && echo $place; done"

    written = await image.inside("sh", "-c", f"{tried} 2>/dev/null; true")

    assert written.split() == ["/data", "/tmp"]  # noqa: S108  the container's own


async def test_the_process_has_a_numeric_user_and_no_rights(image: Image) -> None:
    status = await image.inside("cat", "/proc/self/status")
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)

    assert facts["Uid"].split() == ["10001"] * 4
    assert int(facts["CapEff"], 16) == int(facts["CapBnd"], 16) == 0
    assert facts["NoNewPrivs"] == "1"
