"""Where the embedded server's programs, data and socket lie, and as whom it runs. Standard library only.

PostgreSQL refuses to run as root. Started by root it runs as the system user `keyuan` if there is one, else
as `nobody`; what that user must reach is put where it can, and no existing folder's rights are widened.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

ORDINARY_USERS = ("keyuan", "nobody")
_FOR_COMPILERS = shutil.ignore_patterns("pgxs", "pkgconfig", "*.a", "doc", "man")
# sun_path holds 104 bytes on macOS and 108 on Linux, with the final NUL
_LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432")


class PlacementError(Exception):
    """Programs, data or socket are where the server's user cannot get at them."""


@dataclass(frozen=True)
class Identity:
    """The ordinary user whom a server started by root becomes."""

    uid: int
    gid: int

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)


def identity_for(data: Path) -> Identity | None:
    """None for an ordinary user. An existing cluster keeps its owner, whoever would be chosen today."""
    if os.geteuid() != 0:
        return None
    if data.exists():
        found = data.stat()
        if found.st_uid != 0:
            return Identity(found.st_uid, found.st_gid)
    for name in ORDINARY_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(entry.pw_uid, entry.pw_gid)
    raise PlacementError(f"root cannot run PostgreSQL, and there is no user {' or '.join(ORDINARY_USERS)}")


def socket_folder(home: Path, identity: Identity | None) -> Path:
    """Beside the data where the path is short enough, else a private folder in the runtime area."""
    beside = home / "run"
    if len(os.fsencode(beside)) <= _LONGEST_SOCKET_FOLDER:
        return _private(beside, identity)
    mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    runtime = Path("/run/keyuan")
    if os.geteuid() == 0 and runtime.parent.is_dir():
        runtime.mkdir(mode=0o755, exist_ok=True)
        return _private(runtime / mark, identity)
    return _private(Path("/tmp") / f"keyuan-{os.geteuid()}-{mark}", identity)  # noqa: S108 - checked below


def _private(folder: Path, identity: Identity | None) -> Path:
    """A folder that belongs to the server's user alone; one that somebody else put there is refused."""
    uid = os.geteuid() if identity is None else identity.uid
    try:
        folder.mkdir(mode=0o700)
        if identity is not None:
            os.chown(folder, identity.uid, identity.gid)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
            raise PlacementError(f"{folder} is not a private folder of the user with id {uid}") from None
    return folder


def check_reachable(folder: Path, identity: Identity | None) -> None:
    """Name the parent folder that stops the server's user from entering its data folder."""
    if identity is None or _run_as(identity, "test", "-x", str(folder)):
        return
    for parent in reversed(folder.parents):
        if not _run_as(identity, "test", "-x", str(parent)):
            raise PlacementError(
                f"{parent} cannot be entered by the user {identity.name}, as whom the server runs; "
                "choose another state_dir"
            )


def reachable_programs(programs: Path, area: Path, identity: Identity | None) -> Path:
    """A folder of programs that the server's user can run: `programs` itself if possible, else a copy.

    A virtual environment below a private home folder is the usual case; its rights are not ours to change.
    """
    if identity is None or _run_as(identity, str(programs / "initdb"), "--version"):
        return programs
    prefix = programs.parent
    stamp = f"{prefix} {(programs / 'postgres').stat().st_mtime_ns}"
    place = area / f"programs-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"
    if not place.is_dir():
        _copy(prefix, place)
    copied = place / "postgres" / prefix.name / "bin"
    if not _run_as(identity, str(copied / "initdb"), "--version"):
        raise PlacementError(
            f"neither {programs} nor a copy below {area} can be run by the user {identity.name}, "
            "as whom the server runs; choose another state_dir"
        )
    return copied


def remove_stale_copies(area: Path, programs: Path) -> None:
    """Delete copies other than the one in use; call it while no server runs from them."""
    for copied in area.glob("programs-*"):
        if not programs.is_relative_to(copied):
            shutil.rmtree(copied)


def _copy(prefix: Path, place: Path) -> None:
    """The `.libs` folder beside a wheel's package comes along: libraries are found relative to programs."""
    draft = place.with_name(f"draft-{place.name}")
    if draft.exists():
        shutil.rmtree(draft)
    for part in ("bin", "lib", "share"):
        if not (prefix / part).is_dir():
            raise PlacementError(f"{prefix} cannot be entered by the server's user, nor be copied as a whole")
        shutil.copytree(prefix / part, draft / "postgres" / prefix.name / part, ignore=_FOR_COMPILERS)
    libraries = prefix.parent.with_name(f"{prefix.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name)
    for folder, _, files in os.walk(draft):
        os.chmod(folder, 0o755)  # noqa: S103 - public programs, owned by root
        for name in files:
            path = os.path.join(folder, name)
            os.chmod(path, 0o755 if os.stat(path).st_mode & 0o100 else 0o644)
    draft.rename(place)


def _run_as(identity: Identity, *command: str) -> bool:
    """True when the other user can do it; asking the system counts ACLs and capabilities in."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            cwd="/",
            user=identity.uid,
            group=identity.gid,
            extra_groups=[],
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0
