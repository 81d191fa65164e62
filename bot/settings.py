"""What an operator can set: one flat, frozen object, built once when the program starts.

Each field is an environment variable of the same name in capitals. The environment wins over a
``.env`` file in the working directory, and that over files in ``/run/secrets``.
"""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.admission import HostRules
from bot.domain.ledgers import MICRODOLLARS
from bot.domain.models import ModelCeiling, is_model_id
from bot.domain.shards import shard_numbers
from bot.health import DEFAULT_PORT, read_place
from bot.storage.urls import DatabasePlace, PostgresServer, read_database_url

DISCORD_API_URL = "https://discord.com/api/v10"
GET3W_API_URL = "https://api.get3w.com/api/v3"


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _shard_numbers(value: object) -> object:
    return shard_numbers(value, socket.gethostname()) if isinstance(value, str) else value


def _listening_place(value: str) -> str:
    read_place(value)
    return value


def _servers(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(part == "*" or (part.isascii() and part.isdecimal()) for part in value):
        raise ValueError("should be ids of servers such as 1234567890123456789, or *")
    return value


def _secret(value: SecretStr) -> SecretStr:
    """Take off what copying and quoting leave around a secret."""
    secret = value.get_secret_value().strip().strip("\"'").strip()
    if not secret:
        raise ValueError("is empty")
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise ValueError("can't be used: there is a space, a line break or a foreign letter in it")
    return SecretStr(secret)


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        # As a resolver is asked for it: an empty label raises, as in https://api..get3w.com.
        host = (parts.hostname or "").encode("idna")
        usable = parts.scheme in {"http", "https"} and host and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("should be an address that begins with https://")
    return value.rstrip("/")


def _model_id(value: str) -> str:
    if not is_model_id(value):
        raise ValueError("should be a model's id such as get3w/flux-dev")
    return value


def _capitals(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _small(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _database_address(value: SecretStr) -> SecretStr:
    """Take off what copying leaves around it, and see that it can be read."""
    address = value.get_secret_value().strip().strip("\"'").strip()
    read_database_url(address)
    return SecretStr(address)


def _alert_address(value: SecretStr) -> SecretStr:
    return SecretStr(_web_address(value.get_secret_value().strip().strip("\"'").strip()))


Secret = Annotated[SecretStr, AfterValidator(_secret)]
DatabaseAddress = Annotated[SecretStr, AfterValidator(_database_address)]
AlertAddress = Annotated[SecretStr, AfterValidator(_alert_address)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
ServerIds = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_servers)]
ShardNumbers = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_shard_numbers)]
ModelId = Annotated[str, AfterValidator(_model_id)]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_capitals)]
LogFormat = Annotated[Literal["auto", "text", "json"], BeforeValidator(_small)]
ListeningPlace = Annotated[str, AfterValidator(_listening_place)]
Switch = bool


