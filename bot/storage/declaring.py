"""How tables are declared: a class for each, and its columns by their types in Python.

It reads like the declarations of SQLAlchemy's ORM, and that is left out: nothing here maps rows to
objects, and it takes 5 MB. What a column is called in types is ``ColumnClause``: SQLAlchemy keeps
``Column`` itself, as an attribute of a class, for declarations of another kind.
"""

import inspect
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, ClassVar, Protocol, get_args

import sqlalchemy
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnClause,
    Date,
    DateTime,
    Dialect,
    Double,
    Index,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import NullType, TypeEngine
from typing_extensions import override


class _Process(Protocol):
    """Turns a moment into what the driver takes."""

    def __call__(self, value: datetime | None) -> str | None: ...


class _SqliteMoment(sqlite.DATETIME):
    """A moment as SQLAlchemy would write it, in half the time; each job takes ten of them."""

    @override
    def bind_processor(self, dialect: Dialect) -> _Process:
        def process(value: datetime | None) -> str | None:
            return None if value is None else _written(value)

        return process


# The same moments come again and again: the beginnings of hours, days and months.
@lru_cache(maxsize=1024)
def _written(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite, which knows no zones, keeps it without one."""

    impl = DateTime(timezone=True).with_variant(_SqliteMoment, "sqlite")
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


_TYPES: Mapping[object, type[TypeEngine[Any]]] = {
    bool: Boolean,
    date: Date,
    datetime: Moment,
    float: Double,
    int: BigInteger,
    str: Text,
}


class Table:
    """What all tables share: Python's types in the database's, and how constraints are named.

    A subclass stands for its table in each statement.
    """

    metadata: ClassVar = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    __tablename__: ClassVar[str]
    __table_args__: ClassVar[tuple[Index, ...]] = ()
    __table__: ClassVar[sqlalchemy.Table]

    @override
    def __init_subclass__(cls) -> None:
        """Make the table, and its columns attributes of the class."""
        columns = [*_columns(cls)]
        cls.__table__ = sqlalchemy.Table(
            cls.__tablename__, cls.metadata, *columns, *cls.__table_args__
        )
        for column in columns:
            setattr(cls, column.name, column)

    @classmethod
    def __clause_element__(cls) -> sqlalchemy.Table:
        """Give SQLAlchemy what it takes the class for."""
        return cls.__table__


def _columns(table: type[Table]) -> Iterator[Column[Any]]:
    for name, annotation in inspect.get_annotations(table).items():
        (kind,) = get_args(annotation)
        yield _column(name, kind, getattr(table, name, None))


def _column(name: str, kind: object, declared: Column[Any] | None) -> Column[Any]:
    kinds = get_args(kind) or (kind,)
    plain = Column[Any](nullable=type(None) in kinds) if declared is None else declared
    return Column(
        name,
        _TYPES[kinds[0]]() if isinstance(plain.type, NullType) else plain.type,
        primary_key=plain.primary_key,
        autoincrement=plain.autoincrement,
        nullable=plain.nullable,
    )


def key() -> ColumnClause[Any]:
    """Declare a column of the primary key, which isn't counted up."""
    return Column(primary_key=True, autoincrement=False)


def counted() -> ColumnClause[int]:
    """Declare a primary key that is counted up."""
    # SQLite counts up only what it calls INTEGER, which has 64 bits there.
    return Column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
