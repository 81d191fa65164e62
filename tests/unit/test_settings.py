"""Settings, each form of each of them, and what is said of wrong ones."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from bot.settings_report import Problem, SettingsError, known_names, load_settings, written

TOKEN, KEY = "token-for-discord", "key-for-get3w"


class Host:
    """A machine whose environment, ``.env`` and secret files belong to the test."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.env_file = folder / ".env"
        self.secrets = folder / "secrets"
        # The only variable of ours that is no setting, and near enough to one to be hinted at.
        monkeypatch.delenv("DISCORD_OPENAPI", raising=False)
        self.environment(DISCORD_TOKEN=TOKEN, GET3W_API_KEY=KEY)

    def environment(self, **values: str) -> None:
        for name, value in values.items():
            self._monkeypatch.setenv(name, value)

    def without(self, *names: str) -> None:
        for name in names:
            self._monkeypatch.delenv(name)

    def dot_env(self, *lines: str, encoding: str = "utf-8") -> None:
        self.env_file.write_text("\n".join(lines), encoding=encoding)

    def secret_file(self, name: str, value: str) -> None:
        self.secrets.mkdir(exist_ok=True)
        (self.secrets / name).write_text(value)

    def load(self) -> Settings:
        return load_settings(self.env_file, self.secrets)

    def problems(self, **values: str) -> tuple[Problem, ...]:
        self.environment(**values)
        with pytest.raises(SettingsError) as refused:
            self.load()
        return refused.value.problems

    def problem(self, **values: str) -> Problem:
        (problem,) = self.problems(**values)
        return problem


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    for name in {name.upper() for name in os.environ} & set(known_names()):
        monkeypatch.delenv(name)
    return Host(tmp_path, monkeypatch)


def test_two_secrets_are_enough(host: Host) -> None:
    settings = host.load()

    assert settings.discord_token.get_secret_value() == TOKEN
    assert settings.get3w_api_key.get_secret_value() == KEY
    assert settings.default_model == "get3w/flux-dev"
    assert settings.allowed_models == ("*",)


def test_settings_cannot_be_changed(host: Host) -> None:
    settings = host.load()

    with pytest.raises(ValidationError):
        settings.log_level = "DEBUG"


def test_no_secret_shows_in_the_settings_as_text(host: Host) -> None:
    assert TOKEN not in repr(host.load())
    assert KEY not in str(host.load().model_dump())


def test_blanks_around_a_value_do_not_count(host: Host) -> None:
    host.environment(DISCORD_TOKEN=f" {TOKEN}\n", DEFAULT_MODEL=" a/b ", LOG_LEVEL=" info ")

    settings = host.load()

    assert settings.discord_token.get_secret_value() == TOKEN
    assert settings.default_model == "a/b"
    assert settings.log_level == "INFO"


@pytest.mark.parametrize(
    ("text", "value"), [("on", True), ("true", True), ("1", True), ("off", False), ("no", False)]
)
def test_a_switch_is_on_or_off(host: Host, text: str, *, value: bool) -> None:
    host.environment(GET3W_STREAM=text)

    assert host.load().get3w_stream is value


@pytest.mark.parametrize(
    ("text", "value"),
    [("a/b", ("a/b",)), ("a/b, c/*,,get3w/flux-dev", ("a/b", "c/*", "get3w/flux-dev"))],
)
def test_models_are_listed_by_comma(host: Host, text: str, value: tuple[str, ...]) -> None:
    host.environment(ALLOWED_MODELS=text, DEFAULT_MODEL=value[-1])

    assert host.load().allowed_models == value
    assert host.load().ceiling.admits(value[0])


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", (0,)), ("0,2", (0, 2)), ("1-3", (1, 2, 3)), ("0, 2-3", (0, 2, 3)), ("1,1-2", (1, 2))],
)
def test_shards_are_listed_by_number_and_range(
    host: Host, text: str, value: tuple[int, ...]
) -> None:
    host.environment(SHARD_IDS=text, SHARD_COUNT="4")

    assert host.load().shard_ids == value


@pytest.mark.parametrize("text", ["a", "-1", "1-", "0,,1", "1.5", "٣", "0-9999999999"])
def test_what_is_no_shard_number_is_refused(host: Host, text: str) -> None:
    problem = host.problem(SHARD_IDS=text, SHARD_COUNT="4")

    assert problem.variable == "SHARD_IDS"
    assert problem.what == "should be shard numbers such as 0,1,2 or 0-2"


