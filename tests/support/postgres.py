"""A PostgreSQL for one test run, started and removed by the run itself.

How a session uses it (the controller under xdist, the only process otherwise)::

    with throwaway_cluster() as url:      # None when the machine has no PostgreSQL
        os.environ[URL_VARIABLE] = url    # workers started later inherit it
        ...
        mine = create_database(url, "zhaodan_gw0")                            # empty
        copy = create_database(url, "zhaodan_gw0_x", template="zhaodan_gw0")  # a copy
        drop_database(url, "zhaodan_gw0_x")

``create_database`` replaces a database of the same name, so a name per worker is enough. A template
must have no open connection: dispose its engine first.

With ``ZHAODAN_TEST_POSTGRES_URL`` set nothing is started: the URL names a user who may create
databases. Without it the binaries come from PATH or /usr/lib/postgresql. With neither, the context
yields None and the session should print ``NO_POSTGRES``; where ``CI=true`` it raises
``PostgresMissingError`` instead, because a half-run suite must not look green.
"""

import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

URL_VARIABLE = "ZHAODAN_TEST_POSTGRES_URL"
NO_POSTGRES = (
    f"NO POSTGRESQL FOUND: every PostgreSQL test is skipped. Install it or set {URL_VARIABLE}."
)

_SUPERUSER = "zhaodan"
_START_ATTEMPTS = 3
_START_SECONDS = 120.0
_STOP_SECONDS = 20.0
_LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"

# The server must not outlive the run, not even after `kill -9`. This shell holds the reading end of
# a pipe whose writing end only our process has: whatever ends us closes it, and the shell then
# stops the server (INT to its own group is PostgreSQL's fast shutdown) and removes its files.
_KEEPER = """
( "$@" >"$ZHAODAN_PG_HOME/server.log" 2>&1; : >"$ZHAODAN_PG_HOME/ended" ) &
trap '' INT TERM HUP
read -r _
kill -INT 0
wait
rm -rf "$ZHAODAN_PG_HOME"
"""


class _Account(NamedTuple):
    """Whom the server runs as, in the words of subprocess; all None keeps ourselves."""

    user: int | None = None
    group: int | None = None
    extra_groups: list[int] | None = None


class _Cluster(NamedTuple):
    """One server to be: its program, its files, its rights, its promises."""

    binaries: Path
    home: Path
    password: str
    account: _Account
    durable: bool


class PostgresMissingError(RuntimeError):
    """CI asks for both databases and this machine has no PostgreSQL."""


class PostgresStartError(RuntimeError):
    """The throwaway server did not come up; the message holds its log."""


@contextmanager
def throwaway_cluster(*, durable: bool = False) -> Iterator[str | None]:
    """Give the SQLAlchemy URL of a server that lives as long as the block.

    Yields None when there is no PostgreSQL here. A durable one writes through to the disk as a real
    one does, which measurements want and tests do not.

    Raises:
        PostgresMissingError: there is none, and ``CI=true``.
        PostgresStartError: the server found here does not start.
    """
    given = os.environ.get(URL_VARIABLE)
    if given:
        yield given
        return
    binaries = _find_binaries()
    if binaries is None:
        if os.environ.get("CI") == "true":
            raise PostgresMissingError(NO_POSTGRES)
        yield None
        return
    with _own_server(binaries, durable=durable) as url:
        yield url


def create_database(url: str, name: str, *, template: str | None = None) -> str:
    """Create the database afresh on the server of `url` and give its own URL.

    Args:
        url: any database of the server, with a user who may create databases.
        name: lower-case letters, digits and underscores.
        template: a database to copy; without it the new one is empty and UTF-8.
    """
    source = sql.Identifier(template or "template0")
    drop_database(url, name)
    with _administer(url) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}").format(_checked(name), source)
        )
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str, name: str) -> None:
    """Remove the database with whoever is still connected to it; absent is fine."""
    with _administer(url) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_checked(name))
        )


def _checked(name: str) -> sql.Identifier:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise ValueError(f"not a database name: {name!r}")
    return sql.Identifier(name)


