"""Databases for the case system: a SQLite file, and a real PostgreSQL of the tests' own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.cases.database import Database
from pipeline.cases.workflow import add_user
from tests.conftest import needs, unmet


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent  # where the others lie, too
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


@pytest.fixture(scope="session")
def postgresql():
    """The URL of a server; `MATTHAN_TEST_POSTGRESQL` names one that runs already."""
    needs("psycopg")
    if given := os.environ.get("MATTHAN_TEST_POSTGRESQL"):
        yield given
        return
    programs = _programs()
    if programs is None:
        unmet("there is no PostgreSQL (Debian package postgresql)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="matthan-pg-") as folder:
        # PostgreSQL does not run as root; root lends it to the account that the package made.
        become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if become:
            shutil.chown(folder, "postgres")
        data = f"{folder}/data"

        def run(*command):
            subprocess.run([*become, *command], check=True, capture_output=True, cwd=folder, timeout=60)

        run(f"{programs}/initdb", "-D", data, "-U", "matthan", "-A", "trust")
        server = subprocess.Popen(
            [*become, f"{programs}/postgres", "-D", data, "-p", str(port), "-k", folder, "-h", "127.0.0.1"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            run("bash", "-c", f"until {programs}/pg_isready -q -h 127.0.0.1 -p {port}; do sleep 0.1; done")
            yield f"postgresql+psycopg://matthan@127.0.0.1:{port}/postgres"
        finally:
            run(f"{programs}/pg_ctl", "-D", data, "-m", "immediate", "stop")
            server.wait()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """An empty database, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/cases.sqlite"
        return
    server = request.getfixturevalue("postgresql")
    name = f"t{uuid.uuid4().hex}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    yield server.rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture
def database(url):
    made = Database(url)
    add_user(made, "lan")
    yield made
    made.close()