def test_a_range_of_shards_the_wrong_way_round_is_refused(host: Host) -> None:
    assert "smaller number" in host.problem(SHARD_IDS="3-1", SHARD_COUNT="4").what


def test_shards_need_their_count(host: Host) -> None:
    problem = host.problem(SHARD_IDS="0")

    assert problem.variable == "SHARD_COUNT"
    assert "SHARD_IDS" in problem.what


def test_a_shard_beyond_the_count_is_refused(host: Host) -> None:
    problem = host.problem(SHARD_IDS="0-4", SHARD_COUNT="4")

    assert problem.variable == "SHARD_IDS"
    assert problem.what == "has a number that isn't below SHARD_COUNT"


def test_an_address_loses_its_last_slash(host: Host) -> None:
    host.environment(DISCORD_API_URL="http://127.0.0.1:8000/api/v10/")

    assert host.load().discord_api_url == "http://127.0.0.1:8000/api/v10"


@pytest.mark.parametrize(
    "text",
    ["discord.com", "ftp://x.example", "https://", "https://[x]", "https://api..get3w.com"],
)
def test_what_is_no_web_address_is_refused(host: Host, text: str) -> None:
    problem = host.problem(GET3W_API_URL=text)

    assert problem.variable == "GET3W_API_URL"
    assert problem.what == "should be an address that begins with https://"


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("GET3W_STREAM", "maybe", "should be on or off"),
        ("GET3W_CONCURRENCY", "two", "should be a whole number"),
        ("GET3W_CONCURRENCY", "0", "should be at least 1"),
        ("SHUTDOWN_GRACE_S", "soon", "should be a number"),
        ("SHUTDOWN_GRACE_S", "nan", "should be at most 600"),
        ("LOG_LEVEL", "LOUD", "should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("DEFAULT_MODEL", "flux-dev", "should be a model's id such as get3w/flux-dev"),
        ("DISCORD_TOKEN", "   ", "is empty"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(
    host: Host, name: str, value: str, what: str
) -> None:
    problem = host.problem(**{name: value})

    assert (problem.variable, problem.what) == (name, what)
    assert problem.how == Settings.model_fields[name.lower()].description


def test_the_address_of_alerts_is_a_secret(host: Host) -> None:
    host.environment(ALERT_URL=' "https://discord.com/api/webhooks/1/xyz" ')

    settings = host.load()

    assert "https://discord.com/api/webhooks/1/xyz" in settings.secrets
    assert "xyz" not in repr(settings)


def test_without_an_address_of_alerts_there_is_one_secret_less(host: Host) -> None:
    assert host.load().alert_url is None


@pytest.mark.parametrize("text", ["ntfy.sh/topic", "ftp://x.example/a", "https://"])
def test_an_address_of_alerts_has_to_be_a_web_address(host: Host, text: str) -> None:
    problem = host.problem(ALERT_URL=text)

    assert problem.variable == "ALERT_URL"
    assert problem.what == "should be an address that begins with https://"


def test_a_default_model_outside_the_ceiling_is_refused(host: Host) -> None:
    problem = host.problem(ALLOWED_MODELS="a/*")

    assert problem.variable == "DEFAULT_MODEL"
    assert "ALLOWED_MODELS" in problem.what


def test_missing_names_are_listed_with_how_to_get_them(host: Host) -> None:
    host.without("DISCORD_TOKEN", "GET3W_API_KEY")

    token, key = host.problems()

    assert (token.variable, token.what) == ("DISCORD_TOKEN", "is missing")
    assert "Reset Token" in token.how
    assert key.variable == "GET3W_API_KEY"


def test_an_empty_value_counts_as_missing(host: Host) -> None:
    assert host.problem(DISCORD_TOKEN="").what == "is missing"


def test_all_wrong_values_are_told_at_once(host: Host) -> None:
    host.without("DISCORD_TOKEN")

    problems = host.problems(LOG_LEVEL="LOUD", GET3W_STREAM="maybe", SHARD_ID="0")

    names = [problem.variable for problem in problems]
    assert names == ["DISCORD_TOKEN", "GET3W_STREAM", "LOG_LEVEL", "SHARD_ID"]


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("DISCORD_TOKN", "DISCORD_TOKEN"),
        ("ALLOWED_MODEL", "ALLOWED_MODELS"),
        ("SHARDS_COUNT", "SHARD_COUNT"),
        ("get3w_api_keys", "GET3W_API_KEY"),
    ],
)
def test_a_misspelt_name_stops_the_start_and_says_which_was_meant(
    host: Host, slip: str, meant: str
) -> None:
    problem = host.problem(**{slip: "x"})

    assert problem == Problem(slip.upper(), f"isn't a setting; {meant} is probably meant")


