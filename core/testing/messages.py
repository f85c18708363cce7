"""The catalogues of an addon that is being written.

python -m core.testing.messages acme_loyalty    adds new sentences with an empty translation, drops unused ones
"""

from __future__ import annotations

import sys
from pathlib import Path

from core.i18n_catalogues import catalogue_path, update


def main(folders: list[str]) -> int:
    """Bring the catalogues of these addon folders up to their sentences; gives 2 for a call that cannot be meant."""
    packages = [Path(folder).resolve() for folder in folders]
    wrong = [package for package in packages if not (package / "manifest.py").is_file()]
    if wrong or not packages:
        sys.stderr.write(f"{wrong[0]} is no addon: it has no manifest.py\n" if wrong else f"{__doc__}\n")
        return 2
    for package in packages:
        changed = update(package)
        place = changed[0] if changed else catalogue_path(package, "zh_CN")
        sys.stdout.write(f"{place}: {'updated' if changed else 'nothing to do'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
