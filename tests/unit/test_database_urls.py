from pathlib import Path

import pytest

from bot.storage.urls import (
    DatabasePlace,
    DatabaseUrlError,
    PostgresServer,
    SqliteFile,
    read_database_url,
)

PHRASE = "hunter2"

FORMS: tuple[tuple[str, DatabasePlace], ...] = (
    ("sqlite:///data/imagine.sqlite3", SqliteFile(Path("data/imagine.sqlite3"))),
    ("sqlite:////data/imagine.sqlite3", SqliteFile(Path("/data/imagine.sqlite3"))),
    ("sqlite+aiosqlite:///a b.db", SqliteFile(Path("a b.db"))),
    ("sqlite+aiosqlite:////srv/a.db", SqliteFile(Path("/srv/a.db"))),
    ("sqlite+pysqlite:///a.db", SqliteFile(Path("a.db"))),
    ("SQLite:///a.db", SqliteFile(Path("a.db"))),
    ("sqlite:///C:/bot/a.db", SqliteFile(Path("C:/bot/a.db"))),
    ("sqlite:///100%.db", SqliteFile(Path("100%.db"))),
    (
        "postgres://ada:hunter2@db.example:6000/pictures",
        PostgresServer("db.example", 6000, "ada", PHRASE, "pictures"),
    ),
    ("postgresql://ada@db/pictures", PostgresServer("db", user="ada", database="pictures")),
    ("postgresql+asyncpg://ada@db/p", PostgresServer("db", user="ada", database="p")),
    ("postgresql://db", PostgresServer("db")),
    ("postgresql://ada:p%40ss%2Fw%23rd@db/p", PostgresServer("db", None, "ada", "p@ss/w#rd", "p")),
    ("postgresql://ada:p@ss@db/p", PostgresServer("db", None, "ada", "p@ss", "p")),
    ("postgresql://a%40b:x@db/my%20db", PostgresServer("db", None, "a@b", "x", "my db")),
    ("postgresql://ada@[::1]:5433/p", PostgresServer("::1", 5433, "ada", database="p")),
    (
        "postgresql://ada@/p?host=/run/postgresql",
        PostgresServer("/run/postgresql", user="ada", database="p"),
    ),
    (
        "postgresql://postgres:@/postgres?host=/srv/Run",
        PostgresServer("/srv/Run", user="postgres", database="postgres"),
    ),
    (
        "postgresql://ada@%2Frun%2FPost/p",
        PostgresServer("/run/Post", user="ada", database="p"),
    ),
    (
        "postgresql://ada@/p?host=db.example&port=6432",
        PostgresServer("db.example", 6432, "ada", database="p"),
    ),
    (
        "postgres://ada@db/p?sslmode=require&channel_binding=require",
        PostgresServer("db", user="ada", database="p", sslmode="require"),
    ),
    (
        "postgres://ada@db/p?sslmode=verify-full&sslrootcert=/ca.pem&application_name=bot",
        PostgresServer(
            "db",
            user="ada",
            database="p",
            sslmode="verify-full",
            sslrootcert=Path("/ca.pem"),
            application_name="bot",
        ),
    ),
)

WRONG = (
    "",
    PHRASE,
    "sqlite:",
    "sqlite://",
    "sqlite:///",
    "sqlite://:memory:",
    "sqlite:///:memory:",
    f"sqlite://{PHRASE}/a.db",
    f"sqlite:///a.db?key={PHRASE}",
    f"sqlite:///file:{PHRASE}?mode=memory",
    f"mysql://ada:{PHRASE}@db/p",
    f"postgresql://ada:{PHRASE}@db:port/p",
    f"postgresql://ada:{PHRASE}@db:99999/p",
    f"postgresql://ada:{PHRASE}#1@db/p",
    f"postgresql://ada:[{PHRASE}@db/p",
    f"postgresql://ada@db/p?{PHRASE}=1",
    f"postgresql://ada@db/p?{PHRASE}",
    f"postgresql://ada@db/p?port={PHRASE}",
    f"postgresql://ada@db/p?sslmode={PHRASE}",
)


@pytest.mark.parametrize(("text", "place"), FORMS, ids=[text for text, _ in FORMS])
def test_an_address_of_this_form_is_read(text: str, place: DatabasePlace) -> None:
    assert read_database_url(text) == place


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_every_sslmode_of_libpq_is_taken(mode: str) -> None:
    place = read_database_url(f"postgresql://ada@db/p?sslmode={mode}")

    assert isinstance(place, PostgresServer)
    assert place.sslmode == mode


@pytest.mark.parametrize("text", WRONG)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(DatabaseUrlError) as refused:
        read_database_url(text)

    told = str(refused.value)
    assert told.startswith(("should ", "has "))
    assert PHRASE not in told
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("text", ["sqlite://data/a.db", "sqlite+aiosqlite://data/a.db"])
def test_a_missing_slash_is_told_with_an_example(text: str) -> None:
    with pytest.raises(DatabaseUrlError, match="three slashes"):
        read_database_url(text)


def test_a_password_is_not_shown_with_its_server() -> None:
    assert PHRASE not in repr(read_database_url(f"postgresql://ada:{PHRASE}@db/p"))
