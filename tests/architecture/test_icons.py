"""An icon that is used and not gathered is named; an unknown one would show nothing in the page."""

from __future__ import annotations

from pathlib import Path

from tools.icons import missing


def test_unknown_icons_are_named_with_their_place(tmp_path: Path) -> None:
    web, addon = tmp_path / "core" / "web", tmp_path / "addons" / "shop"
    for folder in (web, addon):
        folder.mkdir(parents=True)
    (web / "icons.txt").write_text("user\nfilled/star\n")
    (web / "page.pt").write_text("<p>\n${icon('user')} ${icon('star-filled')} ${icon('rocket')}</p>")
    (addon / "menus.py").write_text("menu(icon='user')\nmenu(icon='ghost')\nmenu(icon=chosen)\nicon('boat')")
    assert list(missing(tmp_path)) == [
        "addons/shop/menus.py:2: icon 'ghost' is not in core/web/icons.txt",
        "addons/shop/menus.py:4: icon 'boat' is not in core/web/icons.txt",
        "core/web/page.pt:2: icon 'rocket' is not in core/web/icons.txt",
    ]
