"""The embedded PostgreSQL: made once, started on a Unix socket, stopped with the process that started it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from weft.kit import tether
from weft.kit.errors import Refusal
from weft.kit.programs import Programs, enterable, find, within_reach
from weft.kit.tether import Account

NAME = "weft"  # of the database and of the role that owns it
PORT = 5432  # only names the socket: nothing listens on the network
LONGEST_SOCKET = 107  # bytes a Unix socket's path may have
ELSEWHERE = Path("/var/lib/weft")
POINTER = "database-elsewhere"
LITTLE_SHARED_MEMORY = 256 * 1024 * 1024

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "work_mem": "16MB",
    "max_wal_size": "2GB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_connections": "200",
}
HASTY: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where one embedded database lives: its cluster, its socket and its log."""

    folder: Path
    account: Account | None

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.folder / "database"


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server that this process started."""

    process: subprocess.Popen[bytes]
    sockets: Path
    home: Home

    def address(self, database: str = NAME) -> str:
        """The DATABASE_URL of one of its databases."""
        return _address(self.sockets, database)

    def running(self) -> bool:
        """Whether the server is still there."""
        return self.process.poll() is None

    def stop(self, *, patience: float = 20) -> None:
        """Stop it: open transactions are rolled back, everything committed is on disk."""
        for number, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            if not self.running():
                break
            self.process.send_signal(number)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
        if self.sockets.parent != self.home.folder:
            shutil.rmtree(self.sockets, ignore_errors=True)


def start(
    data: Path,
    *,
    programs: str = "",
    run_as: str = "nobody",
    settings: Mapping[str, str] | None = None,
    lasting: bool = True,
    patience: float = 90,
) -> Server:
    """A server on the database in this data folder, made on first use; one left by a crash is stopped first.

    The caller holds the data folder (`weft.kit.claim`). Started as root, the server runs as `run_as`.
    `lasting=False` gives up durability for speed: for tests only.
    """
    home = home_of(data, run_as=run_as)
    found = find(programs)
    if home.account:
        found = within_reach(found, by=home.account, keep=home.folder)
    if not (home.cluster / "PG_VERSION").exists():
        _make(home, programs=found, lasting=lasting)
    _same_version(home, programs=found)
    _end_leftover(home.cluster, patience=patience)
    chosen = {**SETTINGS, **_memory(), **({} if lasting else HASTY), **(settings or {})}
    server = _start(home, programs=found, settings=chosen, log=_log(data), until=time.monotonic() + patience)
    _ensure_database(server)
    return server


def running_address(data: Path) -> str | None:
    """The DATABASE_URL of the server that runs on this data folder now, whoever started it."""
    try:
        notes = _notes(_settled(data) / "database")
    except OSError:
        return None
    if len(notes) < 8 or notes[7] != "ready" or not _is_server(int(notes[0]), _settled(data) / "database"):
        return None
    return _address(Path(notes[4]), NAME)


def home_of(data: Path, *, run_as: str) -> Home:
    """Where this data folder's database lives, made if need be.

    Root's server runs under another account. Where that account cannot enter the data folder, because a
    folder above it is closed to others, the database lives below `/var/lib/weft`; a note there says so.
    """
    data = data.resolve()
    _make_folder(data)
    if os.geteuid() != 0:
        return Home(folder=data, account=None)
    folder = _settled(data)
    account = _account(run_as, cluster=folder / "database")
    if folder == data and not (data / "database").exists():
        data.chmod(data.stat().st_mode | 0o011)
        folder = data if enterable(data, by=account) else _elsewhere(data)
    return Home(folder=folder, account=account)


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(
            f"The data folder {data} cannot be made: {error.strerror}. Choose another with WEFT_DATA."
        ) from None


def _settled(data: Path) -> Path:
    """The folder this data folder's database was put into: itself unless a note says otherwise."""
    try:
        return Path((data / POINTER).read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return data.resolve()


def _elsewhere(data: Path) -> Path:
    ELSEWHERE.mkdir(mode=0o711, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="", dir=ELSEWHERE))
    folder.chmod(0o711)
    (folder / "belongs-to").write_text(f"{data}\n", encoding="utf-8")
    (data / POINTER).write_text(f"{folder}\n", encoding="utf-8")
    return folder


