"""The case database: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from pipeline.errors import MatthanError, redact

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_S = 30.0


class DatabaseError(MatthanError):
    """The case database cannot be used now."""


class Database:
    """Opens the database and brings its tables up to date. Safe to share between threads."""

    def __init__(self, url: str, create: bool = True) -> None:
        """Raises `DatabaseError` where it cannot be reached, its tables cannot be made, or it may not be made anew."""
        self._name = _shown(url)
        if not create and url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
            raise DatabaseError(f"{self._name}: there is no case database yet; `matthan cases run` makes it")
        try:
            with self._explained():
                self.engine = sa.create_engine(url, pool_pre_ping=True)
                if self.engine.dialect.name == "sqlite":
                    _careful_sqlite(self.engine)
                with self.engine.begin() as connection:
                    _migrate(connection)
        except (CommandError, ImportError, ValueError) as exc:  # a newer format, no driver, no such port
            raise self._unusable(exc) from exc

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Everything in it happens or nothing; writers of SQLite wait for each other."""
        with self._explained(), self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as exc:
            raise self._unusable(exc) from exc

    def _unusable(self, exc: Exception) -> DatabaseError:
        first = str(getattr(exc, "orig", None) or exc).strip().splitlines()[0]
        return DatabaseError(f"{self._name}: the case database cannot be used: {redact(first)}")


def _shown(url: str) -> str:
    """The URL without password and query."""
    try:
        return sa.make_url(url).set(query={}).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "database"


def _migrate(connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _careful_sqlite(engine: sa.Engine) -> None:
    """Write-ahead log, full syncs, foreign keys, and a write lock from the beginning of each transaction."""

    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_S * 1000:.0f}"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
