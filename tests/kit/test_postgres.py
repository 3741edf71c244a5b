"""The embedded PostgreSQL: made, started, stopped, and found whole after its parent was killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from weft.kit import postgres, programs
from weft.kit.errors import Refusal
from weft.kit.tether import Account

PARENT = """
import sys, time
from pathlib import Path
from weft.kit import postgres
server = postgres.start(Path(sys.argv[1]))
print(server.process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder on a path that others may enter."""

    folder = Path(tempfile.mkdtemp(prefix="weft-pg-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def rows(server_address: str) -> int:
    with psycopg.connect(server_address) as connection:
        (count,) = connection.execute("SELECT count(*) FROM kept").fetchone() or (0,)
    return int(count)


def killed_parent(data: Path) -> int:
    """Start a server from another process, write to it, kill that process; the server's process number."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(data)], stdout=subprocess.PIPE)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    address = postgres.running_address(data)
    assert address
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    parent.kill()
    parent.wait()
    parent.stdout.close()
    return pid


def gone(pid: int, *, within: float = 10) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def test_a_server_keeps_what_was_written_from_one_start_to_the_next(data: Path) -> None:
    first = postgres.start(data)
    with psycopg.connect(first.address()) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1), (2)")
    first.stop()
    second = postgres.start(data)
    try:
        assert rows(second.address()) == 2
        assert postgres.running_address(data) == second.address()
    finally:
        second.stop()
    assert postgres.running_address(data) is None


def test_names_are_stored_as_utf8_and_small_letters_know_accents(data: Path) -> None:
    server = postgres.start(data, lasting=False)
    try:
        with psycopg.connect(server.address()) as connection:
            assert connection.execute(
                "SELECT lower('ÉTÉ'), current_setting('server_encoding')"
            ).fetchone() == (
                "été",
                "UTF8",
            )
    finally:
        server.stop()


def test_nobody_but_the_one_who_runs_weft_may_enter_by_the_socket(data: Path) -> None:
    server = postgres.start(data, lasting=False)
    try:
        assert (data / "socket").stat().st_mode & 0o777 == 0o700
        assert (data / "database").stat().st_mode & 0o777 == 0o700
        with pytest.raises(psycopg.OperationalError, match=r"authentication failed|no pg_hba.conf entry"):
            psycopg.connect(server.address().replace("weft@", "postgres@"))
    finally:
        server.stop()


def test_the_server_dies_with_its_killed_parent_and_the_next_start_finds_everything(data: Path) -> None:
    pid = killed_parent(data)
    server = postgres.start(data)
    try:
        assert gone(pid)
        assert rows(server.address()) == 1
    finally:
        server.stop()


def test_a_server_killed_outright_comes_back_with_what_was_committed(data: Path) -> None:
    first = postgres.start(data)
    with psycopg.connect(first.address(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
        first.process.kill()
        first.process.wait()
    assert postgres.running_address(data) is None
    second = postgres.start(data)
    try:
        assert rows(second.address()) == 1000
    finally:
        second.stop()


def test_a_server_left_by_another_is_stopped_before_the_next_one_starts(data: Path) -> None:
    left = postgres.start(data)
    server = postgres.start(data)
    try:
        assert left.process.wait(10) is not None
        assert server.running()
    finally:
        server.stop()


def test_a_process_that_was_given_the_old_number_is_left_alone(data: Path) -> None:
    postgres.start(data).stop()
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        (data / "database" / "postmaster.pid").write_text(
            f"{bystander.pid}\n{data}/database\n1\n5432\n{data}/socket\n\n\nready\n"
        )
        assert postgres.running_address(data) is None
        postgres.start(data).stop()
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_cluster_half_made_when_the_power_went_is_made_again(data: Path) -> None:
    (data / "database.new").mkdir()
    (data / "database.new" / "PG_VERSION").write_text("18\n")
    server = postgres.start(data, lasting=False)
    server.stop()
    assert not (data / "database.new").exists()


def test_a_path_too_long_for_a_socket_still_works(data: Path) -> None:
    deep = data / ("d" * 60) / ("e" * 60)
    (data / ("d" * 60)).mkdir(mode=0o755)
    data.chmod(0o755)
    server = postgres.start(deep, lasting=False)
    try:
        with psycopg.connect(server.address()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert postgres.running_address(deep) == server.address()
    finally:
        server.stop()
    assert not server.sockets.exists()


def test_a_database_made_by_another_version_is_refused_in_words(data: Path) -> None:
    postgres.start(data, lasting=False).stop()
    (data / "database" / "PG_VERSION").write_text("14\n")
    with pytest.raises(Refusal, match="made by PostgreSQL 14"):
        postgres.start(data)


def test_a_folder_without_programs_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="does not hold the programs"):
        programs.find(str(tmp_path))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
class TestAsRoot:
    def test_the_server_does_not_run_as_root(self, data: Path) -> None:
        server = postgres.start(data, lasting=False)
        try:
            assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0
        finally:
            server.stop()

    def test_below_a_closed_folder_the_database_lives_elsewhere_and_a_note_says_where(
        self, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        elsewhere = data / "lib"
        data.chmod(0o711)
        monkeypatch.setattr(postgres, "ELSEWHERE", elsewhere)
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        server = postgres.start(closed / "data", lasting=False)
        server.stop()
        assert closed.stat().st_mode & 0o777 == 0o700
        assert str(elsewhere) in (closed / "data" / postgres.POINTER).read_text()
        again = postgres.start(closed / "data", lasting=False)
        again.stop()
        assert len(list(elsewhere.iterdir())) == 1

    def test_programs_that_the_account_cannot_reach_are_copied_and_work(self, data: Path) -> None:

        found = programs.find()
        package = found.folder.parent.parent
        closed = data / "closed"
        closed.mkdir(mode=0o700)
        shutil.copytree(package, closed / package.name, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, closed / libraries.name)
        data.chmod(0o711)
        hidden = closed / package.name / "pginstall" / "bin"
        server = postgres.start(data / "city", programs=str(hidden), lasting=False)
        try:
            with psycopg.connect(server.address()) as connection:
                assert connection.execute("CREATE EXTENSION pg_trgm").statusmessage == "CREATE EXTENSION"
        finally:
            server.stop()

    def test_an_account_that_does_not_exist_is_refused_in_words(self, data: Path) -> None:
        with pytest.raises(Refusal, match="WEFT_POSTGRES_USER"):
            postgres.start(data, run_as="no-such-account")

    def test_closed_folders_are_told_from_open_ones(self, data: Path) -> None:
        guest = Account(name="guest", uid=12345, gid=12345)
        data.chmod(0o711)
        assert programs.enterable(data, by=guest)
        data.chmod(0o710)
        assert not programs.enterable(data, by=guest)


def test_stopping_twice_is_harmless(data: Path) -> None:
    server = postgres.start(data, lasting=False)
    server.stop()
    server.stop()
    assert server.process.returncode is not None
