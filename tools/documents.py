"""Documents that follow from the code: pages of docs/reference, and snippets cut from files that CI runs.

python -m tools.documents check      names every page and snippet that is not what the code says
python -m tools.documents update     brings them up to date

A snippet stands below a line such as ``<!-- from docs/tutorial/acme_gold/acme_gold/hooks.py -->``, or with
``lines 3-9`` before the closing arrow.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.reference import pages, settings_table

SETTINGS: Final = "<!-- settings -->"
END_OF_SETTINGS: Final = "<!-- end of settings -->"
ROOT: Final = Path(__file__).resolve().parents[1]
SNIPPET: Final = re.compile(
    r"(?P<mark><!-- from (?P<path>\S+)(?: lines (?P<first>\d+)-(?P<last>\d+))? -->\n)"
    r"```(?P<language>\w*)\n(?P<text>.*?)```\n",
    re.DOTALL,
)


def documents(root: Path = ROOT) -> list[Path]:
    """Every document that people read."""
    return [*sorted(root.glob("*.md")), *sorted(root.glob("docs/**/*.md"))]


def with_snippets(text: str, root: Path = ROOT) -> str:
    """The text with every marked snippet as the file says it now."""

    def cut(found: re.Match[str]) -> str:
        lines = (root / found["path"]).read_text("utf-8").splitlines()
        first, last = int(found["first"] or 1), int(found["last"] or len(lines))
        if not 1 <= first <= last <= len(lines):
            raise ValueError(f"{found['path']} has no lines {first}-{last}")
        body = "\n".join(lines[first - 1 : last])
        return f"{found['mark']}```{found['language']}\n{body}\n```\n"

    return SNIPPET.sub(cut, text)


def with_settings(text: str) -> str:
    """The text with the table of all settings between its marks, where it has them."""
    first, mark, rest = text.partition(SETTINGS)
    _old, end, last = rest.partition(END_OF_SETTINGS)
    return f"{first}{mark}\n{settings_table()}\n{end}{last}" if mark and end else text


def differing(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Each document that is not as it should be, with the right text."""
    wanted = {root / "docs" / "reference" / name: text for name, text in pages().items()}
    for path in documents(root):
        if path not in wanted:
            wanted[path] = with_settings(with_snippets(path.read_text("utf-8"), root))
    for path, text in wanted.items():
        if not path.exists() or path.read_text("utf-8") != text:
            yield path, text


def main(arguments: list[str]) -> int:
    if arguments not in (["check"], ["update"]):
        sys.exit(__doc__)
    found = list(differing())
    for path, text in found:
        print(f"{path.relative_to(ROOT)}: {'differs from the code' if arguments == ['check'] else 'updated'}")
        if arguments == ["update"]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return 1 if found and arguments == ["check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
