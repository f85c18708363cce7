"""The peers: what is installed for each in an environment of its own, and the commands that drive it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / ".venv-peers"


@dataclass(frozen=True)
class Peer:
    """One system. `schema` makes its tables in an empty database, `addon` adds one small module."""

    name: str
    title: str
    packages: tuple[str, ...]
    schema: tuple[str, ...]
    addon: tuple[str, ...]
    addon_variables: dict[str, str] = field(default_factory=dict)

    @property
    def room(self) -> Path:
        """Where its scripts are."""
        return Path(__file__).parent / self.name

    @property
    def programs(self) -> Path:
        """The programs of its environment."""
        return FOLDER / self.name / "bin"

    def command(self, *words: str) -> list[str]:
        """A command of our script in its environment."""
        return [str(self.programs / "python"), "-m", "benchmarks.peers.script", self.name, *words]

    def program(self, words: tuple[str, ...], database: str) -> list[str]:
        """A program of the peer itself."""
        return [str(self.programs / words[0]), *(word.format(database=database) for word in words[1:])]

    def versions(self) -> dict[str, str]:
        """Of the packages that matter for the figures."""
        code = "import sys, importlib.metadata as m; print(*(m.version(n) for n in sys.argv[1:]))"
        told = subprocess.run(
            [str(self.programs / "python"), "-c", code, *self.packages],
            capture_output=True,
            text=True,
            check=True,
        )
        return dict(zip(self.packages, told.stdout.split(), strict=True))

    def install(self) -> None:
        """Make the environment from the hash lock, or make it again when the lock has changed."""
        lock = self.room / "requirements.txt"
        folder = FOLDER / self.name
        stamp = folder / ".lock"
        wanted = hashlib.sha256(f"{folder}{sys.version}".encode() + lock.read_bytes()).hexdigest()
        if stamp.exists() and stamp.read_text("ascii") == wanted:
            return
        print(f"Installing {self.title} in {folder.relative_to(ROOT)} (kept for the next time) …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        options = ("--quiet", "--disable-pip-version-check", "--root-user-action=ignore", "--require-hashes")
        subprocess.run(
            [str(self.programs / "python"), "-m", "pip", "install", *options, "-r", str(lock)],
            check=True, cwd=ROOT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        stamp.write_text(wanted, "ascii")


_TRYTON: Final = (
    "trytond-admin",
    "-d",
    "{database}",
    "--email",
    "admin@example.com",
    "--activate-dependencies",
    "-u",
)
PEERS: Final = (
    Peer(
        "tryton", "Tryton", ("trytond", "trytond_sale_opportunity", "psycopg", "psycopg2-binary"),
        (*_TRYTON, "sale_opportunity"), (*_TRYTON, "party_relationship"),
    ),
    Peer(
        "django", "Django admin", ("Django", "psycopg2-binary"),
        ("python", "-m", "django", "migrate", "-v0"),
        ("python", "-m", "django", "migrate", "-v0"), {"PEER_ADDON": "django.contrib.sites"},
    ),
)  # fmt: skip
