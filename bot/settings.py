"""What an operator can set: one flat, frozen object, built once when the program starts.

Each field is an environment variable of the same name in capitals. The environment wins over a
``.env`` file in the working directory, and that over files in ``/run/secrets``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.models import ModelCeiling, is_model_id

DISCORD_API_URL = "https://discord.com/api/v10"
GET3W_API_URL = "https://api.get3w.com/api/v3"
# Keeps a slip in a range from filling the memory.
_SHARD_MAX_DIGITS = 5
_NO_ADDRESS = "write an address that begins with https://"


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _shard_numbers(value: object) -> object:
    """Read ``0,2`` and ranges such as ``0-3``."""
    if not isinstance(value, str):
        return value
    numbers = (number for part in value.split(",") for number in _shard_range(part.strip()))
    return tuple(dict.fromkeys(numbers))


def _shard_range(part: str) -> Iterator[int]:
    first, dash, last = part.partition("-")
    ends = (first, last) if dash else (first, first)
    if not all(end.isascii() and end.isdecimal() and len(end) <= _SHARD_MAX_DIGITS for end in ends):
        raise ValueError("write shard numbers such as 0,1,2 or 0-2")
    lowest, highest = map(int, ends)
    if lowest > highest:
        raise ValueError("write the smaller number of a range first, such as 0-2")
    yield from range(lowest, highest + 1)


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _not_empty(value: SecretStr) -> SecretStr:
    if not value.get_secret_value():
        raise ValueError("is empty")
    return value


def _model_id(value: str) -> str:
    if not is_model_id(value):
        raise ValueError("write a model's id such as get3w/flux-dev")
    return value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:
        # Its own words may quote the address, and that may hold a password.
        raise ValueError(_NO_ADDRESS) from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError(_NO_ADDRESS)
    return value.rstrip("/")


Secret = Annotated[SecretStr, BeforeValidator(_stripped), AfterValidator(_not_empty)]
WebAddress = Annotated[str, BeforeValidator(_stripped), AfterValidator(_web_address)]
ModelId = Annotated[str, BeforeValidator(_stripped), AfterValidator(_model_id)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
ShardNumbers = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_shard_numbers)]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]


class Settings(BaseSettings):
    """Everything that an operator decides; each description says how to come by a value."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
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
    default_model: ModelId = Field(
        "get3w/flux-dev", description="The model that is used when a member names none."
    )
    allowed_models: Names = Field(
        ("*",),
        description="The models that may be used at all: ids and globs by comma, such as"
        " get3w/flux-dev,google/*, or * for all.",
    )
    get3w_concurrency: int = Field(
        2, ge=1, le=10_000, description="Pictures made at once; what your Get3W tier allows."
    )
    get3w_stream: bool = Field(
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
    shutdown_grace_s: float = Field(
        60, ge=0, le=600, description="Seconds for pictures under way to finish when asked to stop."
    )
    shard_count: int | None = Field(
        None, ge=1, description="Shards over all processes; empty: as many as Discord recommends."
    )
    shard_ids: ShardNumbers = Field(
        (), description="The shards of this process, such as 0,1 or 0-3; empty: all of them."
    )
    log_level: LogLevel = Field(
        "INFO",
        description="How much is logged: DEBUG, INFO, WARNING or ERROR; no secret at any level.",
    )

    @property
    def ceiling(self) -> ModelCeiling:
        """``ALLOWED_MODELS`` as a rule."""
        return ModelCeiling(self.allowed_models)

    @model_validator(mode="after")
    def _default_model_is_allowed(self) -> "Settings":
        if not self.ceiling.admits(self.default_model):
            raise ValueError("DEFAULT_MODEL isn't among ALLOWED_MODELS; add it there or change it")
        return self

    @model_validator(mode="after")
    def _shard_ids_fit_the_count(self) -> "Settings":
        if self.shard_ids and self.shard_count is None:
            raise ValueError("SHARD_IDS needs SHARD_COUNT")
        if self.shard_count is not None and any(i >= self.shard_count for i in self.shard_ids):
            raise ValueError("SHARD_IDS must be smaller than SHARD_COUNT")
        return self


SECRETS_FOLDER = Path("/run/secrets")
ENV_FILE = Path(".env")
