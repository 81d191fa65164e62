"""Settings that are read although some are wrong: the rest of them, and where each is from."""

from pathlib import Path

import pytest

from bot.settings_report import SettingsError
from bot.settings_sources import Reading, ShownSetting, load_for_database, read_leniently


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def read(env_file: Path, *lines: str) -> Reading:
    env_file.write_text("\n".join(lines), encoding="utf-8")
    return read_leniently(env_file, env_file.parent / "secrets")


def shown(reading: Reading, name: str) -> ShownSetting:
    return next(setting for setting in reading.shown if setting.name == name)


def test_what_is_right_is_read_beside_what_is_wrong(env_file: Path) -> None:
    reading = read(env_file, "SHARD_IDS=x", "PAUSED=on", "DISCORD_TOKEN=abc")

    assert reading.settings.paused
    assert reading.settings.shard_ids == ()
    assert reading.settings.discord_token.get_secret_value() == "abc"
    assert reading.missing == {"get3w_api_key"}
    assert {problem.variable for problem in reading.problems} == {"SHARD_IDS", "GET3W_API_KEY"}


def test_a_default_outside_the_ceiling_is_kept_to_be_looked_at(env_file: Path) -> None:
    reading = read(env_file, "ALLOWED_MODELS=google/*", "DEFAULT_MODEL=get3w/flux-dve")

    assert reading.settings.default_model == "get3w/flux-dve"
    assert "DEFAULT_MODEL" in {problem.variable for problem in reading.problems}


@pytest.mark.parametrize("line", ["SHARD_IDS=1", "SHARD_IDS=5\nSHARD_COUNT=2"])
def test_shards_that_do_not_fit_are_left_out(env_file: Path, line: str) -> None:
    assert read(env_file, line).settings.shard_ids == ()


def test_a_file_that_cannot_be_read_leaves_the_others(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAUSED", "on")
    env_file.write_bytes(b"\xff\xfe")

    reading = read_leniently(env_file, env_file.parent / "secrets")

    assert reading.settings.paused
    assert "can't be read" in reading.problems[0].what


def test_a_secret_that_cannot_be_read_leaves_the_env_file(env_file: Path) -> None:
    secrets = env_file.parent / "secrets"
    secrets.mkdir()
    (secrets / "discord_token").write_text("abc", encoding="utf-16")

    reading = read(env_file, "PAUSED=on")

    assert reading.settings.paused
    assert reading.problems[0].variable == str(secrets / "discord_token")


def test_each_value_is_shown_with_the_place_that_won(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = env_file.parent / "secrets"
    secrets.mkdir()
    (secrets / "discord_token").write_text("abc", encoding="utf-8")
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")

    reading = read(env_file, "LOG_LEVEL=INFO", "PAUSED=on")

    assert shown(reading, "DISCORD_TOKEN") == ShownSetting(
        "DISCORD_TOKEN", "[hidden]", str(secrets)
    )
    assert shown(reading, "LOG_LEVEL") == ShownSetting("LOG_LEVEL", "DEBUG", "environment")
    assert shown(reading, "PAUSED") == ShownSetting("PAUSED", "on", str(env_file))
    assert shown(reading, "SHARD_COUNT") == ShownSetting("SHARD_COUNT", "", "default")
    assert shown(reading, "GET3W_API_KEY") == ShownSetting("GET3W_API_KEY", "", "not set")


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("DATABASE_URL", "postgres://ada:horse@db:5433/p", "postgresql://ada:[hidden]@db:5433/p"),
        ("DATABASE_URL", "sqlite:///a/b.db", "sqlite:///a/b.db"),
        ("DATABASE_URL", "mysql://ada:horse@db/p", "[hidden]"),
        ("ALERT_URL", "https://ntfy.sh/horse", "https://ntfy.sh/[hidden]"),
        ("GET3W_API_URL", "https://horse@api.example/v3", "https://api.example/v3"),
        ("GET3W_CONCURRENCY", "horse", "[hidden]"),
    ],
)
def test_nothing_secret_is_shown(env_file: Path, name: str, given: str, value: str) -> None:
    reading = read(env_file, f"{name}={given}")

    assert shown(reading, name).value == value


def for_database(env_file: Path, *lines: str) -> str:
    env_file.write_text("\n".join(lines), encoding="utf-8")
    settings = load_for_database(env_file, env_file.parent / "secrets")
    return settings.database_url.get_secret_value()


def test_what_needs_the_database_alone_needs_no_token(env_file: Path) -> None:
    assert for_database(env_file, "SHARD_IDS=x", "DATABASE_URL=sqlite:///a.db") == "sqlite:///a.db"


@pytest.mark.parametrize("line", ["DATABASE_URL=mysql://x", "DATABSE_URL=sqlite:///a.db"])
def test_nothing_is_done_where_it_is_not_sure_which_database_is_meant(
    env_file: Path, line: str
) -> None:
    with pytest.raises(SettingsError):
        for_database(env_file, line)


def test_a_place_that_cannot_be_read_may_name_another_database(env_file: Path) -> None:
    env_file.write_bytes(b"\xff\xfe")

    with pytest.raises(SettingsError):
        load_for_database(env_file, env_file.parent / "secrets")


def test_what_was_refused_counts_as_secret_and_so_does_what_a_stronger_place_covers(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GET3W_API_KEY", "the key that wins")

    reading = read(env_file, "GET3W_API_KEY=the key that is covered", "SHARD_IDS=a token, perhaps")

    assert {"the key that wins", "the key that is covered", "a token, perhaps"} <= {
        *reading.secrets
    }