def _account(name: str, *, cluster: Path) -> Account:
    """The account that owns the cluster already, else the one asked for."""
    try:
        owner = cluster.stat().st_uid if cluster.exists() else 0
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(name)
    except KeyError:
        raise Refusal(
            f'PostgreSQL refuses to run as root, and there is no account "{name}" to run it under. '
            "Name another in WEFT_POSTGRES_USER."
        ) from None
    if entry.pw_uid == 0:
        raise Refusal("PostgreSQL refuses to run as root: name another account in WEFT_POSTGRES_USER.")
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def _make(home: Home, *, programs: Programs, lasting: bool) -> None:
    """Make the cluster beside its place and move it there when it is whole."""
    draft = home.cluster.with_name("database.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    _hand_over(draft, home.account)
    locale = ["--locale=C"]
    if programs.version >= 17:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [programs.initdb, "-D", str(draft), f"--username={NAME}", "--encoding=UTF8", *locale]
    command += ["--auth=reject", "--data-checksums", "--no-instructions", *([] if lasting else ["--no-sync"])]
    process = tether.start(
        command,
        on_orphaned=signal.SIGKILL,
        account=home.account,
        env=_ENVIRONMENT,
        cwd="/",
        output=subprocess.PIPE,
    )
    told = process.communicate()[0].decode(errors="replace")
    if process.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise Refusal(
            f"The database could not be made in {home.cluster}. PostgreSQL says: {told.strip()[-600:]}"
        )
    draft.rename(home.cluster)


_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _hand_over(path: Path, account: Account | None) -> None:
    if account:
        os.chown(path, account.uid, account.gid)


def _same_version(home: Home, *, programs: Programs) -> None:
    made_by = (home.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by != str(programs.version):
        raise Refusal(
            f"The database in {home.cluster} was made by PostgreSQL {made_by}, and the programs found are of "
            f"PostgreSQL {programs.version}. Name a folder with those of {made_by} in WEFT_POSTGRES."
        )


def _memory() -> dict[str, str]:
    """Do without POSIX shared memory where there is little of it, as in many containers."""
    try:
        status = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:
        return {}
    small = status.f_frsize * status.f_blocks < LITTLE_SHARED_MEMORY
    return {"dynamic_shared_memory_type": "mmap"} if small else {}


def _log(data: Path) -> Path:
    """The server's log; one that has grown beyond 10 MB is put aside."""
    (data / "log").mkdir(mode=0o700, exist_ok=True)
    log = data / "log" / "postgres.log"
    if log.exists() and log.stat().st_size > 10_000_000:
        log.replace(log.with_suffix(".log.1"))
    return log


def _start(home: Home, *, programs: Programs, settings: Mapping[str, str], log: Path, until: float) -> Server:
    """Start the server, again as long as the last one's processes still hold its memory."""
    _let_in(home)
    sockets = _socket_folder(home)
    chosen = {**settings, "unix_socket_directories": str(sockets), "port": str(PORT)}
    command = [programs.postgres, "-D", str(home.cluster)]
    for name, value in chosen.items():
        command += ["-c", f"{name}={value}"]
    while True:
        begins = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            process = tether.start(
                command,
                on_orphaned=signal.SIGINT,
                account=home.account,
                env=_ENVIRONMENT,
                cwd="/",
                output=output,
            )
        if _ready(process, home.cluster, until=until):
            return Server(process=process, sockets=sockets, home=home)
        process.kill()
        process.wait()
        told = log.read_bytes()[begins:].decode(errors="replace")
        if "shared memory block" not in told or time.monotonic() > until:
            raise Refusal(f"The embedded database did not start. Its log, {log}, ends: {told.strip()[-600:]}")
        time.sleep(0.5)


def _let_in(home: Home) -> None:
    """Only whoever runs Weft may connect through the socket: the kernel vouches for the account."""
    me = pwd.getpwuid(os.geteuid()).pw_name
    for name, line in (
        ("pg_hba.conf", "local all all peer map=weft"),
        ("pg_ident.conf", f'weft "{me}" {NAME}'),
    ):
        path = home.cluster / name
        path.write_text(f"# Written by Weft at each start.\n{line}\n", encoding="utf-8")
        _hand_over(path, home.account)


def _socket_folder(home: Home) -> Path:
    """A folder only the server's account may enter, with a path short enough for a socket."""
    folder = home.folder / "socket"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET:
        folder = Path(tempfile.mkdtemp(prefix="weft-", dir="/tmp"))
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    _hand_over(folder, home.account)
    return folder


def _ready(process: subprocess.Popen[bytes], cluster: Path, *, until: float) -> bool:
    while process.poll() is None and time.monotonic() < until:
        try:
            notes = _notes(cluster)
        except OSError:
            notes = []
        if len(notes) >= 8 and notes[0] == str(process.pid) and notes[7] == "ready":
            return True
        time.sleep(0.01)
    return False


def _notes(cluster: Path) -> list[str]:
    """The lines of `postmaster.pid`: 1 process, 5 socket folder, 8 status."""
    return [line.strip() for line in (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()]


def _end_leftover(cluster: Path, *, patience: float) -> None:
    """Wait for the server of a dead parent to end, asking with growing force; then forget its notes."""
    try:
        notes = _notes(cluster)
    except OSError:
        return
    pid = int(notes[0]) if notes and notes[0].lstrip("-").isdigit() else 0
    for number, seconds in ((None, 3.0), (signal.SIGINT, patience / 2), (signal.SIGQUIT, patience / 2)):
        if number and _is_server(pid, cluster):
            os.kill(pid, number)
        until = time.monotonic() + seconds
        while _is_server(pid, cluster) and time.monotonic() < until:
            time.sleep(0.02)
    if _is_server(pid, cluster):
        raise Refusal(
            f"A PostgreSQL server (process {pid}) runs on {cluster} and does not stop; stop it by hand."
        )
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    if len(notes) > 4 and notes[4].startswith("/tmp/weft-"):  # noqa: S108
        shutil.rmtree(notes[4], ignore_errors=True)


def _is_server(pid: int, cluster: Path) -> bool:
    """Whether this process is a server on this cluster: its number may have been given to another."""
    if pid <= 0:
        return False
    if sys.platform == "linux":
        try:
            inside = Path(f"/proc/{pid}/cwd").readlink() == cluster.resolve()
            return inside and Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False
    told = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return str(cluster) in told and not told.startswith("Z")


def _address(sockets: Path, database: str) -> str:
    return f"postgresql://{NAME}@/{database}?host={quote(str(sockets))}"


def _ensure_database(server: Server) -> None:
    with psycopg.connect(server.address("postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
