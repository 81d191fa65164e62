"""Reading the settings, and saying what is wrong with them without saying what they are."""

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource, SecretsSettingsSource

from bot.settings import ENV_FILE, SECRETS_FOLDER, Settings

# A name this like a known one is a slip: DISCORD_TOKN is .96, DISCORD_API_URL to GET3W_API_URL .71.
_SLIP_RATIO = 0.88
# Next to a missing name even a distant cousin is worth a hint: GET3W_KEY to GET3W_API_KEY is .82.
_COUSIN_RATIO = 0.75
# Some editors put a mark at the beginning, which would become part of the first name.
_ENCODING = "utf-8-sig"
# The library's own words for these speak of parsing.
_PLAINLY: Mapping[str, str] = {
    "bool_parsing": "write on or off",
    "int_parsing": "write a whole number",
    "float_parsing": "write a number",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one variable, without its value."""

    variable: str
    what: str
    how: str = ""


class SettingsError(Exception):
    """The settings don't allow a start.

    Attributes
    ----------
    problems
        What is wrong, a line for each; no value of any variable is in it.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems


def load_settings(env_file: Path = ENV_FILE, secrets_folder: Path = SECRETS_FOLDER) -> Settings:
    """Build the settings from the environment, a ``.env`` file and secret files.

    Raises
    ------
    SettingsError
        Where a name is missing or misspelt, or a value can't be used.
    """
    try:
        names = {*os.environ, *_names_in(env_file), *_names_of_files(secrets_folder)}
    except (OSError, UnicodeDecodeError):
        raise SettingsError((Problem(str(env_file), "can't be read as UTF-8 text"),)) from None
    slips = tuple(_slips(names))
    try:
        settings = Settings.model_validate(_values(env_file, secrets_folder))
    except ValidationError as error:
        raise SettingsError((*_problems(error, names), *slips)) from None
    if slips:
        raise SettingsError(slips)
    return settings


def _values(env_file: Path, secrets_folder: Path) -> dict[str, object]:
    values: dict[str, object] = {}
    if secrets_folder.is_dir():
        values |= SecretsSettingsSource(Settings, secrets_dir=secrets_folder)()
    if env_file.is_file():
        values |= DotEnvSettingsSource(Settings, env_file=env_file, env_file_encoding=_ENCODING)()
    return values | EnvSettingsSource(Settings)()


def known_names() -> list[str]:
    """List every variable, in the order of the fields."""
    return [name.upper() for name in Settings.model_fields]


def written(error: SettingsError) -> str:
    """Write the problems for a terminal."""
    width = max(len(problem.variable) for problem in error.problems)
    lines = ["The bot can't start yet. Please look at:", ""]
    for problem in error.problems:
        lines.append(f"  {problem.variable:<{width}}  {problem.what}")
        if problem.how:
            lines.append(f"  {'':<{width}}  {problem.how}")
    lines += ["", "Set them in the environment or in a file .env (.env.example shows how)."]
    return "\n".join(lines)


def _names_in(env_file: Path) -> Iterable[str]:
    return dotenv_values(env_file, encoding=_ENCODING) if env_file.is_file() else ()


def _names_of_files(folder: Path) -> Iterable[str]:
    return (path.name for path in folder.iterdir()) if folder.is_dir() else ()


def _slips(names: Iterable[str]) -> Iterable[Problem]:
    known = known_names()
    for name in sorted({name.upper() for name in names} - set(known)):
        for meant in difflib.get_close_matches(name, known, n=1, cutoff=_SLIP_RATIO):
            yield Problem(name, f"isn't a setting; {meant} is probably meant")


def _problems(error: ValidationError, names: Iterable[str]) -> Iterable[Problem]:
    for detail in error.errors(include_input=False, include_context=False, include_url=False):
        yield _missing(detail, names) if detail["type"] == "missing" else _wrong(detail)


def _missing(detail: ErrorDetails, names: Iterable[str]) -> Problem:
    field = str(detail["loc"][0])
    variable = field.upper()
    unknown = [name for name in names if name.upper() not in known_names()]
    cousins = difflib.get_close_matches(variable, unknown, n=1, cutoff=_COUSIN_RATIO)
    hint = f"; is {cousins[0]} meant for it?" if cousins else ""
    return Problem(variable, f"is missing{hint}", Settings.model_fields[field].description or "")


def _wrong(detail: ErrorDetails) -> Problem:
    said = detail["msg"].removeprefix("Value error, ")
    if not detail["loc"]:
        variable, _, what = said.partition(" ")
        return Problem(variable, what)
    field = str(detail["loc"][0])
    what = _PLAINLY.get(detail["type"]) or said.replace("Input should be", "should be", 1)
    return Problem(field.upper(), what, Settings.model_fields[field].description or "")