class Settings(BaseSettings):
    """Everything that an operator decides; each description says how to come by a value."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    discord_token: Secret = Field(
        description="The bot's token. Discord's developer portal → your application → Bot →"
        " Reset Token."
    )
    get3w_api_key: Secret = Field(
        description="The key of the image API. Your Get3W account → API keys; a key works only"
        " after the account's first top-up."
    )
    discord_api_url: WebAddress = Field(
        DISCORD_API_URL,
        description="Where Discord is. Another value moves REST and gateway together: the"
        " gateway is then the one that GET {DISCORD_API_URL}/gateway/bot names.",
    )
    get3w_api_url: WebAddress = Field(GET3W_API_URL, description="Where the image API is.")
    database_url: DatabaseAddress = Field(
        SecretStr("sqlite:///data/imagine.sqlite3"),
        description="Where the bot keeps what it has to remember: a SQLite file, or"
        " postgresql://user:password@host/database for several processes.",
    )
    default_model: ModelId = Field(
        "get3w/flux-dev", description="The model that is used when a member names none."
    )
    allowed_models: Names = Field(
        ("*",),
        description="The models that may be used at all: ids and globs by comma, such as"
        " get3w/flux-dev,google/*, or * for all.",
    )
    budget_usd_per_day: float = Field(
        5,
        ge=0,
        le=1_000_000,
        description="Dollars that all servers together may spend in a day of UTC; 0 for no limit."
        " A picture of unknown price is booked at $0.05.",
    )
    member_pictures_per_day: int = Field(
        20,
        ge=0,
        le=1_000_000,
        description="Pictures that one member may make in a day of UTC, over all servers; 0 for"
        " no limit.",
    )
    servers: ServerIds = Field(
        ("*",),
        description="The servers where the bot works: their ids by comma, or * for all. Elsewhere"
        " it says that it isn't set up.",
    )
    direct_messages: Switch = Field(
        default=False, description="Make pictures in direct messages to the bot too."
    )
    paused: Switch = Field(
        default=False,
        description="Make no pictures anywhere; members are told that the bot takes a break.",
    )
    get3w_concurrency: int = Field(
        2, ge=1, le=10_000, description="Pictures made at once; what your Get3W tier allows."
    )
    member_waiting_max: int = Field(
        10, ge=1, le=1000, description="Pictures of one member that may wait in line, everywhere."
    )
    get3w_stream: Switch = Field(
        default=True,
        description="Ask for a stream of events. Off: every picture is a task that is asked for"
        " from time to time; it can be cancelled at the API, but has only estimated percentages.",
    )
    get3w_connect_timeout_s: float = Field(
        10, gt=0, le=120, description="Seconds to wait for a connection to the image API."
    )
    get3w_silence_timeout_s: float = Field(
        60, gt=0, le=600, description="Seconds without a byte after which a stream counts as lost."
    )
    get3w_progress_timeout_s: float = Field(
        180, gt=0, le=3600, description="Seconds without progress after which a stream is given up."
    )
    get3w_deadline_s: float = Field(
        600, gt=0, le=3600, description="Seconds from submission after which a picture is given up."
    )
    pictures_in_memory: int = Field(
        16, ge=0, le=1000, description="Pictures held in memory at once; more go to disk meanwhile."
    )
    pictures_on_disk_mb: int = Field(
        2000,
        ge=0,
        le=100_000_000,
        description="Megabytes of disk for pictures that were delivered, so that they can be shown"
        " again; 0 to keep none.",
    )
    shutdown_grace_s: float = Field(
        60, ge=0, le=600, description="Seconds for pictures under way to finish when asked to stop."
    )
    retention_days_max: int = Field(
        90,
        ge=1,
        le=90,
        description="Days for which a server's counts and log are kept at most; moderators choose"
        " fewer.",
    )
    shard_count: int | None = Field(
        None, ge=1, description="Shards over all processes; empty: as many as Discord recommends."
    )
    shard_ids: ShardNumbers = Field(
        (),
        description="The shards of this process, such as 0,1 or 0-3; empty: all of them. auto:2"
        " takes two for each replica, by the number at the end of its host's name.",
    )
    http_port: ListeningPlace = Field(
        DEFAULT_PORT,
        description="Where health and metrics are served: a port; 127.0.0.1:8080 for this machine"
        " alone; 0 for nowhere.",
    )
    log_level: LogLevel = Field(
        "INFO",
        description="How much is logged: DEBUG, INFO, WARNING or ERROR; no secret at any level.",
    )
    log_format: LogFormat = Field(
        "auto",
        description="How it is written: text for people, json for collectors; auto: text on a"
        " terminal, json where there is none.",
    )
    alert_url: AlertAddress | None = Field(
        None,
        description="Where you are told of what needs you, such as a budget that is nearly used or"
        " an account that is refused: a webhook of Discord's or Slack's kind, or an ntfy topic.",
    )

    @property
    def ceiling(self) -> ModelCeiling:
        """``ALLOWED_MODELS`` as a rule."""
        return ModelCeiling(self.allowed_models)

    @property
    def discord_moved(self) -> bool:
        """Whether Discord is elsewhere than it always is."""
        return self.discord_api_url != DISCORD_API_URL

    @property
    def host_rules(self) -> HostRules:
        """What holds in every server."""
        everywhere = "*" in self.servers
        return HostRules(
            self.ceiling,
            server_ids=None if everywhere else frozenset(map(int, self.servers)),
            direct_messages=self.direct_messages,
            microdollars_per_day=round(self.budget_usd_per_day * MICRODOLLARS) or None,
            member_pictures_per_day=self.member_pictures_per_day or None,
        )

    @property
    def database(self) -> DatabasePlace:
        """``DATABASE_URL``, read."""
        return read_database_url(self.database_url.get_secret_value())

    @property
    def secrets(self) -> tuple[str, ...]:
        """What may never be seen, in a log or anywhere else."""
        place = self.database
        password = place.password if isinstance(place, PostgresServer) else None
        secrets = (self.discord_token, self.get3w_api_key, self.alert_url)
        return (*(secret.get_secret_value() for secret in secrets if secret), password or "")

    @model_validator(mode="after")
    def _fit_together(self) -> "Settings":
        """Raise one error with a line for each variable that doesn't fit another."""
        misfits = list(self._misfits())
        if misfits:
            raise ValueError("\n".join(misfits))
        return self

    def _misfits(self) -> Iterator[str]:
        if not self.ceiling.admits(self.default_model):
            yield "DEFAULT_MODEL isn't among ALLOWED_MODELS; add it there or change it"
        if self.shard_ids and self.shard_count is None:
            yield "SHARD_COUNT is missing; SHARD_IDS needs it"
        elif self.shard_ids and max(self.shard_ids) >= (self.shard_count or 0):
            yield "SHARD_IDS has a number that isn't below SHARD_COUNT"


SECRETS_FOLDER = Path("/run/secrets")
ENV_FILE = Path(".env")