def test_a_misspelt_name_in_the_file_stops_the_start_too(host: Host) -> None:
    host.dot_env("LOG_LEVL=DEBUG")

    assert host.problem().variable == "LOG_LEVL"


def test_a_misspelt_secret_file_stops_the_start_too(host: Host) -> None:
    host.secret_file("discord_tokens", "x")

    assert host.problem().what == "isn't a setting; DISCORD_TOKEN is probably meant"


@pytest.mark.parametrize("name", ["PATH_TO_TOKENS", "DISCORD_GUILD", "LOGS", "SHARD"])
def test_names_of_other_programs_are_ignored(host: Host, name: str) -> None:
    host.environment(**{name: "x"})

    assert host.load()


def test_beside_a_missing_name_a_distant_likeness_is_worth_a_hint(host: Host) -> None:
    host.without("GET3W_API_KEY")

    assert host.problem(GET3W_KEY=KEY).what == "is missing; is GET3W_KEY meant for it?"


def test_the_environment_wins_over_the_file_and_that_over_secret_files(host: Host) -> None:
    host.without("DISCORD_TOKEN", "GET3W_API_KEY")
    host.secret_file("discord_token", "from-a-secret-file")
    host.secret_file("get3w_api_key", "from-a-secret-file")
    host.secret_file("default_model", "from/secret-file")
    host.dot_env("GET3W_API_KEY=from-dot-env", "DEFAULT_MODEL=from/dot-env")
    host.environment(DEFAULT_MODEL="from/environment")

    settings = host.load()

    assert settings.discord_token.get_secret_value() == "from-a-secret-file"
    assert settings.get3w_api_key.get_secret_value() == "from-dot-env"
    assert settings.default_model == "from/environment"


def test_an_empty_variable_does_not_hide_the_file(host: Host) -> None:
    host.environment(LOG_LEVEL="")
    host.dot_env("LOG_LEVEL=DEBUG")

    assert host.load().log_level == "DEBUG"


def test_a_secret_file_may_end_with_a_line_break(host: Host) -> None:
    host.without("DISCORD_TOKEN")
    host.secret_file("DISCORD_TOKEN", f"{TOKEN}\n")

    assert host.load().discord_token.get_secret_value() == TOKEN


def test_the_mark_that_some_editors_put_first_does_no_harm(host: Host) -> None:
    host.dot_env("LOG_LEVEL=DEBUG", encoding="utf-8-sig")

    assert host.load().log_level == "DEBUG"


def test_a_file_that_is_no_text_ends_the_start_in_words(host: Host) -> None:
    host.dot_env("LOG_LEVEL=DEBUG", encoding="utf-16")

    problem = host.problem()

    assert str(host.env_file) in problem.variable
    assert problem.what == "can't be read: it isn't text in UTF-8"


@pytest.mark.parametrize("name", known_names())
def test_no_value_of_any_setting_is_repeated(host: Host, name: str) -> None:
    value = "s3cr3t value://"
    host.without("GET3W_API_KEY")
    host.environment(**{name: value, "LOG_LEVEL": value})

    with pytest.raises(SettingsError) as refused:
        host.load()

    assert "s3cr3t" not in written(refused.value)
    assert "s3cr3t" not in repr(refused.value)
    assert refused.value.__cause__ is None


def test_the_problems_are_written_as_an_aligned_list() -> None:
    error = SettingsError(
        (
            Problem("DISCORD_TOKEN", "is missing", "Look in the portal."),
            Problem("LOG_LEVL", "isn't a setting; LOG_LEVEL is probably meant"),
        )
    )

    lines = written(error).splitlines()

    assert "  DISCORD_TOKEN  is missing" in lines
    assert "                 Look in the portal." in lines
    assert "  LOG_LEVL       isn't a setting; LOG_LEVEL is probably meant" in lines
