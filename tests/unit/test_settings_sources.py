"""Where settings are read from, which place wins, and which slips stop a start."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic_settings.exceptions import SettingsError as SourceError

from bot.settings import Settings
from bot.settings_report import SettingsError, load_settings, unreadable

NEEDED = {"DISCORD_TOKEN": "the-token", "GET3W_API_KEY": "the-key"}


class Host:
    """A machine with an environment, a folder with `.env` and a folder with secret files."""

    def __init__(self, folder: Path, environment: pytest.MonkeyPatch) -> None:
        self.env_file = folder / ".env"
        self.secrets = folder / "secrets"
        self._environment = environment

    def environment(self, values: Mapping[str, str]) -> None:
        for name, value in values.items():
            self._environment.setenv(name, value)

    def secret_files(self, values: Mapping[str, str]) -> None:
        self.secrets.mkdir()
        for name, value in values.items():
            (self.secrets / name).write_text(value, encoding="utf-8")

    def load(self) -> Settings:
        return load_settings(self.env_file, self.secrets)

    def problems(self) -> dict[str, str]:
        with pytest.raises(SettingsError) as refused:
            self.load()
        return {problem.variable: problem.what for problem in refused.value.problems}


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(tmp_path, monkeypatch)


def token(settings: Settings) -> str:
    return settings.discord_token.get_secret_value()


def test_secret_files_are_read_without_the_line_break_at_their_end(host: Host) -> None:
    host.secret_files({name: f"{value}\n" for name, value in NEEDED.items()})

    assert token(host.load()) == "the-token"


def test_the_names_of_secret_files_may_be_in_small_letters(host: Host) -> None:
    host.secret_files({name.lower(): value for name, value in NEEDED.items()})

    assert token(host.load()) == "the-token"


def test_a_misspelt_secret_file_is_named(host: Host) -> None:
    host.environment(NEEDED)
    host.secret_files({"DISCORD_TOKN": "x"})

    assert host.problems() == {
        "DISCORD_TOKN": "isn't a setting; DISCORD_TOKEN is probably meant",
    }


def test_a_secret_file_that_is_no_text_is_named(host: Host) -> None:
    host.secret_files(NEEDED)
    file = host.secrets / "GET3W_API_KEY"
    file.write_text("the-key", encoding="utf-16")

    assert host.problems() == {str(file): "can't be read: it isn't text in UTF-8"}


def test_a_secret_file_that_is_closed_is_named_with_what_opens_it(host: Host) -> None:
    file = host.secrets / "discord_token"
    error = SourceError("which names a field and no file")
    error.__cause__ = PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))

    problem = unreadable(error, host.env_file, host.secrets)

    assert (problem.variable, problem.what) == (str(file), "can't be read: Permission denied")
    assert "chmod 755 secrets && chmod 444 secrets/*" in problem.how


def test_the_env_file_wins_over_secret_files(host: Host) -> None:
    host.secret_files(NEEDED)
    host.env_file.write_text("DISCORD_TOKEN=from-env-file\n", encoding="utf-8")

    assert token(host.load()) == "from-env-file"


def test_the_environment_wins_over_the_env_file(host: Host) -> None:
    host.env_file.write_text("DISCORD_TOKEN=from-env-file\n", encoding="utf-8")
    host.environment({**NEEDED, "DISCORD_TOKEN": "from-environment"})

    assert token(host.load()) == "from-environment"


def test_an_empty_variable_hides_nothing(host: Host) -> None:
    host.secret_files(NEEDED)
    host.environment({"DISCORD_TOKEN": ""})

    assert token(host.load()) == "the-token"


def test_an_env_file_as_windows_writes_it_is_read(host: Host) -> None:
    host.environment(NEEDED)
    host.env_file.write_bytes("\ufeffLOG_LEVEL=warning\r\nSHUTDOWN_GRACE_S=5\r\n".encode())

    settings = host.load()

    assert (settings.log_level, settings.shutdown_grace_s) == ("WARNING", 5)


@pytest.mark.parametrize("wrapped", ['"{}"', "'{}'", " {} ", "{}\n", ' "{}" '])
def test_what_copying_and_quoting_leave_around_a_secret_is_taken_off(
    host: Host, wrapped: str
) -> None:
    host.environment({**NEEDED, "DISCORD_TOKEN": wrapped.format("the-token")})

    assert token(host.load()) == "the-token"


@pytest.mark.parametrize("value", ["a b", "a\nb", "a\x00b".replace("\x00", "\x1b"), "tökén"])
def test_a_secret_that_no_header_could_carry_is_refused(host: Host, value: str) -> None:
    host.environment({**NEEDED, "DISCORD_TOKEN": value})

    assert "can't be used" in host.problems()["DISCORD_TOKEN"]


def test_a_secret_of_spaces_is_empty(host: Host) -> None:
    host.environment({**NEEDED, "GET3W_API_KEY": "  "})

    assert host.problems() == {"GET3W_API_KEY": "is empty"}


def test_names_far_from_any_setting_are_ignored(host: Host) -> None:
    host.environment({**NEEDED, "DISCORD_GUILD_OF_MY_OTHER_BOT": "x", "GET3W_COLOUR": "red"})

    assert token(host.load()) == "the-token"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("0", (0,)), ("0,2", (0, 2)), ("0-2", (0, 1, 2)), ("3, 0-1", (3, 0, 1)), ("1,1,0-1", (1, 0))],
)
def test_shard_numbers_are_read_singly_and_as_ranges(
    host: Host, written: str, meant: tuple[int, ...]
) -> None:
    host.environment({**NEEDED, "SHARD_COUNT": "4", "SHARD_IDS": written})

    assert host.load().shard_ids == meant


@pytest.mark.parametrize("written", ["3-1", "0-", "-1", "0,,1", "a", "0-999999999", "1.5"])
def test_shard_numbers_that_name_nothing_sensible_are_refused(host: Host, written: str) -> None:
    host.environment({**NEEDED, "SHARD_COUNT": "4", "SHARD_IDS": written})

    assert "SHARD_IDS" in host.problems()


def test_a_shard_beyond_the_count_is_refused(host: Host) -> None:
    host.environment({**NEEDED, "SHARD_COUNT": "2", "SHARD_IDS": "1,2"})

    assert host.problems() == {"SHARD_IDS": "has a number that isn't below SHARD_COUNT"}


@pytest.mark.parametrize("address", ["https://", "ftp://x", "discord.com", "http://x:99999", ""])
def test_an_address_that_leads_nowhere_is_refused(host: Host, address: str) -> None:
    host.environment({**NEEDED, "DISCORD_API_URL": address or "://"})

    assert host.problems() == {
        "DISCORD_API_URL": "should be an address that begins with https://",
    }


def test_a_default_model_that_is_no_id_is_refused(host: Host) -> None:
    host.environment({**NEEDED, "DEFAULT_MODEL": "../../balance"})

    assert host.problems() == {"DEFAULT_MODEL": "should be a model's id such as get3w/flux-dev"}


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("GET3W_CONCURRENCY", "0", "should be at least 1"),
        ("GET3W_DEADLINE_S", "9e9", "should be at most 3600"),
        ("GET3W_DEADLINE_S", "0", "should be more than 0"),
        ("GET3W_DEADLINE_S", "soon", "should be a number"),
        ("PICTURES_IN_MEMORY", "1.5", "should be a whole number"),
        ("LOG_LEVEL", "loud", "should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
    ],
)
def test_a_value_outside_its_bounds_is_told_what_it_should_be(
    host: Host, name: str, value: str, what: str
) -> None:
    host.environment({**NEEDED, name: value})

    assert host.problems() == {name: what}
