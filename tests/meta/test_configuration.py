"""Every setting is described where operators look: in ``.env.example`` and the documents."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from bot.settings_report import known_names, load_settings
from tests.meta.sources import ROOT


@dataclass(frozen=True)
class Entry:
    """What a document says of one setting; ``None`` where it must be set."""

    default: str | None
    meaning: str


def expected() -> dict[str, Entry]:
    return {
        name.upper(): Entry(
            None if field.is_required() else written(field.default), field.description or ""
        )
        for name, field in Settings.model_fields.items()
    }


def written(default: object) -> str:
    if default is None:
        return ""
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, bool):
        return "on" if default else "off"
    if isinstance(default, tuple):
        return ",".join(str(part) for part in default)
    return f"{default:g}" if isinstance(default, int | float) else str(default)


def in_example(text: str) -> Mapping[str, Entry]:
    """Read paragraphs: the meaning as comments, then the name with its default."""
    entries: dict[str, Entry] = {}
    for paragraph in text.split("\n\n"):
        *comments, last = paragraph.strip().splitlines()
        setting = re.fullmatch(r"(# )?([A-Z0-9_]+)=(.*)", last)
        if setting:
            meaning = " ".join(comment.removeprefix("# ") for comment in comments)
            entries[setting[2]] = Entry(setting[3] if setting[1] else None, meaning)
    return entries


def in_table(text: str) -> Mapping[str, Entry]:
    """Read the rows of all tables; a star is escaped there."""
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \| (.*?) \| (.*) \|$", text, re.MULTILINE)
    words: dict[str, str | None] = {"must be set": None, "empty": ""}
    return {
        name: Entry(words.get(default, default.strip("`")), meaning.replace("\\*", "*"))
        for name, default, meaning in rows
    }


def example() -> str:
    return (ROOT / ".env.example").read_text(encoding="utf-8")


def document() -> str:
    return (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", known_names())
def test_the_example_describes_every_setting(name: str) -> None:
    assert in_example(example()).get(name) == expected()[name]


@pytest.mark.parametrize("name", known_names())
def test_the_document_describes_every_setting(name: str) -> None:
    assert in_table(document()).get(name) == expected()[name]


def test_the_example_and_the_document_name_nothing_else() -> None:
    assert set(in_example(example())) == set(known_names())
    assert set(in_table(document())) == set(known_names())


def test_every_setting_says_in_a_sentence_what_it_is() -> None:
    for name, entry in expected().items():
        assert entry.meaning.endswith("."), name


def test_the_example_becomes_settings_once_the_secrets_are_filled_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in known_names():
        monkeypatch.delenv(name, raising=False)
    filled = re.sub(r"^(DISCORD_TOKEN|GET3W_API_KEY)=$", r"\1=x", example(), flags=re.MULTILINE)
    uncommented = re.sub(r"^# (?=[A-Z0-9_]+=)", "", filled, flags=re.MULTILINE)
    (tmp_path / ".env").write_text(uncommented, encoding="utf-8")

    settings = load_settings(tmp_path / ".env", tmp_path / "none")

    defaults = {n: f.default for n, f in Settings.model_fields.items() if not f.is_required()}
    assert settings.model_dump(include=set(defaults)) == defaults