def _administer(url: str) -> psycopg.Connection[tuple[object, ...]]:
    plain = make_url(url).set(drivername="postgresql", database="postgres")
    return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)


def _find_binaries() -> Path | None:
    """Give the folder that holds both initdb and postgres: PATH first, then the newest version."""
    on_path = shutil.which("initdb")
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
        reverse=True,
    )
    candidates = [Path(on_path).resolve().parent] if on_path else []
    for folder in [*candidates, *versions]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def _server_account() -> _Account:
    """PostgreSQL refuses to run as root, so root hands it to another user of the machine."""
    if os.geteuid() != 0:
        return _Account()
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return _Account(entry.pw_uid, entry.pw_gid, [])


@contextmanager
def _own_server(binaries: Path, *, durable: bool) -> Iterator[str]:
    home = Path(tempfile.mkdtemp(prefix="zhaodan-pg-"))
    cluster = _Cluster(binaries, home, secrets.token_hex(16), _server_account(), durable)
    try:
        _give(home, cluster.account)
        _initialise(cluster)
        keeper, port = _start(cluster)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    try:
        yield _url(port, cluster.password).replace("postgresql://", "postgresql+psycopg://")
    finally:
        _stop(keeper)
        shutil.rmtree(home, ignore_errors=True)


def _give(path: Path, account: _Account) -> None:
    if account.user is not None and account.group is not None:
        os.chown(path, account.user, account.group)


def _initialise(cluster: _Cluster) -> None:
    secret = cluster.home / "password"
    secret.write_text(cluster.password, encoding="ascii")
    _give(secret, cluster.account)
    done = subprocess.run(
        [
            *(cluster.binaries / "initdb", "-D", cluster.home / "data", "-U", _SUPERUSER),
            *("-E", "UTF8", f"--locale={_LOCALE}", "--auth=scram-sha-256"),
            *(f"--pwfile={secret}", "--no-sync"),
        ],
        cwd=cluster.home,
        user=cluster.account.user,
        group=cluster.account.group,
        extra_groups=cluster.account.extra_groups,
        env=_environment(cluster.home),
        capture_output=True,
        text=True,
        check=False,
    )
    secret.unlink()
    if done.returncode != 0:
        raise PostgresStartError(done.stdout + done.stderr)


def _start(cluster: _Cluster) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port; another program may take the port in between, so retry."""
    log = ""
    for _ in range(_START_ATTEMPTS):
        port = _free_port()
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", _KEEPER, "keeper", *_server_command(cluster, port)],
            cwd=cluster.home,
            user=cluster.account.user,
            group=cluster.account.group,
            extra_groups=cluster.account.extra_groups,
            env=_environment(cluster.home),
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            if _answers(cluster, port):
                return keeper, port
            log = (cluster.home / "server.log").read_text(encoding="utf-8", errors="replace")
        except BaseException:
            _stop(keeper)
            raise
        _kill(keeper)
        (cluster.home / "ended").unlink(missing_ok=True)
    raise PostgresStartError(log)


def _server_command(cluster: _Cluster, port: int) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(cluster.home),
        "max_connections": "200",
        "shared_buffers": "128MB",
    }
    if not cluster.durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    command = [str(cluster.binaries / "postgres"), "-D", str(cluster.home / "data")]
    command += ["-p", str(port)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


def _answers(cluster: _Cluster, port: int) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and not (cluster.home / "ended").exists():
        try:
            psycopg.connect(_url(port, cluster.password), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _stop(keeper: subprocess.Popen[bytes]) -> None:
    if keeper.stdin is not None:
        keeper.stdin.close()
    try:
        keeper.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        _kill(keeper)


def _kill(keeper: subprocess.Popen[bytes]) -> None:
    os.killpg(keeper.pid, 9)
    keeper.wait()


def _url(port: int, password: str) -> str:
    return f"postgresql://{_SUPERUSER}:{password}@127.0.0.1:{port}/postgres"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(home: Path) -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": _LOCALE, "ZHAODAN_PG_HOME": str(home)}
